import type { RoundId, TaskId } from '@cortensor/interface'
import {
  ownBytes,
  readBytes,
  readCid,
  readHex32,
  readId,
  readInt,
  readNodeId,
  readOneOf,
  requireOneField,
  writeCid,
  writeHex32,
  writeId,
  writeNodeId
} from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_ANSWER_TOKENS, MAX_PROMPT_TOKENS, maxPayloadBytes } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { countWindows } from '../../transcript/v1/windows.js'
import {
  type ResultCommit,
  type ResultPrecommit,
  type AuditPrecommit as WireAuditPrecommit,
  type AuditReveal as WireAuditReveal,
  ResultMessage as WireResultMessage
} from './generated/result.js'
import { AUDIT_VOTES, isFoundFalse, MAX_AUDIT_SAMPLE_BYTES } from './limits.js'
import type { AuditRound, AuditSubject, ResultMessage } from './types.js'

/** How a finished answer ends; a cancelled one is never committed. */
export const COMMITTED_FINISH_REASONS = ['stop', 'length'] as const

function toWire(message: ResultMessage): WireResultMessage {
  if (message.type === 'acknowledgement') {
    return { acknowledgement: { taskId: writeId(message.taskId, 'taskId') } }
  }
  if (message.type === 'precommit') {
    const taskId = writeId(message.taskId, 'taskId')
    return { precommit: { taskId, commitment: writeHex32(message.commitment, 'commitment') } }
  }
  if (message.type === 'audit-precommit') {
    const { miner, round, subject } = message
    return {
      auditPrecommit: {
        subject: writeId(subject, 'subject'),
        miner: writeNodeId(miner, 'miner'),
        round,
        commitment: writeHex32(message.commitment, 'commitment')
      }
    }
  }
  if (message.type === 'audit-plant') {
    return { auditPlant: { subject: writeId(message.subject, 'subject'), secret: ownBytes(message.secret) } }
  }
  if (message.type === 'audit-reveal') {
    const { isExact, miner, round, salt, sample, subject, vote, window } = message
    return {
      auditReveal: {
        subject: writeId(subject, 'subject'),
        miner: writeNodeId(miner, 'miner'),
        round,
        salt: ownBytes(salt),
        vote,
        window: window === null ? 0 : window + 1,
        sample: ownBytes(sample),
        isExact
      }
    }
  }
  return {
    commit: {
      taskId: writeId(message.taskId, 'taskId'),
      salt: ownBytes(message.salt),
      transcript: writeCid(message.transcript, 'transcript'),
      promptTokens: message.promptTokens,
      completionTokens: message.completionTokens,
      finishReason: message.finishReason
    }
  }
}

function precommitFromWire(wire: ResultPrecommit): ResultMessage {
  return {
    type: 'precommit',
    taskId: readId<TaskId>(wire.taskId, 'taskId'),
    commitment: readHex32(wire.commitment, 'commitment')
  }
}

function commitFromWire(wire: ResultCommit): ResultMessage {
  return {
    type: 'commit',
    taskId: readId<TaskId>(wire.taskId, 'taskId'),
    salt: readBytes(wire.salt, 32, 'salt'),
    transcript: readCid(wire.transcript, 'transcript'),
    promptTokens: readInt(wire.promptTokens, 0, MAX_PROMPT_TOKENS, 'promptTokens'),
    completionTokens: readInt(wire.completionTokens, 0, MAX_ANSWER_TOKENS, 'completionTokens'),
    finishReason: readOneOf(wire.finishReason, COMMITTED_FINISH_REASONS, 'finishReason')
  }
}

const auditSubject = (wire: WireAuditPrecommit | WireAuditReveal): AuditSubject => ({
  subject: readId<TaskId | RoundId>(wire.subject, 'subject'),
  miner: readNodeId(wire.miner, 'miner'),
  round: readInt(wire.round, 0, 1, 'round') as AuditRound
})

const auditPrecommitFromWire = (wire: WireAuditPrecommit): ResultMessage => ({
  type: 'audit-precommit',
  ...auditSubject(wire),
  commitment: readHex32(wire.commitment, 'commitment')
})

function auditRevealFromWire(wire: WireAuditReveal): ResultMessage {
  const window = readInt(wire.window, 0, countWindows(MAX_ANSWER_TOKENS), 'window')
  if (wire.sample.byteLength > MAX_AUDIT_SAMPLE_BYTES) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `sample must have at most ${MAX_AUDIT_SAMPLE_BYTES} bytes`)
  }
  const vote = readOneOf(wire.vote, AUDIT_VOTES, 'vote')
  if (wire.isExact && (!isFoundFalse(vote) || window === 0)) {
    throw wireError('WIRE_MALFORMED', 'Only a vote against an answer that names a window is exact')
  }
  return {
    type: 'audit-reveal',
    ...auditSubject(wire),
    salt: readBytes(wire.salt, 32, 'salt'),
    vote,
    window: window === 0 ? null : window - 1,
    sample: ownBytes(wire.sample),
    isExact: wire.isExact
  }
}

function fromWire(wire: WireResultMessage): ResultMessage {
  requireOneField(wire, 'ResultMessage')
  if (wire.precommit !== undefined) {
    return precommitFromWire(wire.precommit)
  }
  if (wire.commit !== undefined) {
    return commitFromWire(wire.commit)
  }
  if (wire.auditPrecommit !== undefined) {
    return auditPrecommitFromWire(wire.auditPrecommit)
  }
  if (wire.auditReveal !== undefined) {
    return auditRevealFromWire(wire.auditReveal)
  }
  if (wire.auditPlant !== undefined) {
    const { secret, subject } = wire.auditPlant
    return {
      type: 'audit-plant',
      subject: readId<TaskId | RoundId>(subject, 'subject'),
      secret: readBytes(secret, 32, 'secret')
    }
  }
  if (wire.acknowledgement !== undefined) {
    return { type: 'acknowledgement', taskId: readId<TaskId>(wire.acknowledgement.taskId, 'taskId') }
  }
  throw wireError('WIRE_MALFORMED', 'ResultMessage has no known field')
}

const codec = createWireCodec<ResultMessage, WireResultMessage>({
  name: 'ResultMessage',
  maxBytes: maxPayloadBytes('result'),
  message: WireResultMessage,
  toWire,
  fromWire
})

export const encodeResultMessage = codec.encode
export const decodeResultMessage = codec.decode
