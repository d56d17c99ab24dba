import { writeFileSync } from 'node:fs'
import { createVerifier } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { createLogger, exportDataset, keepDataset, MAX_DATASET_BYTES, readDataset, verifyDataset } from '@cortensor/node'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { cliError } from '../errors.js'
import { readInputFile } from '../input-file.js'
import { createOutput } from '../output.js'
import { using } from '../run.js'

export interface DatasetExportOptions extends ConnectOptions {
  car: string
  jsonl?: string
  epochs?: number
  license?: string
  json?: boolean
}

/** Writes the rounds of the last epochs to files. */
export async function exportRows(options: DatasetExportOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { client, registry } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const { epochs: maxEpochs, license } = options
  const { car, jsonl, ...told } = await using(client, () => exportDataset({ client, registry, maxEpochs, license }))
  writeFileSync(options.car, car)
  if (options.jsonl !== undefined) {
    writeFileSync(options.jsonl, jsonl)
  }
  if (output.json) {
    output.value(told)
  }
  const [from, to] = told.epochs
  output.line(`${told.rows} rows of ${told.rounds} rounds, epochs ${from} to ${to}, with ${told.messages} signed messages`)
  output.line(`  dataset  ${told.root}`)
  output.line(`  file     ${options.car}, ${car.byteLength} bytes`)
}

export interface DatasetImportOptions {
  verify?: boolean
  root?: string
  jsonl?: string
  keep?: string
  json?: boolean
}

/** Reads a dataset, checks it where that is wanted, and makes the exit code say how that went. */
export async function importRows(file: string, options: DatasetImportOptions): Promise<void> {
  const output = createOutput(options.json === true)
  if (options.root !== undefined && options.verify !== true) {
    throw cliError('CLI_BAD_OPTION', '--root is checked with --verify only; add that')
  }
  const bytes = readInputFile(file, 'a dataset', MAX_DATASET_BYTES)
  const verified =
    options.verify === true
      ? await verifyDataset({ bytes, root: options.root as CidString | undefined, verifier: createVerifier() })
      : null
  if (verified?.valid === false) {
    if (output.json) {
      output.value(verified)
    }
    output.line(`${file} is NOT VALID: ${verified.reason}`)
    process.exitCode = 1
    return
  }
  const { jsonl, ...told } = await readDataset(bytes)
  if (options.jsonl !== undefined) {
    writeFileSync(options.jsonl, jsonl)
  }
  const logger = createLogger({ level: 'error', destination: 'stderr' })
  const kept = options.keep === undefined ? null : await keepDataset({ bytes, dataDir: options.keep, logger })
  if (output.json) {
    output.value({ ...told, ...verified, kept: kept?.blocks ?? 0 })
  }
  output.line(`${told.rows} rows, licence ${told.license}: ${verified === null ? 'not verified (add --verify)' : 'valid'}`)
  output.line(`  dataset      ${told.root}`)
  for (const unchecked of verified?.unchecked ?? []) {
    output.line(`  not checked  ${unchecked}`)
  }
  if (kept !== null) {
    output.line(`  kept         ${kept.blocks} blocks in ${options.keep}`)
  }
}
