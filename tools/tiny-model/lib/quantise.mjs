// Numbers as GGUF tensors store them. Quantised formats have blocks of 32 values with one half-precision scale.

const BLOCK = 32
/** Of 4 bits, counted from 0; the middle stands for nought. */
const Q4_LEVELS = 16

/** GGUF's number of each type, its bytes for `count` values, and both directions. */
export const TENSOR_TYPES = {
  F32: { code: 0, bytes: (count) => count * 4, encode: encodeF32, decode: decodeF32 },
  F16: { code: 1, bytes: (count) => count * 2, encode: encodeF16, decode: decodeF16 },
  Q4_0: { code: 2, bytes: (count) => (count / BLOCK) * 18, encode: encodeQ4, decode: decodeQ4 },
  Q8_0: { code: 8, bytes: (count) => (count / BLOCK) * 34, encode: encodeQ8, decode: decodeQ8 }
}

function encodeF32(values) {
  return new Uint8Array(Float32Array.from(values).buffer)
}

function decodeF32(bytes) {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}

function encodeF16(values) {
  return new Uint8Array(Float16Array.from(values).buffer)
}

function decodeF16(bytes) {
  return Float32Array.from(new Float16Array(Uint8Array.from(bytes).buffer))
}

function* blocksOf(values) {
  if (values.length % BLOCK !== 0) {
    throw new RangeError(`${values.length} values are no whole blocks of ${BLOCK}`)
  }
  for (let at = 0; at < values.length; at += BLOCK) {
    yield [at / BLOCK, values.subarray(at, at + BLOCK)]
  }
}

/** Scale, then 32 signed bytes. */
function encodeQ8(values) {
  const bytes = new Uint8Array(TENSOR_TYPES.Q8_0.bytes(values.length))
  const view = new DataView(bytes.buffer)
  for (const [index, block] of blocksOf(values)) {
    const at = index * 34
    const scale = block.reduce((max, value) => Math.max(max, Math.abs(value)), 0) / 127
    view.setFloat16(at, scale, true)
    for (let i = 0; i < BLOCK; i++) {
      view.setInt8(at + 2 + i, scale === 0 ? 0 : Math.round(block[i] / scale))
    }
  }
  return bytes
}

function decodeQ8(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: (bytes.length / 34) * BLOCK }, (_, i) => {
    const at = Math.floor(i / BLOCK) * 34
    return view.getFloat16(at, true) * view.getInt8(at + 2 + (i % BLOCK))
  })
}

/** Scale, then 16 bytes: the low halves are the first 16 values, the high halves the others. The largest value is met exactly. */
function encodeQ4(values) {
  const bytes = new Uint8Array(TENSOR_TYPES.Q4_0.bytes(values.length))
  const view = new DataView(bytes.buffer)
  for (const [index, block] of blocksOf(values)) {
    const at = index * 18
    const extreme = block.reduce((max, value) => (Math.abs(value) > Math.abs(max) ? value : max), 0)
    const scale = extreme / -(Q4_LEVELS / 2)
    view.setFloat16(at, scale, true)
    const level = (value) =>
      scale === 0 ? Q4_LEVELS / 2 : Math.min(Q4_LEVELS - 1, Math.floor(value / scale + Q4_LEVELS / 2 + 0.5))
    for (let i = 0; i < BLOCK / 2; i++) {
      bytes[at + 2 + i] = level(block[i]) | (level(block[i + BLOCK / 2]) << 4)
    }
  }
  return bytes
}

function decodeQ4(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: (bytes.length / 18) * BLOCK }, (_, i) => {
    const at = Math.floor(i / BLOCK) * 18
    const place = i % BLOCK
    const packed = bytes[at + 2 + (place % (BLOCK / 2))]
    return view.getFloat16(at, true) * ((place < BLOCK / 2 ? packed & 15 : packed >> 4) - Q4_LEVELS / 2)
  })
}
