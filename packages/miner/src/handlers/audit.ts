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
  const ownKey = async (block: Uint8Array): Promise<Uint8Array | null> => {
    const stored = decodeStoredTranscript(block)
    return isSealed(stored) ? openKeyBox(stored, signer) : null
  }
  return async function* audit(request, { from, signal }) {
    const answer = answerFor(decodeAuditRequest(request), from)
    if (answer === null) {
      throw new CortensorError<MinerErrorCode>('MINER_NOT_AUDITOR', 'This node was not drawn to audit that answer')
    }
    const block = await store.get(answer.transcript, { localOnly: true, maxBytes: MAX_TRANSCRIPT_BYTES, signal })
    yield block
    const key = answer.key === 'own' ? await ownKey(block) : answer.key
    if (key !== null) {
      yield key
    }
  }
}
