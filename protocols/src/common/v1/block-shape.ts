import { wireError } from './errors.js'

export interface BlockShape {
  /** Lists, maps and links inside one another. */
  maxDepth: number
  /** Values of all kinds, keys included: bounds the memory that parsing takes. */
  maxValues: number
}

/** Bytes of the argument after a CBOR head, by the head's low five bits; RFC 8949, section 3. */
function argumentBytes(info: number): number {
  if (info < 24) {
    return 0
  }
  if (info > 27) {
    throw wireError('WIRE_MALFORMED', 'The block has a CBOR value of indefinite length')
  }
  return 1 << (info - 24)
}

function readArgument(bytes: Uint8Array, position: number, length: number): number {
  let value = 0
  for (let i = 0; i < length; i++) {
    const byte = bytes[position + i]
    if (byte === undefined) {
      throw wireError('WIRE_MALFORMED', 'The block ends inside a CBOR value')
    }
    value = value * 256 + byte
  }
  return value
}

const NULL_HEAD = 0xf6

/** Items of the outermost list stand at this depth, the list itself at the one above. */
const ITEM_DEPTH = 2

/**
 * Walks over the heads of CBOR values without building anything, and refuses deep nesting, too many values and kinds that no content
 * format uses (floats, booleans), so that a parser that recurses is safe afterwards.
 *
 * @param onItem told where each item of a block begins that is a list
 */
export function checkBlockShape(bytes: Uint8Array, shape: BlockShape, onItem?: (position: number) => void): void {
  /** Values still missing, by depth. */
  const missing = [1]
  let values = 0
  let position = 0
  while (missing.length > 0) {
    const left = missing.at(-1) as number
    if (left === 0) {
      missing.pop()
      continue
    }
    missing[missing.length - 1] = left - 1
    const head = bytes[position]
    if (head === undefined) {
      throw wireError('WIRE_MALFORMED', 'The block ends before its last value')
    }
    values += 1
    if (missing.length === ITEM_DEPTH) {
      onItem?.(position)
    }
    const major = head >> 5
    const length = argumentBytes(head & 0x1f)
    const argument = length === 0 ? head & 0x1f : readArgument(bytes, position + 1, length)
    position += 1 + length
    if (major === 2 || major === 3) {
      position += argument
    } else if (major === 4 || major === 5 || major === 6) {
      missing.push(major === 6 ? 1 : argument * (major - 3))
    } else if (major === 7 && head !== NULL_HEAD) {
      throw wireError('WIRE_MALFORMED', 'The block has a float or a boolean; content formats use neither')
    }
    if (missing.length > shape.maxDepth + 1 || values > shape.maxValues) {
      throw wireError(
        'WIRE_LIMIT_EXCEEDED',
        `The block is nested deeper than ${shape.maxDepth} or has over ${shape.maxValues} values`
      )
    }
  }
  if (position !== bytes.byteLength) {
    throw wireError('WIRE_MALFORMED', 'The block does not end with its value')
  }
}
