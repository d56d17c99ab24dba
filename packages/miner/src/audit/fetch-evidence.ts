import { blockCid } from '@cortensor/crypto'
import type { Clock, ContentStore, Logger, Network, NetworkId, NodeId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { readTranscript } from '@cortensor/proofs'
import {
  AUDIT_KEY_BYTES,
  AUDIT_LIMITS,
  encodeAuditRequest,
  isFoundFalse,
  MAX_TRANSCRIPT_BYTES,
  type PendingAudit,
  type SealedTranscript,
  streamProtocol
} from '@cortensor/protocols'
import { within } from '@cortensor/utils'

export interface FetchEvidenceInit {
  clock: Clock
  network: Pick<Network, 'request'>
  networkId: NetworkId
  store: Pick<ContentStore, 'get'>
  read: typeof readTranscript
  logger: Logger
  /** After this nobody is asked any more, in ms. */
  limitMs: number
  signal: AbortSignal
}

/** What an auditor was given. */
export interface Evidence {
  /** The block of the CID that the miner committed to; null when nobody served it. */
  block: Uint8Array | null
  /** What the miner and the router say opens it. */
  keys: Uint8Array[]
}

/** Of the time for all, how long one may take to answer: somebody who never does must not keep the others from being asked. */
const ASK_SHARE = 0.25
/** Of the time for all, the first wait before everybody is asked again; each one after is twice as long. */
const FIRST_WAIT_SHARE = 1 / 32

/**
 * The transcript of an answer and what opens it: from its miner, or in a dispute from who has found it false; the block otherwise from whoever
 * has it, the key from the router. Asks again until the time is over, because who is slow, or starts anew, withholds nothing. Throws at an
 * abort alone.
 */
export async function fetchEvidence(
  { earlier, miner, source, subject, transcript }: PendingAudit,
  { clock, limitMs, logger, network, networkId, read, signal, store }: FetchEvidenceInit
): Promise<Evidence> {
  const evidence: Evidence = { block: null, keys: [] }
  const protocol = streamProtocol(networkId, 'audit')
  const attempt = async (what: string, limited: AbortSignal, work: (asked: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await within(clock, limitMs * ASK_SHARE, limited, work)
    } catch (error) {
      signal.throwIfAborted()
      logger.debug('Evidence for an audit was not served', { what, subject, error: errorMessage(error) })
    }
  }
  const take = (message: Uint8Array): void => {
    if (message.byteLength === AUDIT_KEY_BYTES) {
      evidence.keys.push(message)
    } else if (blockCid(message, 'dag-cbor') === transcript) {
      evidence.block ??= message
    }
  }
  const ask = async (peer: NodeId, header: Uint8Array | null, asked: AbortSignal): Promise<void> => {
    const request = encodeAuditRequest({ subject, miner, header })
    let messages = 0
    const { maxFrameBytes } = AUDIT_LIMITS
    for await (const message of network.request(peer, protocol, request, { signal: asked, maxResponseBytes: maxFrameBytes })) {
      take(message)
      if (++messages === AUDIT_LIMITS.maxFrames) {
        return
      }
    }
  }
  /** In a dispute the miner knows what was found false, and may rather show nothing; who has found it false has it, too. */
  const holders = [miner, ...earlier.filter(({ vote }) => isFoundFalse(vote)).map(({ auditor }) => auditor)]
  /** What is still sealed; null when it can be read, or will never be. */
  const sealed = (): SealedTranscript | null => {
    const found = evidence.block === null ? null : read(evidence.block, evidence.keys)
    return found?.type === 'sealed' ? found.transcript : null
  }
  const askAll = async (limited: AbortSignal): Promise<void> => {
    evidence.keys = []
    await Promise.all(holders.map((holder) => attempt('stream of a holder', limited, (asked) => ask(holder, null, asked))))
    if (evidence.block === null) {
      await attempt('block', limited, async (asked) =>
        take(await store.get(transcript, { providers: holders, maxBytes: MAX_TRANSCRIPT_BYTES, signal: asked }))
      )
    }
    const found = sealed()
    if (found !== null && source.type === 'task') {
      await attempt('key of the router', limited, (asked) => ask(source.router, found.subject.assignment.header, asked))
    }
  }
  const work = async (limited: AbortSignal): Promise<void> => {
    for (let waitMs = limitMs * FIRST_WAIT_SHARE; ; waitMs *= 2) {
      await askAll(limited)
      if (evidence.block !== null && sealed() === null) {
        return
      }
      await clock.sleep(waitMs, { signal: limited })
    }
  }
  await within(clock, limitMs, signal, work).catch(() => signal.throwIfAborted())
  return evidence
}
