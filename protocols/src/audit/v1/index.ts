import type { TaskId } from '@cortensor/interface'
import { readId, writeId } from '../../common/v1/checks.js'
import { guard } from '../../common/v1/errors.js'
import { MAX_TRANSCRIPT_BYTES } from '../../transcript/v1/limits.js'

/** Of the stream `audit`: a request is a task's id, the answer one frame with the transcript's block. */
export const AUDIT_LIMITS = { maxRequestBytes: 32, maxFrameBytes: MAX_TRANSCRIPT_BYTES } as const

export const encodeAuditRequest = (taskId: TaskId): Uint8Array => guard('AuditRequest', () => writeId(taskId, 'taskId'))

/** Throws a `WireErrorCode` for anything but 32 bytes. */
export const decodeAuditRequest = (bytes: Uint8Array): TaskId => guard('AuditRequest', () => readId<TaskId>(bytes, 'taskId'))
