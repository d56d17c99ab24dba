import { writeFileSync } from 'node:fs'
import type { EpochNumber } from '@cortensor/interface'
import { archiveEpoch, createLogger } from '@cortensor/node'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { createOutput } from '../output.js'
import { using } from '../run.js'

export interface ExportOptions extends ConnectOptions {
  car: string
  json?: boolean
}

/** Writes an epoch and all that its verification needs to a file. */
export async function exportEpoch(epoch: number, options: ExportOptions): Promise<void> {
  const { client, params, registry } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const bytes = await using(client, () => archiveEpoch({ client, epoch: epoch as EpochNumber, params, registry }))
  writeFileSync(options.car, bytes)
  const output = createOutput(options.json === true)
  if (output.json) {
    output.value({ epoch, file: options.car, bytes: bytes.byteLength })
  }
  output.line(`Epoch ${epoch} is in ${options.car}, ${bytes.byteLength} bytes`)
}
