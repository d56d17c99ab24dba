import type { TaskId } from '@cortensor/interface'
import {
  ownBytes,
  readBytes,
  readCid,
  readHex32,
  readId,
  readInt,
  readOneOf,
  requireOneField,
  writeCid,
  writeHex32,
  writeId
} from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_ANSWER_TOKENS, MAX_PROMPT_TOKENS, maxPayloadBytes } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { type ResultCommit, type ResultPrecommit, ResultMessage as WireResultMessage } from './generated/result.js'
import type { ResultMessage } from './types.js'

/** How a finished answer ends; a cancelled one is never committed. */
export const COMMITTED_FINISH_REASONS = ['stop', 'length'] as const

function toWire(message: ResultMessage): WireResultMessage {
  const taskId = writeId(message.taskId, 'taskId')
  if (message.type === 'precommit') {
    return { precommit: { taskId, commitment: writeHex32(message.commitment, 'commitment') } }
  }
  return {
    commit: {
      taskId,
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

function fromWire(wire: WireResultMessage): ResultMessage {
  requireOneField(wire, 'ResultMessage')
  if (wire.precommit !== undefined) {
    return precommitFromWire(wire.precommit)
  }
  if (wire.commit !== undefined) {
    return commitFromWire(wire.commit)
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
