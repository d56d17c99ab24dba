import { type ContentStore, CortensorError, type RequestHandler, type Signer } from '@cortensor/interface'
import { decodeAuditRequest, decodeStoredTranscript, isSealed, MAX_TRANSCRIPT_BYTES, openKeyBox } from '@cortensor/protocols'
import type { Auditor } from '../audit/auditor.js'
import type { MinerErrorCode } from '../errors.js'

/**
 * Serves transcripts, and what opens them, to the auditors that the epoch's randomness has drawn; resets the stream of everybody else. The
 * key is in the block, sealed to this node, so that there is no other state that could be lost.
 */
export function createAuditHandler(
  { signer, store }: { signer: Signer; store: ContentStore },
  { answerFor }: Pick<Auditor, 'answerFor'>
): RequestHandler {
  return async function* audit(request, { from, signal }) {
    const { subject } = decodeAuditRequest(request)
    const answer = answerFor(subject, from)
    if (answer === null) {
      throw new CortensorError<MinerErrorCode>('MINER_NOT_AUDITOR', 'This node was not drawn to audit that answer')
    }
    const block = await store.get(answer.transcript, { localOnly: true, maxBytes: MAX_TRANSCRIPT_BYTES, signal })
    yield block
    const stored = answer.isMaybeSealed ? decodeStoredTranscript(block) : null
    const key = stored !== null && isSealed(stored) ? await openKeyBox(stored, signer) : null
    if (key !== null) {
      yield key
    }
  }
}
