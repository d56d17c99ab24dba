import { equalBytes } from '@cortensor/utils'
import * as dagCbor from '@ipld/dag-cbor'
import { type BlockShape, checkBlockShape } from './block-shape.js'
import { writeBlock } from './block-writer.js'
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

export interface BlockCodec<Value> extends WireCodec<Value> {
  /** The same for what `toBlock` has made. */
  encodeBlock(block: unknown): Uint8Array
}

/** A dag-cbor block with its limits: size, then shape, then form, then every value, then that these are its only possible bytes. */
export function createBlockCodec<Value>(init: BlockCodecInit<Value>): BlockCodec<Value> {
  const encodeBlock = (block: unknown): Uint8Array => {
    guard(init.name, () => init.fromBlock(block))
    const bytes = guard(init.name, () => writeBlock(block))
    checkSize(init.name, bytes, init.maxBytes)
    checkBlockShape(bytes, init)
    return bytes
  }
  return {
    encode: (value) => encodeBlock(guard(init.name, () => init.toBlock(value))),
    encodeBlock,
    decode(bytes) {
      checkSize(init.name, bytes, init.maxBytes)
      checkBlockShape(bytes, init)
      const value = guard(init.name, () => init.fromBlock(dagCbor.decode(bytes)))
      if (
        !equalBytes(
          guard(init.name, () => writeBlock(init.toBlock(value))),
          bytes
        )
      ) {
        throw wireError('WIRE_MALFORMED', `${init.name} is not in its canonical form`)
      }
      return value
    }
  }
}
