import { cidToHash } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { createLogger } from '@cortensor/node'
import { readTranscript } from '@cortensor/proofs'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { cliError } from '../errors.js'
import { using } from '../run.js'
import { transcriptToJson, transcriptToText } from '../transcript-view.js'

export interface FetchOptions extends ConnectOptions {
  raw?: boolean
  key?: Uint8Array
  json?: boolean
}

/** The largest block of the network: a store keeps no larger one. */
const MAX_BYTES = 2 * 1024 * 1024

/** Fetches a block from the network that the options name. */
export async function fetchFrom(cid: string, options: ConnectOptions): Promise<Uint8Array> {
  if (cidToHash(cid) === null) {
    throw cliError('CLI_BAD_OPTION', `${cid} is not a CID of this network (CIDv1, dag-cbor or raw, SHA-256)`)
  }
  const { client } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  return using(client, () => client.fetch(cid as CidString, { maxBytes: MAX_BYTES }))
}

/** Writes a block to stdout, a transcript in words. */
export async function fetchBlock(cid: string, options: FetchOptions): Promise<void> {
  const block = await fetchFrom(cid, options)
  const read = readTranscript(block, options.key === undefined ? [] : [options.key])
  if (options.raw === true || read.type === 'malformed') {
    process.stdout.write(block)
    return
  }
  if (read.type === 'sealed' && options.key !== undefined) {
    throw cliError(
      'CLI_BAD_OPTION',
      'This key does not open the transcript: take the "key" of GET /v1/receipts/{id} for its task'
    )
  }
  const { transcript } = read
  process.stdout.write(`${options.json === true ? transcriptToJson(cid, transcript) : transcriptToText(cid, transcript)}\n`)
}
