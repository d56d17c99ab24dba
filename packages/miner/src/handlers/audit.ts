import { type ContentStore, CortensorError, type RequestHandler, type Signer } from '@cortensor/interface'
import {
  AUDIT_LIMITS,
  decodeAuditRequest,
  decodeStoredTranscript,
  isSealed,
  MAX_TRANSCRIPT_BYTES,
  openKeyBox
} from '@cortensor/protocols'
import { LruMap } from '@cortensor/utils'
import type { Auditor } from '../audit/auditor.js'
import type { MinerErrorCode } from '../errors.js'

/** Pairs of answer and auditor that are counted: more than are open at a time. */
const REMEMBERED_AUDITORS = 10_000

/**
 * Serves transcripts, and what opens them, to the auditors that the epoch's randomness has drawn; resets the stream of everybody else. The
 * key is in the block, sealed to this node, so that there is no other state that could be lost.
 */
export function createAuditHandler(
  { signer, store }: { signer: Signer; store: ContentStore },
  { answerFor }: Pick<Auditor, 'answerFor'>
): RequestHandler {
  const servings = new LruMap<string, number>(REMEMBERED_AUDITORS)
  return async function* audit(request, { from, signal }) {
    const { subject } = decodeAuditRequest(request)
    const answer = answerFor(subject, from)
    const count = servings.get(`${subject}/${from}`) ?? 0
    if (answer === null || count >= AUDIT_LIMITS.maxServings) {
      throw new CortensorError<MinerErrorCode>('MINER_NOT_AUDITOR', 'This node was not drawn to audit that answer')
    }
    servings.set(`${subject}/${from}`, count + 1)
    const block = await store.get(answer.transcript, { localOnly: true, maxBytes: MAX_TRANSCRIPT_BYTES, signal })
    yield block
    const stored = answer.isMaybeSealed ? decodeStoredTranscript(block) : null
    const key = stored !== null && isSealed(stored) ? await openKeyBox(stored, signer) : null
    if (key !== null) {
      yield key
    }
  }
}
