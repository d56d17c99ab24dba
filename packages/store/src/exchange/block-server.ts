import { cidFromHex32 } from '@cortensor/crypto'
import type { CidString, HandlerLimits, Network, RequestHandler } from '@cortensor/interface'
import { BLOCKS_LIMITS, decodeBlocksRequest, isWireError } from '@cortensor/protocols'

/** A peer that asks for more at a time has not read what it asked for. */
const MAX_STREAMS_PER_PEER = 8

/** With one block in memory for each of them. */
const MAX_STREAMS = 64

export const BLOCK_SERVER_LIMITS: HandlerLimits = {
  ...BLOCKS_LIMITS,
  maxStreamsPerPeer: MAX_STREAMS_PER_PEER,
  maxStreams: MAX_STREAMS
}

export interface BlockServerInit {
  network: Network
  /** A block that is here, or null. */
  read(cid: CidString, signal: AbortSignal): Promise<Uint8Array | null>
}

/** Gives those of the blocks that are here, one at a time. */
export function createBlockServer({ network, read }: BlockServerInit): RequestHandler {
  return async function* serve(request, { from, signal }) {
    for (const hash of readHashes(network, request, from)) {
      // The store finds blocks by their hash, whatever the codec.
      const block = await read(cidFromHex32(hash), signal)
      if (block !== null) {
        yield block
      }
    }
  }
}

function readHashes(network: Network, request: Uint8Array, from: Parameters<Network['report']>[0]) {
  try {
    return decodeBlocksRequest(request).hashes
  } catch (error) {
    if (isWireError(error)) {
      network.report(from, 'invalid-message')
    }
    throw error
  }
}
