import type { CidString, ContentCodec, Hex32 } from '@cortensor/interface'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { bytesToHex32, hex32ToBytes, sha256 } from './hash.js'

/** Multicodec codes, https://github.com/multiformats/multicodec/blob/master/table.csv */
const CODEC_CODES: Readonly<Record<ContentCodec, number>> = { 'dag-cbor': 0x71, raw: 0x55 }
const SHA2_256_CODE = 0x12

/** The CIDv1 of a block, hashed with SHA-256. */
export function blockCid(block: Uint8Array, codec: ContentCodec): CidString {
  return cidFromHash(sha256(block), codec)
}

export function cidFromHash(hash: Uint8Array, codec: ContentCodec = 'dag-cbor'): CidString {
  return CID.createV1(CODEC_CODES[codec], createDigest(SHA2_256_CODE, hash)).toString() as CidString
}

export const cidFromHex32 = (hash: Hex32): CidString => cidFromHash(hex32ToBytes(hash))

/** The 32-byte hash inside a CID, or null when it is not a CIDv1 with SHA-256 and one of our codecs, in its usual text form. */
export function cidToHash(cid: string): Uint8Array | null {
  if (cid.length > 128) {
    return null
  }
  try {
    const parsed = CID.parse(cid)
    const known = Object.values(CODEC_CODES).includes(parsed.code)
    const isOurs = parsed.version === 1 && known && parsed.multihash.code === SHA2_256_CODE && parsed.toString() === cid
    return isOurs && parsed.multihash.digest.byteLength === 32 ? parsed.multihash.digest : null
  } catch {
    return null
  }
}

/** Throws a `RangeError` for anything but a CIDv1 with SHA-256. */
export function cidToHex32(cid: CidString): Hex32 {
  const hash = cidToHash(cid)
  if (hash === null) {
    throw new RangeError(`Not a CIDv1 with SHA-256: ${cid.slice(0, 80)}`)
  }
  return bytesToHex32(hash)
}
