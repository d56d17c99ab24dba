import type { AbortOptions } from '@cortensor/interface'
import { chainError } from './errors.js'
import type { Rpc } from './rpc.js'
import { asBlockHeader, type BlockHeader, toQuantity } from './values.js'

/** Null when the chain has no such block. */
export async function fetchHeader(rpc: Rpc, at: number | 'latest', options?: AbortOptions): Promise<BlockHeader | null> {
  const block = await rpc.call('eth_getBlockByNumber', [at === 'latest' ? at : toQuantity(at), false], options)
  return block === null ? null : asBlockHeader(block)
}

export async function fetchHead(rpc: Rpc, options?: AbortOptions): Promise<BlockHeader> {
  const head = await fetchHeader(rpc, 'latest', options)
  if (head === null) {
    throw chainError('CHAIN_RPC_UNREACHABLE', "The chain's RPC has no block yet; wait until it is in sync")
  }
  return head
}
