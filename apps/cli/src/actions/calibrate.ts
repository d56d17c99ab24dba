import { calibrate, createLogger, resolveModel, storeCalibrations } from '@cortensor/node'
import { decodeTranscript, MAX_TRANSCRIPT_BYTES } from '@cortensor/protocols'
import { readInputFile } from '../input-file.js'
import { DEFAULT_CALIBRATION } from '../options.js'
import { createOutput } from '../output.js'

export interface CalibrateOptions {
  answers?: number
  transcript?: string[]
  calibration?: string
  json?: boolean
}

/** Measures, and keeps what was measured. */
export async function calibrateModel(model: string, options: CalibrateOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const transcripts = (options.transcript ?? []).map((path) =>
    decodeTranscript(readInputFile(path, 'a transcript', MAX_TRANSCRIPT_BYTES))
  )
  const measured = await calibrate({
    model: resolveModel(model),
    answers: options.answers,
    transcripts,
    logger: createLogger({ level: 'error', destination: 'stderr' })
  })
  const path = options.calibration ?? DEFAULT_CALIBRATION
  storeCalibrations(path, measured)
  if (output.json) {
    output.value(measured)
  }
  for (const { answers, maxGap, maxLogitDifference, quantisation, reader, tokens, writer } of measured) {
    output.line(
      `${quantisation}: ${answers} answers, ${tokens} tokens, largest gap ${maxGap}, largest difference of a logit ${maxLogitDifference}`
    )
    output.line(`  written by    ${writer}`)
    output.line(`  read by       ${reader}`)
  }
  output.line(`Kept in ${path}`)
}
