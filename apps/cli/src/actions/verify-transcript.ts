import { existsSync } from 'node:fs'
import { createVerifier } from '@cortensor/crypto'
import { createLogger, readCalibrations, resolveModel, type TranscriptVerification, verifyTranscript } from '@cortensor/node'
import { MAX_TRANSCRIPT_BYTES } from '@cortensor/protocols'
import type { ConnectOptions } from '../connect-options.js'
import { readInputFile } from '../input-file.js'
import { DEFAULT_CALIBRATION } from '../options.js'
import { createOutput } from '../output.js'
import { fetchFrom } from './fetch.js'

export interface VerifyTranscriptOptions extends ConnectOptions {
  model?: string[]
  key?: Uint8Array
  calibration?: string
  json?: boolean
}

/** What scripts can tell apart without reading. */
const EXIT_CODES = { valid: 0, invalid: 1, inconclusive: 2, unsupported: 3 } as const

/** Repeats an answer with the engine of this machine, and makes the exit code say how that went. */
export async function verifyTranscriptOf(what: string, options: VerifyTranscriptOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const block = existsSync(what) ? readInputFile(what, 'a transcript', MAX_TRANSCRIPT_BYTES) : await fetchFrom(what, options)
  const checked = await verifyTranscript({
    block,
    key: options.key,
    models: (options.model ?? []).map(resolveModel),
    calibrations: readCalibrations(options.calibration ?? DEFAULT_CALIBRATION),
    verifier: createVerifier(),
    logger: createLogger({ level: 'error', destination: 'stderr' })
  })
  if (output.json) {
    const { transcript, ...rest } = checked
    const { miner, model, subject, fingerprint: writer } = transcript ?? {}
    output.value({
      ...rest,
      miner,
      model,
      subject: subject?.type,
      taskId: subject?.type === 'task' ? subject.taskId : null,
      writer
    })
  }
  for (const line of toLines(checked)) {
    output.line(line)
  }
  process.exitCode = EXIT_CODES[checked.verdict]
}

function toLines(checked: TranscriptVerification): string[] {
  const { answers, explanation, fingerprint, isStrict, tolerance, transcript, verdict } = checked
  const number = (value: number | null): string => (value === null ? '-' : String(Number(value.toFixed(4))))
  return [
    `The transcript is ${verdict.toUpperCase()}: ${explanation}`,
    ...(transcript === null ? [] : [`  miner         ${transcript.miner}`, `  model         ${transcript.model}`]),
    ...(transcript === null ? [] : [`  written by    ${transcript.fingerprint}`]),
    ...(fingerprint === null ? [] : [`  read by       ${fingerprint}`]),
    ...(tolerance === null ? [] : [`  tolerance     gap ${tolerance.gap}, logit ${tolerance.logit}`]),
    ...(isStrict
      ? [`  seen by       engines equal to the writer's alone: by the tolerance of all others it is not invalid`]
      : []),
    ...answers.map(({ exactWindows, maxGap, maxLogitDifference, position, reason, tokens, verdict: each, window }, index) =>
      [
        `  answer ${index + 1}      ${each}${reason === null ? '' : ` (${reason}${position === null ? '' : ` at token ${position}, window ${window}`})`}`,
        `${tokens} tokens, largest gap ${number(maxGap)}, largest difference of a logit ${number(maxLogitDifference)}`,
        ...(exactWindows === null ? [] : [`${exactWindows} windows equal to the last bit`])
      ].join('; ')
    )
  ]
}
