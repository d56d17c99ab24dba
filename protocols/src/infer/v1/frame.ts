import { ownBytes, readCid, readInt, readOneOf, readText, requireOneField, writeCid } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_ANSWER_TOKENS, MAX_FINGERPRINT_BYTES, MAX_PROMPT_TOKENS } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { COMMITTED_FINISH_REASONS } from '../../result/v1/codec.js'
import { type End, InferFrame as WireInferFrame } from './generated/infer.js'
import {
  INFER_LIMITS,
  MAX_ACKNOWLEDGEMENT_BYTES,
  MAX_FAILURE_CODE_BYTES,
  MAX_REASON_MESSAGE_BYTES,
  MAX_TOKEN_TEXT_BYTES,
  MAX_TOKENS_PER_FRAME
} from './limits.js'
import { DECLINE_REASONS, type InferFrame } from './types.js'

/** More than any engine lets wait. */
const MAX_QUEUED_AHEAD = 1_000_000

/** Largest number of a protobuf uint32: 49 days in ms. */
const MAX_UINT32 = 0xffff_ffff

function toWire(frame: InferFrame): WireInferFrame {
  switch (frame.type) {
    case 'queued':
      return { queued: { ahead: frame.ahead, acknowledgement: ownBytes(frame.acknowledgement) } }
    case 'accepted':
      return { accepted: { promptTokens: frame.promptTokens, fingerprint: frame.fingerprint } }
    case 'declined':
      return { declined: { reason: frame.reason, message: frame.message } }
    case 'token':
      return { token: { text: frame.text, count: frame.count } }
    case 'end':
      return {
        end: {
          finishReason: frame.finishReason,
          promptTokens: frame.promptTokens,
          completionTokens: frame.completionTokens,
          transcript: writeCid(frame.transcript, 'transcript'),
          firstTokenMs: frame.firstTokenMs,
          totalMs: frame.totalMs
        }
      }
    case 'failed':
      return { failed: { code: frame.code, message: frame.message } }
  }
}

function endFromWire(end: End): InferFrame {
  return {
    type: 'end',
    finishReason: readOneOf(end.finishReason, COMMITTED_FINISH_REASONS, 'finishReason'),
    promptTokens: readInt(end.promptTokens, 0, MAX_PROMPT_TOKENS, 'promptTokens'),
    completionTokens: readInt(end.completionTokens, 0, MAX_ANSWER_TOKENS, 'completionTokens'),
    transcript: readCid(end.transcript, 'transcript'),
    firstTokenMs: readInt(end.firstTokenMs, 0, MAX_UINT32, 'firstTokenMs'),
    totalMs: readInt(end.totalMs, 0, MAX_UINT32, 'totalMs')
  }
}

const readReason = (text: string): string => readText(text, MAX_REASON_MESSAGE_BYTES, 'message')

function fromWire(wire: WireInferFrame): InferFrame {
  requireOneField(wire, 'InferFrame')
  const { accepted, declined, token, end, failed, queued } = wire
  if (queued !== undefined) {
    const { acknowledgement, ahead } = queued
    if (acknowledgement.byteLength > MAX_ACKNOWLEDGEMENT_BYTES) {
      throw wireError('WIRE_LIMIT_EXCEEDED', `acknowledgement must have at most ${MAX_ACKNOWLEDGEMENT_BYTES} bytes`)
    }
    return { type: 'queued', ahead: readInt(ahead, 0, MAX_QUEUED_AHEAD, 'ahead'), acknowledgement: ownBytes(acknowledgement) }
  }
  if (accepted !== undefined) {
    const promptTokens = readInt(accepted.promptTokens, 0, MAX_PROMPT_TOKENS, 'promptTokens')
    return { type: 'accepted', promptTokens, fingerprint: readText(accepted.fingerprint, MAX_FINGERPRINT_BYTES, 'fingerprint') }
  }
  if (declined !== undefined) {
    const reason = readOneOf(declined.reason, DECLINE_REASONS, 'reason')
    return { type: 'declined', reason, message: readReason(declined.message) }
  }
  if (token !== undefined) {
    const text = readText(token.text, MAX_TOKEN_TEXT_BYTES, 'text')
    return { type: 'token', text, count: readInt(token.count, 0, MAX_TOKENS_PER_FRAME, 'count') }
  }
  if (end !== undefined) {
    return endFromWire(end)
  }
  if (failed !== undefined) {
    const code = readText(failed.code, MAX_FAILURE_CODE_BYTES, 'code', 1)
    return { type: 'failed', code, message: readReason(failed.message) }
  }
  throw wireError('WIRE_MALFORMED', 'InferFrame has no known field')
}

const codec = createWireCodec<InferFrame, WireInferFrame>({
  name: 'InferFrame',
  maxBytes: INFER_LIMITS.maxFrameBytes,
  message: WireInferFrame,
  toWire,
  fromWire
})

export const encodeInferFrame = codec.encode
export const decodeInferFrame = codec.decode
