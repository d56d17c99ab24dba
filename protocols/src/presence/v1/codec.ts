import { bitsToRoles, ROLE_BITS, rolesToBits } from '@cortensor/interface'
import {
  ownBytes,
  readAddress,
  readBytes,
  readCount,
  readDistinct,
  readInt,
  readList,
  readText,
  writeAddress
} from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_FINGERPRINT_BYTES, maxPayloadBytes } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { Presence as WirePresence } from './generated/presence.js'
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_AGENT_BYTES, MAX_MODELS, MAX_QUEUE_LENGTH, MAX_SLOTS } from './limits.js'
import { modelOfferFromWire, modelOfferToWire } from './model-offer.js'
import type { Presence } from './types.js'

const ALL_ROLES = Object.values(ROLE_BITS).reduce((all, bit) => all | bit, 0)
const SIGNATURE_BYTES = 64

function readAddressText(value: string): string {
  if (!value.startsWith('/')) {
    throw wireError('WIRE_LIMIT_EXCEEDED', 'addresses must be multiaddrs, which start with a slash')
  }
  return readText(value, MAX_ADDRESS_BYTES, 'addresses', 1)
}

function toWire(presence: Presence): WirePresence {
  return {
    generation: presence.generation,
    roles: rolesToBits(presence.roles),
    operator: writeAddress(presence.binding.operator, 'operator'),
    operatorSignature: ownBytes(presence.binding.operatorSignature),
    nodeSignature: ownBytes(presence.binding.nodeSignature),
    models: readList(presence.models, 0, MAX_MODELS, 'models').map(modelOfferToWire),
    fingerprint: presence.fingerprint,
    freeSlots: presence.freeSlots,
    totalSlots: presence.totalSlots,
    queueLength: presence.queueLength,
    addresses: presence.addresses,
    agent: presence.agent
  }
}

function fromWire(wire: WirePresence): Presence {
  const models = readList(wire.models, 0, MAX_MODELS, 'models').map(modelOfferFromWire)
  const totalSlots = readInt(wire.totalSlots, 0, MAX_SLOTS, 'totalSlots')
  return {
    generation: readCount(wire.generation, 'generation'),
    roles: bitsToRoles(readInt(wire.roles, 1, ALL_ROLES, 'roles')),
    binding: {
      operator: readAddress(wire.operator, 'operator'),
      operatorSignature: readBytes(wire.operatorSignature, SIGNATURE_BYTES, 'operatorSignature'),
      nodeSignature: readBytes(wire.nodeSignature, SIGNATURE_BYTES, 'nodeSignature')
    },
    models: readDistinct(models, (model) => model.id, 'models'),
    fingerprint: readText(wire.fingerprint, MAX_FINGERPRINT_BYTES, 'fingerprint'),
    freeSlots: readInt(wire.freeSlots, 0, totalSlots, 'freeSlots'),
    totalSlots,
    queueLength: readInt(wire.queueLength, 0, MAX_QUEUE_LENGTH, 'queueLength'),
    addresses: readList(wire.addresses, 0, MAX_ADDRESSES, 'addresses').map(readAddressText),
    agent: readText(wire.agent, MAX_AGENT_BYTES, 'agent')
  }
}

const codec = createWireCodec<Presence, WirePresence>({
  name: 'Presence',
  maxBytes: maxPayloadBytes('presence'),
  message: WirePresence,
  toWire,
  fromWire
})

/** Roles come back in the order of `ROLES`. */
export const encodePresence = codec.encode
export const decodePresence = codec.decode
