import { createLogger, receiptChain } from '@cortensor/node'
import type { ReceiptChain } from '@cortensor/proofs'
import { decodeReceipt, isWireError } from '@cortensor/protocols'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { using } from '../run.js'

/** What the chain that the options name says of a receipt's epoch: `none` when it has no such epoch; null when the file names none. */
export async function receiptRoot(bytes: Uint8Array, options: ConnectOptions): Promise<ReceiptChain | 'none' | null> {
  try {
    const { epoch } = decodeReceipt(bytes).commit
    const { client } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
    return (await using(client, () => receiptChain(client.chain, epoch))) ?? 'none'
  } catch (error) {
    if (isWireError(error)) {
      return null
    }
    throw error
  }
}
