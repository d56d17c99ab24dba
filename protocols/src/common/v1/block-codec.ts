import { equalBytes } from '@cortensor/utils'
import * as dagCbor from '@ipld/dag-cbor'
import { type BlockShape, checkBlockShape } from './block-shape.js'
import { guard, wireError } from './errors.js'
import { checkSize, type WireCodec } from './wire-codec.js'

export interface BlockCodecInit<Value> extends BlockShape {
  /** For error messages. */
  name: string
  maxBytes: number
  /** To maps, lists, bytes, links, text and integers. */
  toBlock(value: Value): unknown
  /** Checks everything. */
  fromBlock(block: unknown): Value
}

/** A dag-cbor block with its limits: size, then shape, then form, then every value, then that these are its only possible bytes. */
export function createBlockCodec<Value>(init: BlockCodecInit<Value>): WireCodec<Value> {
  const toBytes = (value: Value): Uint8Array => guard(init.name, () => dagCbor.encode(init.toBlock(value)))
  return {
    encode(value) {
      guard(init.name, () => init.fromBlock(init.toBlock(value)))
      const bytes = toBytes(value)
      checkSize(init.name, bytes, init.maxBytes)
      checkBlockShape(bytes, init)
      return bytes
    },
    decode(bytes) {
      checkSize(init.name, bytes, init.maxBytes)
      checkBlockShape(bytes, init)
      const value = guard(init.name, () => init.fromBlock(dagCbor.decode(bytes)))
      if (!equalBytes(toBytes(value), bytes)) {
        throw wireError('WIRE_MALFORMED', `${init.name} is not in its canonical form`)
      }
      return value
    }
  }
}
