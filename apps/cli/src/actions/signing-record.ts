import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { errorMessage } from '@cortensor/interface'
import { exportSigningRecord, importSigningRecord, MAX_RECORD_BYTES, readNodeConfig } from '@cortensor/node'
import { cliError } from '../errors.js'
import { readInputFile } from '../input-file.js'
import { createOutput } from '../output.js'

export interface SigningRecordOptions {
  config?: string
  dataDir?: string
  json?: boolean
}

function folderOf({ config, dataDir }: SigningRecordOptions): string {
  if (config === undefined && dataDir === undefined) {
    throw cliError('CLI_BAD_OPTION', 'Say which oracle: --config FILE or --data-dir DIR')
  }
  return config === undefined ? resolve(dataDir as string) : readNodeConfig(config, 'oracle').dataDir
}

/** Writes the record to a new file. */
export async function exportTo(file: string, options: SigningRecordOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { bytes, node } = await exportSigningRecord(folderOf(options))
  writeNew(file, bytes)
  if (output.json) {
    output.value({ node, file: resolve(file), bytes: bytes.byteLength })
  }
  output.line(`Wrote what ${node} has signed to ${file} (${bytes.byteLength} bytes)`)
  output.line('  Import it where this oracle goes on. Started here again, it signs more, and the file is out of date.')
}

/** Adds a record from a file. */
export async function importFrom(file: string, options: SigningRecordOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { entries, node } = await importSigningRecord(
    folderOf(options),
    readInputFile(file, 'a signing record', MAX_RECORD_BYTES)
  )
  if (output.json) {
    output.value({ node, entries })
  }
  output.line(`Imported ${entries} entries for ${node}; it signs from the second epoch after its next start on`)
}

function writeNew(file: string, bytes: Uint8Array): void {
  try {
    const descriptor = openSync(file, 'wx', 0o600)
    try {
      writeSync(descriptor, bytes)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw cliError('CLI_BAD_OPTION', `${file} cannot be written (${errorMessage(error)}); name a new file`)
  }
}
