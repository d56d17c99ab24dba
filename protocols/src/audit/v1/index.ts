import type { RoundId, TaskId } from '@cortensor/interface'
import { readId, writeId } from '../../common/v1/checks.js'
import { guard } from '../../common/v1/errors.js'
import { MAX_TRANSCRIPT_BYTES } from '../../transcript/v1/limits.js'

/** Of the stream `audit`: a request is the id of a task or round, the answer one frame with the transcript's block. */
export const AUDIT_LIMITS = { maxRequestBytes: 32, maxFrameBytes: MAX_TRANSCRIPT_BYTES } as const

export const encodeAuditRequest = (subject: TaskId | RoundId): Uint8Array =>
  guard('AuditRequest', () => writeId(subject, 'subject'))

/** Throws a `WireErrorCode` for anything but 32 bytes. */
export const decodeAuditRequest = (bytes: Uint8Array): TaskId | RoundId =>
  guard('AuditRequest', () => readId<TaskId | RoundId>(bytes, 'subject'))
