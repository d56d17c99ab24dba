import { requireOneField } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { maxPayloadBytes } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { OracleMessage as WireOracleMessage } from './generated/oracle.js'
import { observeFromWire, observeToWire } from './observe.js'
import { quorumFromWire, quorumToWire } from './quorum.js'
import type { OracleMessage } from './types.js'
import { attestFromWire, attestToWire, proposeFromWire, proposeToWire, timeoutFromWire, timeoutToWire } from './views.js'

function toWire(message: OracleMessage): WireOracleMessage {
  switch (message.type) {
    case 'observe':
      return { observe: observeToWire(message) }
    case 'propose':
      return { propose: proposeToWire(message) }
    case 'attest':
      return { attest: attestToWire(message) }
    case 'timeout':
      return { timeout: timeoutToWire(message) }
    case 'quorum':
      return { quorum: quorumToWire(message) }
  }
}

function fromWire(wire: WireOracleMessage): OracleMessage {
  requireOneField(wire, 'OracleMessage')
  if (wire.observe !== undefined) {
    return { type: 'observe', ...observeFromWire(wire.observe) }
  }
  if (wire.propose !== undefined) {
    return { type: 'propose', ...proposeFromWire(wire.propose) }
  }
  if (wire.attest !== undefined) {
    return { type: 'attest', ...attestFromWire(wire.attest) }
  }
  if (wire.timeout !== undefined) {
    return { type: 'timeout', ...timeoutFromWire(wire.timeout) }
  }
  if (wire.quorum !== undefined) {
    return { type: 'quorum', ...quorumFromWire(wire.quorum) }
  }
  throw wireError('WIRE_MALFORMED', 'OracleMessage has no known field')
}

const codec = createWireCodec<OracleMessage, WireOracleMessage>({
  name: 'OracleMessage',
  maxBytes: maxPayloadBytes('oracle'),
  message: WireOracleMessage,
  toWire,
  fromWire
})

export const encodeOracleMessage = codec.encode
export const decodeOracleMessage = codec.decode
