import { type ContentStore, CortensorError, type RequestHandler } from '@cortensor/interface'
import { decodeAuditRequest, MAX_TRANSCRIPT_BYTES } from '@cortensor/protocols'
import type { Auditor } from '../audit/auditor.js'

export type MinerErrorCode =
  /** Only who was drawn to audit an answer is served its transcript. */
  'MINER_NOT_AUDITOR'

/** Serves transcripts to the auditors that the epoch's randomness has drawn; resets the stream of everybody else. */
export function createAuditHandler(store: ContentStore, { transcriptFor }: Pick<Auditor, 'transcriptFor'>): RequestHandler {
  return async function* audit(request, { from, signal }) {
    const transcript = transcriptFor(decodeAuditRequest(request), from)
    if (transcript === null) {
      throw new CortensorError<MinerErrorCode>('MINER_NOT_AUDITOR', 'This node was not drawn to audit that answer')
    }
    yield await store.get(transcript, { localOnly: true, maxBytes: MAX_TRANSCRIPT_BYTES, signal })
  }
}
