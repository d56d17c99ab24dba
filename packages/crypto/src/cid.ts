import type { CidString, ContentCodec, Hex32 } from '@cortensor/interface'
import { bytesToHex32, hex32ToBytes, sha256 } from './hash.js'

/** Multicodec codes, https://github.com/multiformats/multicodec/blob/master/table.csv */
const CODEC_CODES: Readonly<Record<ContentCodec, number>> = { 'dag-cbor': 0x71, raw: 0x55 }
const CID_VERSION = 1
const SHA2_256_CODE = 0x12

const HASH_BYTES = 32
/** Version, codec, hash function and length take one byte each. */
const HEAD_BYTES = 4
const CID_BYTES = HEAD_BYTES + HASH_BYTES

/** Lower-case base32 without padding, RFC 4648; the first character of the text names it, https://github.com/multiformats/multibase */
const MULTIBASE = 'b'
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const CHARACTER_BITS = 5
const VALUES = new Uint8Array(128).fill(255)
for (let i = 0; i < ALPHABET.length; i++) {
  VALUES[ALPHABET.charCodeAt(i)] = i
}
const TEXT_LENGTH = MULTIBASE.length + Math.ceil((CID_BYTES * 8) / CHARACTER_BITS)

/** The CIDv1 of a block, hashed with SHA-256. */
export function blockCid(block: Uint8Array, codec: ContentCodec): CidString {
  return cidFromHash(sha256(block), codec)
}

/** A report names thousands of CIDs, all of one form: written directly they take a thirtieth of the time. */
export function cidFromHash(hash: Uint8Array, codec: ContentCodec = 'dag-cbor'): CidString {
  const bytes = new Uint8Array(CID_BYTES)
  bytes.set([CID_VERSION, CODEC_CODES[codec], SHA2_256_CODE, HASH_BYTES])
  bytes.set(hash, HEAD_BYTES)
  let text = MULTIBASE
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= CHARACTER_BITS) {
      bits -= CHARACTER_BITS
      text += ALPHABET[held >>> bits]
      held &= (1 << bits) - 1
    }
  }
  return (text + ALPHABET[held << (CHARACTER_BITS - bits)]) as CidString
}

export const cidFromHex32 = (hash: Hex32): CidString => cidFromHash(hex32ToBytes(hash))

/** The 32-byte hash inside a CID, or null when it is not a CIDv1 with SHA-256 and one of our codecs, in its usual text form. */
export function cidToHash(cid: string): Uint8Array | null {
  if (cid.length !== TEXT_LENGTH || !cid.startsWith(MULTIBASE)) {
    return null
  }
  const bytes = new Uint8Array(CID_BYTES)
  let length = 0
  let held = 0
  let bits = 0
  for (let i = MULTIBASE.length; i < cid.length; i++) {
    const value = VALUES[cid.charCodeAt(i)] ?? 255
    if (value > 31) {
      return null
    }
    held = (held << CHARACTER_BITS) | value
    bits += CHARACTER_BITS
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = held >>> bits
      held &= (1 << bits) - 1
    }
  }
  const isKnown = bytes[1] === CODEC_CODES['dag-cbor'] || bytes[1] === CODEC_CODES.raw
  const isOurs = bytes[0] === CID_VERSION && isKnown && bytes[2] === SHA2_256_CODE && bytes[3] === HASH_BYTES
  // What is left over is no whole byte, and zero in the only form of a text.
  return isOurs && held === 0 ? bytes.slice(HEAD_BYTES) : null
}

/** Throws a `RangeError` for anything but a CIDv1 with SHA-256. */
export function cidToHex32(cid: CidString): Hex32 {
  const hash = cidToHash(cid)
  if (hash === null) {
    throw new RangeError(`Not a CIDv1 with SHA-256: ${cid.slice(0, 80)}`)
  }
  return bytesToHex32(hash)
}
