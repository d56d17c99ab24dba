import { createSigner, isNodeId } from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import { createMemorySigner, createMemoryVerifier, memoryAddress, memoryNodeId } from '@cortensor/memory'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const digest = `0x${'5a'.repeat(32)}` as Hex32
const flip = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, i) => (i === (bit >> 3) % bytes.length ? byte ^ (1 << (bit & 7)) : byte))

describe('createMemorySigner', () => {
  const signer = createMemorySigner({ label: 'a' })
  const verifier = createMemoryVerifier()

  it('has identities of the real form, by label', () => {
    expect(isNodeId(signer.nodeId)).toBe(true)
    expect(signer.operator).toMatch(/^0x[0-9a-f]{40}$/)
    expect([signer.nodeId, signer.operator]).toEqual([memoryNodeId('a'), memoryAddress('a')])
    expect(createMemorySigner({ label: 'b' }).nodeId).not.toBe(signer.nodeId)
    expect(createMemorySigner({ label: 'b', operatorLabel: 'a' }).operator).toBe(signer.operator)
  })

  it('makes signatures that only its own bytes fit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(511), async (bytes, bit) => {
        const signature = await signer.sign(bytes)
        expect(signature).toHaveLength(64)
        expect(await verifier.verify(signer.nodeId, bytes, signature)).toBe(true)
        expect(await verifier.verify(signer.nodeId, flip(bytes, bit), signature)).toBe(false)
        expect(await verifier.verify(signer.nodeId, bytes, flip(signature, bit))).toBe(false)
        expect(await verifier.verify(memoryNodeId('b'), bytes, signature)).toBe(false)
      })
    )
  })

  it('makes packed signatures from which its account is recovered', async () => {
    const signature = await signer.signDigest(digest)
    expect(signature).toHaveLength(64)
    expect(await verifier.recover(digest, signature)).toBe(signer.operator)
    for (let bit = 0; bit < 512; bit++) {
      expect(await verifier.recover(digest, flip(signature, bit))).toBeNull()
    }
    expect(await verifier.recover(digest, signature.subarray(1))).toBeNull()
  })

  it('is not taken with another secret, nor are real signatures', async () => {
    const bytes = new Uint8Array(8)
    const other = createMemoryVerifier({ secret: 'other' })
    expect(await other.verify(signer.nodeId, bytes, await signer.sign(bytes))).toBe(false)
    const real = createSigner({ nodeSeed: new Uint8Array(32).fill(1), operatorKey: new Uint8Array(32).fill(1) })
    expect(await verifier.verify(real.nodeId, bytes, await real.sign(bytes))).toBe(false)
    expect(await verifier.recover(digest, await real.signDigest(digest))).toBeNull()
  })
})
