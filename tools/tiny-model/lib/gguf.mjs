// GGUF version 3: the file that llama.cpp loads. Magic, counts, metadata, tensor index, then the tensors, each aligned.

import { TENSOR_TYPES } from './quantise.mjs'

const MAGIC = 0x46554747
const VERSION = 3
const ALIGNMENT = 32

/** GGUF's number of each metadata type. */
const KIND = { u8: 0, i8: 1, u16: 2, i16: 3, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10, i64: 11, f64: 12 }
const KIND_NAMES = Object.fromEntries(Object.entries(KIND).map(([name, code]) => [code, name]))

const aligned = (offset) => Math.ceil(offset / ALIGNMENT) * ALIGNMENT
const countOf = (shape) => shape.reduce((product, length) => product * length, 1)

/**
 * A metadata value knows its type, because the file does: `{ kind: 'u32', value: 5 }`, or with `of` for an array's elements.
 *
 * @typedef {{ kind: keyof typeof KIND, of?: keyof typeof KIND, value: unknown }} MetadataValue
 */

/**
 * @typedef {object} TensorToWrite
 * @property {string} name
 * @property {readonly number[]} shape
 * @property {keyof typeof TENSOR_TYPES} type
 * @property {Float32Array} values
 */

/** @type {(value: number) => MetadataValue} */
export const u32 = (value) => ({ kind: 'u32', value })
/** @type {(value: number) => MetadataValue} */
export const f32 = (value) => ({ kind: 'f32', value })
/** @type {(value: boolean) => MetadataValue} */
export const bool = (value) => ({ kind: 'bool', value })
/** @type {(value: string) => MetadataValue} */
export const string = (value) => ({ kind: 'string', value })
/** @type {(value: readonly string[]) => MetadataValue} */
export const strings = (value) => ({ kind: 'array', of: 'string', value })
/** @type {(value: readonly number[]) => MetadataValue} */
export const i32s = (value) => ({ kind: 'array', of: 'i32', value })

/**
 * @param {Record<string, MetadataValue>} metadata
 * @param {readonly TensorToWrite[]} tensors shapes row by row, as
 *   PyTorch has them; the file lists them the other way round
 */
export function writeGguf(metadata, tensors) {
  const header = [
    bytesOf(16 + 8, (view) => {
      view.setUint32(0, MAGIC, true)
      view.setUint32(4, VERSION, true)
      view.setBigUint64(8, BigInt(tensors.length), true)
      view.setBigUint64(16, BigInt(Object.keys(metadata).length), true)
    })
  ]
  for (const [key, entry] of Object.entries(metadata)) {
    header.push(scalar('string', key), scalar('u32', KIND[entry.kind]), valueBytes(entry))
  }
  let offset = 0
  const bodies = []
  for (const { name, shape, type, values } of tensors) {
    const body = TENSOR_TYPES[type].encode(values)
    header.push(scalar('string', name), scalar('u32', shape.length))
    header.push(...shape.toReversed().map((length) => scalar('u64', length)))
    header.push(scalar('u32', TENSOR_TYPES[type].code), scalar('u64', offset))
    bodies.push(body, new Uint8Array(aligned(body.length) - body.length))
    offset += aligned(body.length)
  }
  const head = Buffer.concat(header)
  return Buffer.concat([head, new Uint8Array(aligned(head.length) - head.length), ...bodies])
}

function bytesOf(length, fill) {
  const bytes = new Uint8Array(length)
  fill(new DataView(bytes.buffer))
  return bytes
}

function scalar(kind, value) {
  switch (kind) {
    case 'string': {
      const text = new TextEncoder().encode(value)
      return Buffer.concat([scalar('u64', text.length), text])
    }
    case 'u32':
      return bytesOf(4, (view) => view.setUint32(0, value, true))
    case 'i32':
      return bytesOf(4, (view) => view.setInt32(0, value, true))
    case 'f32':
      return bytesOf(4, (view) => view.setFloat32(0, value, true))
    case 'bool':
      return Uint8Array.of(value ? 1 : 0)
    case 'u64':
      return bytesOf(8, (view) => view.setBigUint64(0, BigInt(value), true))
    default:
      throw new TypeError(`No metadata of these models is of type ${kind}`)
  }
}

function valueBytes({ kind, of, value }) {
  if (kind !== 'array') {
    return scalar(kind, value)
  }
  return Buffer.concat([scalar('u32', KIND[of]), scalar('u64', value.length), ...value.map((entry) => scalar(of, entry))])
}

/**
 * Reads files like those that {@link writeGguf} makes: every metadata type, but only the tensor types that are written here.
 *
 * @param {Uint8Array} bytes
 */
export function readGguf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const fixed = {
    u8: () => view.getUint8(take(1)),
    i8: () => view.getInt8(take(1)),
    u16: () => view.getUint16(take(2), true),
    i16: () => view.getInt16(take(2), true),
    u32: () => view.getUint32(take(4), true),
    i32: () => view.getInt32(take(4), true),
    f32: () => view.getFloat32(take(4), true),
    bool: () => view.getUint8(take(1)) !== 0,
    u64: () => Number(view.getBigUint64(take(8), true)),
    i64: () => Number(view.getBigInt64(take(8), true)),
    f64: () => view.getFloat64(take(8), true)
  }
  function take(length) {
    at += length
    return at - length
  }
  const read = (kind) => {
    if (kind !== 'string') {
      return fixed[kind]()
    }
    const length = fixed.u64()
    const from = take(length)
    return new TextDecoder().decode(bytes.subarray(from, from + length))
  }
  if (fixed.u32() !== MAGIC || fixed.u32() !== VERSION) {
    throw new TypeError(`This is no GGUF file of version ${VERSION}`)
  }
  const [tensorCount, metadataCount] = [fixed.u64(), fixed.u64()]
  /** @type {Record<string, MetadataValue>} */
  const metadata = {}
  for (let i = 0; i < metadataCount; i++) {
    const key = read('string')
    const kind = KIND_NAMES[fixed.u32()]
    if (kind === 'array') {
      const of = KIND_NAMES[fixed.u32()]
      metadata[key] = { kind, of, value: Array.from({ length: fixed.u64() }, () => read(of)) }
    } else {
      metadata[key] = { kind, value: read(kind) }
    }
  }
  const index = Array.from({ length: tensorCount }, () => {
    const name = read('string')
    const shape = Array.from({ length: fixed.u32() }, () => fixed.u64()).reverse()
    const code = fixed.u32()
    const type = Object.keys(TENSOR_TYPES).find((key) => TENSOR_TYPES[key].code === code)
    if (type === undefined) {
      throw new TypeError(`Tensor ${name} is of type ${code}, which is not among ${Object.keys(TENSOR_TYPES).join(', ')}`)
    }
    return { name, shape, type, offset: fixed.u64() }
  })
  const bodyAt = aligned(at)
  const tensors = index.map(({ name, shape, type, offset }) => {
    const { bytes: sizeOf, decode } = TENSOR_TYPES[type]
    const from = bodyAt + offset
    return { name, shape, type, values: decode(bytes.subarray(from, from + sizeOf(countOf(shape)))) }
  })
  return { metadata, tensors }
}
