import type { ModelId, SessionId } from '@cortensor/interface'
import {
  ownBytes,
  readBytes,
  readCount,
  readDistinct,
  readHex32,
  readId,
  readInt,
  readList,
  readNodeId,
  writeHex32,
  writeId,
  writeNodeId
} from '../../common/v1/checks.js'
import { MAX_ANSWER_TOKENS, MAX_PRICE_MICRO_PER_KILOTOKEN, maxPayloadBytes } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { TaskHeader as WireTaskHeader } from './generated/task.js'
import { MAX_ASSIGNED, MAX_ATTEMPTS } from './limits.js'
import type { TaskHeader } from './types.js'

function toWire(header: TaskHeader): WireTaskHeader {
  return {
    sessionId: writeId(header.sessionId, 'sessionId'),
    modelId: writeId(header.modelId, 'modelId'),
    decodeSpec: writeHex32(header.decodeSpec, 'decodeSpec'),
    payloadCommitment: writeHex32(header.payloadCommitment, 'payloadCommitment'),
    assigned: readList(header.assigned, 1, MAX_ASSIGNED, 'assigned').map((miner) => writeNodeId(miner, 'assigned')),
    redundancy: header.redundancy,
    priceMicroPerKilotoken: header.priceMicroPerKilotoken,
    maxTokens: header.maxTokens,
    deadlineMs: header.deadlineMs,
    nonce: ownBytes(header.nonce),
    attempt: header.attempt,
    isPrivate: header.privacy === 'private'
  }
}

function fromWire(wire: WireTaskHeader): TaskHeader {
  const assigned = readList(wire.assigned, 1, MAX_ASSIGNED, 'assigned').map((miner) => readNodeId(miner, 'assigned'))
  return {
    sessionId: readId<SessionId>(wire.sessionId, 'sessionId'),
    modelId: readId<ModelId>(wire.modelId, 'modelId'),
    decodeSpec: readHex32(wire.decodeSpec, 'decodeSpec'),
    payloadCommitment: readHex32(wire.payloadCommitment, 'payloadCommitment'),
    assigned: readDistinct(assigned, String, 'assigned'),
    redundancy: readInt(wire.redundancy, 1, assigned.length, 'redundancy'),
    priceMicroPerKilotoken: readInt(wire.priceMicroPerKilotoken, 0, MAX_PRICE_MICRO_PER_KILOTOKEN, 'priceMicroPerKilotoken'),
    maxTokens: readInt(wire.maxTokens, 1, MAX_ANSWER_TOKENS, 'maxTokens'),
    deadlineMs: readCount(wire.deadlineMs, 'deadlineMs'),
    nonce: readBytes(wire.nonce, 32, 'nonce'),
    attempt: readInt(wire.attempt, 1, MAX_ATTEMPTS, 'attempt'),
    privacy: wire.isPrivate ? 'private' : 'public'
  }
}

const codec = createWireCodec<TaskHeader, WireTaskHeader>({
  name: 'TaskHeader',
  maxBytes: maxPayloadBytes('task'),
  message: WireTaskHeader,
  toWire,
  fromWire
})

export const encodeTaskHeader = codec.encode
export const decodeTaskHeader = codec.decode
