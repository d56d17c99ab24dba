import { type CidString, errorMessage, type Logger, type NodeId } from '@cortensor/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import { storeError } from '../errors.js'
import type { OpenContent } from '../open-content.js'
import { askProviders } from './ask-providers.js'
import type { BlockClient } from './block-client.js'
import { soon } from './soon.js'

/**
 * Bitswap asks every connected peer and the DHT, which costs some thirty times what one provider costs: it begins when the named providers
 * do not give the block, or not within this time.
 */
const BITSWAP_AFTER_MS = 1_000

/**
 * Bitswap forgets a want when another fetch of the same block is given up, and a peer that stores the block later does not come back
 * to it; asking anew mends both. Doubles each time, so that a slow transfer gets its time.
 */
const FIRST_ATTEMPT_MS = 2_000

/** Peers dialled for one block. */
const MAX_DIALLED = 16

export interface BlockFetcherInit {
  content: OpenContent
  client: BlockClient
  /** A block that nobody delivers within this time is not found, in ms. */
  timeoutMs: number
  logger: Logger | undefined
}

/** Brings a block from the network and stores it. Throws `STORE_NOT_FOUND`. */
export type BlockFetcher = (cid: CidString, providers: readonly NodeId[], signal: AbortSignal) => Promise<Uint8Array>

interface Found {
  block: Uint8Array
  /** Bitswap stores what it brings. */
  isStored: boolean
}

export function createBlockFetcher(init: BlockFetcherInit): BlockFetcher {
  const { client, logger } = init
  const { helia, libp2p } = init.content

  const dial = (providers: readonly NodeId[], signal: AbortSignal): void => {
    for (const provider of providers.slice(0, MAX_DIALLED)) {
      // Bitswap asks every peer that connects, so nothing else waits for a provider that is slow or away. A dial that goes on from an
      // earlier attempt is joined.
      Promise.resolve()
        .then(() => libp2p.dial(peerIdFromString(provider), { signal }))
        .catch((error: unknown) => logger?.debug('Provider not reached', { provider, error: errorMessage(error) }))
    }
  }
  const fetchByBitswap = async (cid: CidString, providers: readonly NodeId[], limited: AbortSignal): Promise<Found> => {
    for (let attemptMs = FIRST_ATTEMPT_MS; ; attemptMs *= 2) {
      const attempt = AbortSignal.any([limited, AbortSignal.timeout(attemptMs)])
      try {
        dial(providers, limited)
        for await (const block of helia.blockstore.get(CID.parse(cid), { signal: attempt })) {
          return { block, isStored: true }
        }
        throw new RangeError('The block broker gave nothing')
      } catch (error) {
        if (limited.aborted || !attempt.aborted) {
          throw notFound(cid, error)
        }
      }
    }
  }
  return async (cid, providers, signal) => {
    const enough = new AbortController()
    const limited = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(init.timeoutMs)])
    const given = askProviders(client, providers, cid, limited)
    const late = async (): Promise<Found> => {
      const block = await given
      if (block === null) {
        throw notFound(cid)
      }
      return { block, isStored: false }
    }
    let found: Found
    try {
      const block = await soon(given, BITSWAP_AFTER_MS, limited)
      found = block === null ? await Promise.any([late(), fetchByBitswap(cid, providers, limited)]) : { block, isStored: false }
    } catch (error) {
      signal.throwIfAborted()
      throw notFound(cid, error)
    } finally {
      enough.abort()
    }
    if (!found.isStored) {
      await helia.blockstore.put(CID.parse(cid), found.block, { signal })
    }
    return found.block
  }
}

const notFound = (cid: CidString, cause?: unknown): Error =>
  storeError('STORE_NOT_FOUND', `No peer delivered block ${cid} in time; name a provider or try again`, { cause })
