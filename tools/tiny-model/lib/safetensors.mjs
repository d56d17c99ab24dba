// Tensors between the trainer and the GGUF writer: the safetensors format, of which only what is needed here.

const ELEMENT = {
  F32: Float32Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array
}

/**
 * @typedef {{ shape: number[], data: Float32Array | Uint32Array | Uint16Array | Uint8Array }} Tensor
 * @param {Record<string, Tensor>} tensors
 */
export function writeSafetensors(tensors) {
  const header = {}
  let offset = 0
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const dtype = Object.keys(ELEMENT).find((key) => data instanceof ELEMENT[key])
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true)
  const bodies = Object.values(tensors).map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return Buffer.concat([length, json, ...bodies])
}

/** @returns {Record<string, Tensor>} */
export function readSafetensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bodyAt = 8 + Number(view.getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, bodyAt)))
  return Object.fromEntries(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [from, to]
          }
        ]) => {
          const body = Uint8Array.from(bytes.subarray(bodyAt + from, bodyAt + to))
          return [name, { shape, data: new ELEMENT[dtype](body.buffer) }]
        }
      )
  )
}
