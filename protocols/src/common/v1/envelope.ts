import { domainHash, sha256, sha256Hex } from '@cortensor/crypto'
import type { NetworkId, NodeId, Signer, Verifier } from '@cortensor/interface'
import { bytesToHex, bytesToLatin1, equalBytes, uint64ToBytes, utf8ToBytes } from '@cortensor/utils'
import { ownBytes, readCount, readNodeId, readText, requireBlob, requireLength, writeNodeId } from './checks.js'
import { wireError } from './errors.js'
import { Envelope } from './generated/envelope.js'
import { MAX_TOPIC_BYTES, maxPayloadBytes, TOPIC_LIMITS } from './limits.js'
import { NETWORK_ID_BYTES, networkIdToBytes } from './network-id.js'
import { topicName } from './topics.js'
import { type OpenedEnvelope, TOPIC_FAMILIES, type TopicFamily } from './types.js'
import { checkSize, createWireCodec, type WireCodec } from './wire-codec.js'

const DOMAIN = 'cortensor/envelope/v1'
const SIGNATURE_BYTES = 64

type Unsigned = Omit<Envelope, 'signature'>

export interface SealEnvelopeInit {
  networkId: NetworkId
  family: TopicFamily
  /** From `createSequence`. */
  sequence: number
  /** Unix ms after which nobody forwards or uses the message. */
  expiryMs: number
  payload: Uint8Array
}

export interface OpenEnvelopeInit {
  networkId: NetworkId
  family: TopicFamily
  verifier: Verifier
  /** The receiver's clock; null for evidence, whose time has passed: neither expiry nor lifetime is checked. */
  nowMs: number | null
}

/** A hash, so that the cost of signing does not depend on the payload. */
function signedBytes(envelope: Unsigned): Uint8Array {
  return domainHash(
    DOMAIN,
    envelope.networkId,
    utf8ToBytes(envelope.topic),
    envelope.sender,
    uint64ToBytes(envelope.sequence),
    uint64ToBytes(envelope.expiryMs),
    sha256(envelope.payload)
  )
}

function envelopeCodec(family: TopicFamily): WireCodec<Envelope> {
  const checkFields = (wire: Envelope): Envelope => {
    requireLength(wire.networkId, NETWORK_ID_BYTES, 'networkId')
    readText(wire.topic, MAX_TOPIC_BYTES, 'topic', 1)
    requireLength(wire.sender, 32, 'sender')
    readCount(wire.sequence, 'sequence')
    readCount(wire.expiryMs, 'expiryMs')
    requireBlob(wire.payload, maxPayloadBytes(family), 'payload')
    requireLength(wire.signature, SIGNATURE_BYTES, 'signature')
    return wire
  }
  const { maxBytes } = TOPIC_LIMITS[family]
  return createWireCodec({ name: 'Envelope', maxBytes, message: Envelope, toWire: checkFields, fromWire: checkFields })
}

const CODECS: Readonly<Record<TopicFamily, WireCodec<Envelope>>> = {
  presence: envelopeCodec('presence'),
  task: envelopeCodec('task'),
  result: envelopeCodec('result'),
  quiz: envelopeCodec('quiz'),
  oracle: envelopeCodec('oracle')
}

/** Signs a payload for one topic of one network. Throws `WIRE_TOO_LARGE`, `WIRE_LIMIT_EXCEEDED` or what the signer throws. */
export async function sealEnvelope(signer: Signer, init: SealEnvelopeInit): Promise<Uint8Array> {
  checkSize('Payload', init.payload, maxPayloadBytes(init.family))
  const unsigned: Unsigned = {
    networkId: networkIdToBytes(init.networkId),
    topic: topicName(init.networkId, init.family),
    sender: writeNodeId(signer.nodeId, 'sender'),
    sequence: readCount(init.sequence, 'sequence'),
    expiryMs: readCount(init.expiryMs, 'expiryMs'),
    payload: ownBytes(init.payload)
  }
  const signature = ownBytes(await signer.sign(signedBytes(unsigned)))
  return CODECS[init.family].encode({ ...unsigned, signature })
}

function checkExpiry(expiryMs: number, nowMs: number, maxLifetimeMs: number): void {
  if (expiryMs < nowMs) {
    throw wireError('WIRE_EXPIRED', `The message expired ${nowMs - expiryMs} ms ago`)
  }
  if (expiryMs > nowMs + maxLifetimeMs) {
    throw wireError('WIRE_EXPIRY_TOO_FAR', `The message may live ${maxLifetimeMs} ms at most; compare the clocks of both nodes`)
  }
}

/** Opened by another receiver of the same bytes, for the same topic and network; its time is this receiver's own business. */
function openedBefore(bytes: Uint8Array, { family, networkId, nowMs, verifier }: OpenEnvelopeInit): OpenedEnvelope | null {
  const known = verifier.opened?.get(bytes) as Opened | undefined
  if (known === undefined || known.envelope.family !== family || known.networkId !== networkId) {
    return null
  }
  if (nowMs !== null) {
    checkExpiry(known.envelope.expiryMs, nowMs, TOPIC_LIMITS[family].maxLifetimeMs)
  }
  return known.envelope
}

interface Opened {
  networkId: NetworkId
  envelope: Readonly<OpenedEnvelope>
}

/** Checks everything that needs no state, the cheap things first and the signature last. Throws a `WireErrorCode`. */
export async function openEnvelope(bytes: Uint8Array, init: OpenEnvelopeInit): Promise<OpenedEnvelope> {
  const before = openedBefore(bytes, init)
  if (before !== null) {
    return before
  }
  const wire = CODECS[init.family].decode(bytes)
  if (!equalBytes(wire.networkId, networkIdToBytes(init.networkId))) {
    throw wireError(
      'WIRE_WRONG_NETWORK',
      `The message belongs to network ${bytesToHex(wire.networkId)}, not to ${init.networkId}`
    )
  }
  if (wire.topic !== topicName(init.networkId, init.family)) {
    throw wireError('WIRE_WRONG_TOPIC', `The message was signed for another topic than ${init.family}`)
  }
  if (init.nowMs !== null) {
    checkExpiry(wire.expiryMs, init.nowMs, TOPIC_LIMITS[init.family].maxLifetimeMs)
  }
  const sender: NodeId = readNodeId(wire.sender, 'sender')
  if (!(await init.verifier.verify(sender, signedBytes(wire), wire.signature))) {
    throw wireError('WIRE_BAD_SIGNATURE', `The signature is not the one of ${sender} over this message`)
  }
  const envelope: OpenedEnvelope = {
    id: envelopeId(bytes),
    family: init.family,
    sender,
    sequence: wire.sequence,
    expiryMs: wire.expiryMs,
    payload: ownBytes(wire.payload),
    bytes
  }
  init.verifier.opened?.set(bytes, { networkId: init.networkId, envelope: Object.freeze(envelope) } satisfies Opened)
  return envelope
}

/** Who an envelope says that it is from, and its payload: nothing of it is checked but its form. Throws a `WireErrorCode`. */
export function peekEnvelope(bytes: Uint8Array, family: TopicFamily): Pick<OpenedEnvelope, 'sender' | 'payload'> {
  const wire = CODECS[family].decode(bytes)
  return { sender: readNodeId(wire.sender, 'sender'), payload: ownBytes(wire.payload) }
}

/** In the only form of an envelope the network id comes first, in 10 bytes, and then the topic after its tag and its length. */
const TOPIC_AT = 2 + NETWORK_ID_BYTES

/** What an envelope would have to be opened as; null when it cannot be one of this network. Nothing of it is checked by that. */
export function familyOf(bytes: Uint8Array, networkId: NetworkId): TopicFamily | null {
  const length = bytes[TOPIC_AT + 1] ?? 0
  const topic = bytesToLatin1(bytes.subarray(TOPIC_AT + 2, TOPIC_AT + 2 + length))
  return TOPIC_FAMILIES.find((family) => topicName(networkId, family) === topic) ?? null
}

/** SHA-256 of the envelope as 64 hex digits: the message id on the mesh and in evidence. */
export const envelopeId = (bytes: Uint8Array): string => sha256Hex(bytes)
