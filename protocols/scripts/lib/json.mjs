// Values of the wire as JSON: bytes as {"hex": "…"}, big integers as {"integer": "…"}.

export function toJson(value) {
  if (value instanceof Uint8Array) {
    return { hex: Buffer.from(value).toString('hex') }
  }
  if (typeof value === 'bigint') {
    return { integer: value.toString() }
  }
  if (Array.isArray(value)) {
    return value.map(toJson)
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]))
  }
  return value
}
