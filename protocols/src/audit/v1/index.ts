import { readBlob, readId, readNodeId, writeId, writeNodeId } from '../../common/v1/checks.js'
import { guard } from '../../common/v1/errors.js'
import { maxPayloadBytes } from '../../common/v1/limits.js'
import type { AuditSubject } from '../../result/v1/types.js'
import { MAX_TRANSCRIPT_BYTES } from '../../transcript/v1/limits.js'

const ID_BYTES = 32
/** An answer: its task or round, and its miner. */
const ANSWER_BYTES = 2 * ID_BYTES

/** What opens a private transcript: the salt of its task. No block of a transcript is as short. */
export const AUDIT_KEY_BYTES = 32

/** Of the stream `audit`. A node that has the answer tells the block and, of a private task, the key; a router the key alone. */
export const AUDIT_LIMITS = {
  maxRequestBytes: ANSWER_BYTES + maxPayloadBytes('task'),
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
export interface AuditRequest extends Pick<AuditSubject, 'miner' | 'subject'> {
  /** Of a router: the header as it stands in the transcript, by which it finds the key again. Null of who has the answer. */
  header: Uint8Array | null
}

export const encodeAuditRequest = ({ header, miner, subject }: AuditRequest): Uint8Array =>
  guard('AuditRequest', () => {
    const bytes = new Uint8Array(ANSWER_BYTES + (header?.byteLength ?? 0))
    bytes.set(writeId(subject, 'subject'))
    bytes.set(writeNodeId(miner, 'miner'), ID_BYTES)
    bytes.set(header ?? [], ANSWER_BYTES)
    return bytes
  })

/** Throws a `WireErrorCode` for less than an answer, or more than an answer and a header. */
export const decodeAuditRequest = (bytes: Uint8Array): AuditRequest =>
  guard('AuditRequest', () => ({
    subject: readId<AuditSubject['subject']>(bytes.subarray(0, ID_BYTES), 'subject'),
    miner: readNodeId(bytes.subarray(ID_BYTES, ANSWER_BYTES), 'miner'),
    header: bytes.byteLength <= ANSWER_BYTES ? null : readBlob(bytes.subarray(ANSWER_BYTES), maxPayloadBytes('task'), 'header')
  }))
