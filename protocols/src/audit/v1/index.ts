import type { RoundId, TaskId } from '@cortensor/interface'
import { readBlob, readId, writeId } from '../../common/v1/checks.js'
import { guard } from '../../common/v1/errors.js'
import { maxPayloadBytes } from '../../common/v1/limits.js'
import { MAX_TRANSCRIPT_BYTES } from '../../transcript/v1/limits.js'

const ID_BYTES = 32

/** What opens a private transcript: the salt of its task. No block of a transcript is as short. */
export const AUDIT_KEY_BYTES = 32

/** Of the stream `audit`. A miner answers with the block and, of a private task, the key; a router with the key alone. */
export const AUDIT_LIMITS = {
  maxRequestBytes: ID_BYTES + maxPayloadBytes('task'),
  maxFrameBytes: MAX_TRANSCRIPT_BYTES,
  maxFrames: 2,
  /** Answers to one auditor about one answer: it asks again while it has not got everything, six times, and once more when it was restarted. */
  maxServings: 12,
  /** An auditor asks about so many answers at a time, and all of them may be of one miner. */
  maxStreamsPerPeer: 16,
  /** Of drawn auditors alone: 32 that use all of their streams. */
  maxStreams: 512
} as const

/** What an auditor asks for. */
export interface AuditRequest {
  subject: TaskId | RoundId
  /** Of a router: the header as it stands in the transcript, by which it finds the key again. Null of a miner. */
  header: Uint8Array | null
}

export const encodeAuditRequest = ({ header, subject }: AuditRequest): Uint8Array =>
  guard('AuditRequest', () => {
    const id = writeId(subject, 'subject')
    const bytes = new Uint8Array(ID_BYTES + (header?.byteLength ?? 0))
    bytes.set(id)
    bytes.set(header ?? [], ID_BYTES)
    return bytes
  })

/** Throws a `WireErrorCode` for less than an id, or more than an id and a header. */
export const decodeAuditRequest = (bytes: Uint8Array): AuditRequest =>
  guard('AuditRequest', () => ({
    subject: readId<TaskId | RoundId>(bytes.subarray(0, ID_BYTES), 'subject'),
    header: bytes.byteLength <= ID_BYTES ? null : readBlob(bytes.subarray(ID_BYTES), maxPayloadBytes('task'), 'header')
  }))
