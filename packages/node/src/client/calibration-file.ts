import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Calibration } from '@cortensor/proofs'
import { z } from 'zod'
import { nodeError } from '../errors.js'

const count = z.number().int().min(0)
const distance = z.number().min(0)
const schema = z.object({
  version: z.literal(1),
  calibrations: z
    .array(
      z.object({
        model: z.string().regex(/^[0-9a-f]{64}$/),
        quantisation: z.string().max(32),
        writer: z.string().max(128),
        reader: z.string().max(128),
        answers: count,
        tokens: count,
        maxGap: distance,
        maxLogitDifference: distance
      })
    )
    .max(10_000)
})

/** What was measured on this machine; none when there is no file. Throws `NODE_CONFIG_INVALID` for a file that is not one of ours. */
export function readCalibrations(path: string): Calibration[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return []
    }
    throw error
  }
  try {
    return schema.parse(JSON.parse(text)).calibrations as Calibration[]
  } catch (cause) {
    throw nodeError('NODE_CONFIG_INVALID', `${path} is not what calibrate writes: delete it and calibrate again`, { cause })
  }
}

/** Adds measurements; one of the same model, writer and reader is replaced. The file is whole at any time. */
export function storeCalibrations(path: string, measured: readonly Calibration[]): Calibration[] {
  const keyOf = ({ model, reader, writer }: Calibration): string => [model, writer, reader].join('\n')
  const all = new Map([...readCalibrations(path), ...measured].map((calibration) => [keyOf(calibration), calibration]))
  const calibrations = [...all.values()]
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify({ version: 1, calibrations }, null, 2)}\n`)
  renameSync(temporary, path)
  return calibrations
}
