import { createSigner, createVerifier } from '@cortensor/crypto'
import type { Address } from '@cortensor/interface'
import { checkBinding, createBinding } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'

const signerOf = (node: number, operator: number) =>
  createSigner({ nodeSeed: new Uint8Array(32).fill(node), operatorKey: new Uint8Array(32).fill(operator) })
const verifier = createVerifier()
const scope = { chainId: 31_337, registry: `0x${'12'.repeat(20)}` as Address }

describe('a binding', () => {
  it('holds for its node, its operator and its network', async () => {
    const signer = signerOf(1, 2)
    const binding = await createBinding(signer, scope)
    expect(await checkBinding(verifier, signer.nodeId, binding, scope)).toBe(true)
    expect(await checkBinding(verifier, signer.nodeId, binding, { ...scope, chainId: 1 })).toBe(false)
    expect(await checkBinding(verifier, signer.nodeId, binding, { ...scope, registry: `0x${'13'.repeat(20)}` as Address })).toBe(
      false
    )
    expect(await checkBinding(verifier, signerOf(3, 2).nodeId, binding, scope)).toBe(false)
    expect(await checkBinding(verifier, signer.nodeId, { ...binding, operator: signerOf(1, 4).operator }, scope)).toBe(false)
  })

  it('needs both signatures', async () => {
    const victim = signerOf(1, 2)
    const thief = signerOf(5, 6)
    const squatted = await createBinding({ ...thief, nodeId: victim.nodeId }, scope)
    expect(await checkBinding(verifier, victim.nodeId, squatted, scope)).toBe(false)
    const claimed = await createBinding({ ...thief, operator: victim.operator }, scope)
    expect(await checkBinding(verifier, thief.nodeId, claimed, scope)).toBe(false)
  })
})
