import { bytesToHex32, domainHash } from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import { wireError } from '../../common/v1/errors.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { InferPayload as WireInferPayload } from './generated/infer.js'
import { MAX_INFER_PAYLOAD_BYTES } from './limits.js'
import { readMessages } from './messages.js'
import { samplingFromWire, samplingToWire } from './sampling.js'
import type { InferPayload } from './types.js'

const COMMITMENT_DOMAIN = 'cortensor/payload/v1'
const MAX_SEED = 2n ** 64n - 1n

function readSeed(seed: bigint | undefined): bigint | null {
  if (seed === undefined) {
    return null
  }
  if (seed < 0n || seed > MAX_SEED) {
    throw wireError('WIRE_LIMIT_EXCEEDED', 'seed must be an unsigned 64-bit integer')
  }
  return seed
}

function toWire(payload: InferPayload): WireInferPayload {
  const wire: WireInferPayload = { messages: payload.messages, ...samplingToWire(payload.sampling) }
  return payload.seed === null ? wire : { ...wire, seed: payload.seed }
}

function fromWire(wire: WireInferPayload): InferPayload {
  return { messages: readMessages(wire.messages), sampling: samplingFromWire(wire), seed: readSeed(wire.seed) }
}

const codec = createWireCodec<InferPayload, WireInferPayload>({
  name: 'InferPayload',
  maxBytes: MAX_INFER_PAYLOAD_BYTES,
  message: WireInferPayload,
  toWire,
  fromWire
})

/** Fractions of the sampling parameters are rounded to millionths. */
export const encodeInferPayload = codec.encode
export const decodeInferPayload = codec.decode

/** What the task header says about the payload without showing it. `salt` has 32 random bytes. */
export const payloadCommitment = (salt: Uint8Array, payload: Uint8Array): Hex32 =>
  bytesToHex32(domainHash(COMMITMENT_DOMAIN, salt, payload))
