import type { CidString, Logger, Network, NetworkId } from '@cortensor/interface'
import { streamProtocol } from '@cortensor/protocols'
import type { OpenContent } from '../open-content.js'
import { createBlockClient } from './block-client.js'
import { type BlockFetcher, createBlockFetcher } from './block-fetcher.js'
import { BLOCK_SERVER_LIMITS, createBlockServer } from './block-server.js'

export interface ExchangeInit {
  content: OpenContent
  network: Network
  networkId: NetworkId
  /** A block that nobody delivers within this time is not found, in ms. */
  fetchTimeoutMs: number
  /** A block that is here, or null. */
  read(cid: CidString, signal: AbortSignal): Promise<Uint8Array | null>
  logger: Logger | undefined
}

export interface Exchange {
  fetch: BlockFetcher
  /** Gives and takes nothing more, and resolves when nothing is under way. */
  close(): Promise<void>
}

/** Gives blocks to peers and takes them from peers. */
export async function openExchange(init: ExchangeInit): Promise<Exchange> {
  const { content, logger, network } = init
  const protocol = streamProtocol(init.networkId, 'blocks')
  const unhandle = await network.handle(protocol, createBlockServer(init), BLOCK_SERVER_LIMITS)
  const client = createBlockClient({ network, protocol, logger })
  return {
    fetch: createBlockFetcher({ content, client, timeoutMs: init.fetchTimeoutMs, logger }),
    async close() {
      client.stop()
      await unhandle()
    }
  }
}
