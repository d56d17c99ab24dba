import {
  addressOfKey,
  createSigner,
  createVerifier,
  generateSecp256k1Key,
  keccak256,
  recoverPacked,
  signDigestPacked
} from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@cortensor/utils'
import { Signature, SigningKey, verifyMessage } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** The test vectors of EIP-2098: both parities. */
const KEY = hexToBytes('1234567890123456789012345678901234567890123456789012345678901234')
const ADDRESS = '0x2e988a386a799f506693793c6a5af6b54dfaabfb'
const VECTORS = [
  {
    message: 'Hello World',
    packed:
      '68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b907e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064'
  },
  {
    message: "It's a small(er) world",
    packed:
      '9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793'
  }
] as const
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** EIP-191, as wallets sign texts. */
const digestOf = (message: string): Uint8Array => {
  const bytes = utf8ToBytes(message)
  return keccak256(concatBytes(utf8ToBytes(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes))
}

describe('packed signatures', () => {
  it('are those of EIP-2098', () => {
    expect(addressOfKey(KEY)).toBe(ADDRESS)
    for (const { message, packed } of VECTORS) {
      expect(bytesToHex(signDigestPacked(digestOf(message), KEY))).toBe(packed)
      expect(recoverPacked(digestOf(message), hexToBytes(packed))).toBe(ADDRESS)
      const { compactSerialized, serialized } = Signature.from(`0x${packed}`)
      expect(compactSerialized).toBe(`0x${packed}`)
      expect(verifyMessage(message, serialized).toLowerCase()).toBe(ADDRESS)
    }
  })

  it('are what another implementation makes and recovers', () => {
    const key = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter((bytes) => bytes.some((byte) => byte !== 0) && bytes[0] !== 255)
    fc.assert(
      fc.property(key, fc.uint8Array({ minLength: 32, maxLength: 32 }), (privateKey, digest) => {
        const packed = signDigestPacked(digest, privateKey)
        const theirs = new SigningKey(`0x${bytesToHex(privateKey)}`).sign(digest)
        expect(`0x${bytesToHex(packed)}`).toBe(theirs.compactSerialized)
        expect(recoverPacked(digest, packed)).toBe(addressOfKey(privateKey))
      }),
      { numRuns: 25 }
    )
  })

  it('have a low s, and none other is taken', () => {
    const digest = digestOf('x')
    const packed = signDigestPacked(digest, KEY)
    for (const s of [HALF_ORDER + 1n, 2n ** 255n - 1n]) {
      const high = concatBytes(packed.subarray(0, 32), hexToBytes(s.toString(16).padStart(64, '0')))
      expect(recoverPacked(digest, high)).toBeNull()
    }
  })

  it('give null, or somebody else, when a bit is changed, and null for what is none', () => {
    const digest = digestOf('x')
    const packed = signDigestPacked(digest, KEY)
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const changed = packed.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        expect(recoverPacked(digest, changed)).not.toBe(ADDRESS)
      })
    )
    expect(recoverPacked(digest, new Uint8Array(64))).toBeNull()
    expect(recoverPacked(digest, packed.subarray(1))).toBeNull()
    expect(recoverPacked(digest.subarray(1), packed)).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(() => recoverPacked(digest, bytes)).not.toThrow()
      })
    )
  })

  it('come from keys that are new each time', () => {
    expect(new Set(Array.from({ length: 10 }, () => addressOfKey(generateSecp256k1Key()))).size).toBe(10)
  })
})

describe('createSigner and createVerifier', () => {
  it('join both schemes behind the ports', async () => {
    const signer = createSigner({ nodeSeed: new Uint8Array(32).fill(3), operatorKey: KEY })
    const verifier = createVerifier()
    const bytes = utf8ToBytes('a message')
    const signature = await signer.sign(bytes)
    expect(await verifier.verify(signer.nodeId, bytes, signature)).toBe(true)
    expect(await verifier.verify('nobody' as typeof signer.nodeId, bytes, signature)).toBe(false)
    const digest = `0x${bytesToHex(digestOf('x'))}` as Hex32
    expect(await verifier.recover(digest, await signer.signDigest(digest))).toBe(signer.operator)
    expect(signer.operator).toBe(ADDRESS)
  })
})
