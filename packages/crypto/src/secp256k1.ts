import type { Address } from '@cortensor/interface'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToHexDigits } from '#native'
import { keccak256 } from './hash.js'

export const generateSecp256k1Key = (): Uint8Array => secp256k1.utils.randomSecretKey()

/** The Ethereum account of a 32-byte private key. Throws when the key is not valid. */
export function addressOfKey(privateKey: Uint8Array): Address {
  return addressOfPoint(secp256k1.getPublicKey(privateKey, false))
}

/** Of an uncompressed public key of 65 bytes. */
function addressOfPoint(uncompressed: Uint8Array): Address {
  return `0x${bytesToHexDigits(keccak256(uncompressed.subarray(1)).subarray(12))}` as Address
}

/** Deterministic (RFC 6979), low-s, packed as EIP-2098: r, then s with the recovery parity in its top bit; 64 bytes. */
export function signDigestPacked(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
  const recovered = secp256k1.sign(digest, privateKey, { prehash: false, lowS: true, format: 'recovered' })
  const packed = recovered.slice(1)
  packed[32] = (packed[32] as number) | ((recovered[0] as number) << 7)
  return packed
}

/** The account that made a packed signature, or null when it is none. */
export function recoverPacked(digest: Uint8Array, packed: Uint8Array): Address | null {
  if (digest.byteLength !== 32 || packed.byteLength !== 64) {
    return null
  }
  const recovered = new Uint8Array(65)
  recovered[0] = (packed[32] as number) >> 7
  recovered.set(packed, 1)
  recovered[33] = (packed[32] as number) & 0x7f
  try {
    const signature = secp256k1.Signature.fromBytes(recovered, 'recovered')
    if (signature.hasHighS()) {
      return null
    }
    return addressOfPoint(signature.recoverPublicKey(digest).toBytes(false))
  } catch {
    return null
  }
}
