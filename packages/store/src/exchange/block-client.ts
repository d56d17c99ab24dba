import { bytesToHex32, cidToHex32, sha256 } from '@cortensor/crypto'
import { type CidString, errorMessage, type Hex32, type Logger, type Network, type NodeId } from '@cortensor/interface'
import { BLOCKS_LIMITS, encodeBlocksRequest, MAX_BLOCKS_PER_REQUEST } from '@cortensor/protocols'
import { createDeferred, type Deferred } from '@cortensor/utils'

/** What is wanted of one peer within this time travels in one request: a stream costs more than a hash. */
const GATHER_MS = 1

/** A peer that has not given everything by then does not; as long as opening a stream may take. */
const ANSWER_TIMEOUT_MS = 10_000

export interface BlockClientInit {
  network: Network
  protocol: string
  logger: Logger | undefined
}

export interface BlockClient {
  /** The block from this peer, or null when it does not give it. Never rejects; a second call joins the first. */
  ask(peer: NodeId, cid: CidString): Promise<Uint8Array | null>
  /** Everything in progress ends with null. */
  stop(): void
}

type Wanted = Map<Hex32, Deferred<Uint8Array | null>>

/** Asks single peers for blocks, and checks what comes. */
export function createBlockClient(init: BlockClientInit): BlockClient {
  const { logger, network } = init
  /** All that is not answered yet, by peer and hash. */
  const asked = new Map<NodeId, Wanted>()
  /** Of those, what no request has been sent for. */
  const gathering = new Map<NodeId, Wanted>()
  const stopping = new AbortController()

  const forget = (peer: NodeId, hash: Hex32): void => {
    const wanted = asked.get(peer)
    wanted?.delete(hash)
    if (wanted?.size === 0) {
      asked.delete(peer)
    }
  }
  const receive = async (peer: NodeId, wanted: Wanted): Promise<void> => {
    const request = encodeBlocksRequest({ hashes: [...wanted.keys()] })
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)])
    const { maxResponseBytes } = BLOCKS_LIMITS
    for await (const block of network.request(peer, init.protocol, request, { maxResponseBytes, signal })) {
      const hash = bytesToHex32(sha256(block))
      const one = wanted.get(hash)
      if (one === undefined) {
        network.report(peer, 'protocol-violation')
        return
      }
      wanted.delete(hash)
      forget(peer, hash)
      one.resolve(block)
    }
  }
  const send = async (peer: NodeId): Promise<void> => {
    const wanted = gathering.get(peer)
    gathering.delete(peer)
    if (wanted === undefined) {
      return
    }
    try {
      await receive(peer, wanted)
    } catch (error) {
      logger?.debug('A peer gave no blocks', { peer, error: errorMessage(error) })
    }
    for (const [hash, one] of wanted) {
      forget(peer, hash)
      one.resolve(null)
    }
  }
  return {
    ask(peer, cid) {
      const hash = cidToHex32(cid)
      const known = asked.get(peer)?.get(hash)
      if (known !== undefined) {
        return known.promise
      }
      if (stopping.signal.aborted) {
        return Promise.resolve(null)
      }
      const one = createDeferred<Uint8Array | null>()
      asked.set(peer, (asked.get(peer) ?? new Map()).set(hash, one))
      const wanted = gathering.get(peer)
      if (wanted === undefined) {
        gathering.set(peer, new Map([[hash, one]]))
        setTimeout(() => void send(peer), GATHER_MS)
      } else {
        wanted.set(hash, one)
        if (wanted.size === MAX_BLOCKS_PER_REQUEST) {
          void send(peer)
        }
      }
      return one.promise
    },
    stop: () => stopping.abort()
  }
}
