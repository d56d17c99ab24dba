/**
 * Level orders keys by their bytes. UTF-16 in big-endian order makes that the order of code units, which is how strings compare;
 * UTF-8 would put characters outside the basic plane after U+FFFF.
 */
export function keyToBytes(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length * 2)
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    bytes[2 * i] = unit >> 8
    bytes[2 * i + 1] = unit & 0xff
  }
  return bytes
}

export function bytesToKey(bytes: Uint8Array): string {
  let key = ''
  for (let i = 0; i + 1 < bytes.byteLength; i += 2) {
    key += String.fromCharCode((bytes[i]! << 8) | bytes[i + 1]!)
  }
  return key
}

/** The first key after all that start with `prefix`, or null when there is none. */
export function prefixEnd(prefix: string): Uint8Array | null {
  const units = Array.from({ length: prefix.length }, (_, i) => prefix.charCodeAt(i))
  while (units.length > 0) {
    const last = units.pop()!
    if (last < 0xffff) {
      return keyToBytes(String.fromCharCode(...units, last + 1))
    }
  }
  return null
}
