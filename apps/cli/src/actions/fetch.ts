import { cidToHash } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { createLogger } from '@cortensor/node'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { cliError } from '../errors.js'
import { using } from '../run.js'

/** The largest block of the network is a report. */
const MAX_BYTES = 2 * 1024 * 1024

/** Writes a block to stdout. */
export async function fetchBlock(cid: string, options: ConnectOptions): Promise<void> {
  if (cidToHash(cid) === null) {
    throw cliError('CLI_BAD_OPTION', `${cid} is not a CID of this network (CIDv1, dag-cbor or raw, SHA-256)`)
  }
  const { client } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const block = await using(client, () => client.fetch(cid as CidString, { maxBytes: MAX_BYTES }))
  process.stdout.write(block)
}
