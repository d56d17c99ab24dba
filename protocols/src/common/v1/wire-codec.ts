import { equalBytes } from '@cortensor/utils'
import { MaxLengthError } from 'protons-runtime'
import { guard, wireError } from './errors.js'

export interface WireCodec<Value> {
  /** Throws a `WireErrorCode` for what {@link decode} would refuse: a node never sends what its peers punish. */
  encode(value: Value): Uint8Array
  /** Throws a `WireErrorCode`, never anything else, whatever the bytes. */
  decode(bytes: Uint8Array): Value
}

export interface WireCodecInit<Value, Wire> {
  /** For error messages. */
  name: string
  maxBytes: number
  message: { encode(wire: Wire): Uint8Array; decode(bytes: Uint8Array): Wire }
  toWire(value: Value): Wire
  /** Checks every field. */
  fromWire(wire: Wire): Value
}

export function checkSize(name: string, bytes: Uint8Array, maxBytes: number): void {
  if (bytes.byteLength > maxBytes) {
    throw wireError('WIRE_TOO_LARGE', `${name} has ${bytes.byteLength} bytes; at most ${maxBytes} are allowed`)
  }
}

/** Parses protobuf bytes and refuses every spelling but the one that our own encoder gives: unknown fields, odd varints, other order. */
function parseCanonical<Wire>(init: Pick<WireCodecInit<never, Wire>, 'name' | 'message'>, bytes: Uint8Array): Wire {
  let wire: Wire
  try {
    wire = init.message.decode(bytes)
  } catch (error) {
    if (error instanceof MaxLengthError) {
      throw wireError('WIRE_LIMIT_EXCEEDED', `${init.name} has a list with too many entries`, error)
    }
    throw wireError('WIRE_MALFORMED', `${init.name} is not protobuf of the published definition`, error)
  }
  if (
    !equalBytes(
      guard(init.name, () => init.message.encode(wire)),
      bytes
    )
  ) {
    throw wireError('WIRE_MALFORMED', `${init.name} is not in its canonical form`)
  }
  return wire
}

/** A protobuf message with its limits: size first, then form, then every field. */
export function createWireCodec<Value, Wire>(init: WireCodecInit<Value, Wire>): WireCodec<Value> {
  return {
    encode(value) {
      const wire = guard(init.name, () => init.toWire(value))
      guard(init.name, () => init.fromWire(wire))
      const bytes = guard(init.name, () => init.message.encode(wire))
      checkSize(init.name, bytes, init.maxBytes)
      return bytes
    },
    decode(bytes) {
      checkSize(init.name, bytes, init.maxBytes)
      const wire = parseCanonical(init, bytes)
      return guard(init.name, () => init.fromWire(wire))
    }
  }
}
