import { publicKeyToNodeId, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, Committee } from '@cortensor/interface'
import { leaderOf, memberIndex, quorumOf, turnOf } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const committeeOf = (size: number): Committee => ({
  config: ZERO_HEX32,
  members: Array.from({ length: size }, (_, i) => ({
    operator: `0x${'00'.repeat(20)}` as Address,
    nodeId: publicKeyToNodeId(new Uint8Array(32).fill(i + 1))
  })),
  faults: size === 3 ? 1 : Math.floor((size - 1) / 3),
  attestations: 2
})
const sizes = fc.integer({ min: 3, max: 31 })

describe('the order of a committee', () => {
  it('lets every member lead once in as many epochs, and once in as many views', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1_000_000), (size, start) => {
        const committee = committeeOf(size)
        const steps = Array.from({ length: size }, (_, i) => i)
        expect(new Set(steps.map((i) => leaderOf(committee, start + i, 0))).size).toBe(size)
        expect(new Set(steps.map((i) => leaderOf(committee, start, i))).size).toBe(size)
      })
    )
  })

  it('gives the turn of the leader of every view', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1_000_000), fc.nat(30), (size, epoch, view) => {
        const committee = committeeOf(size)
        expect(turnOf(committee, epoch, leaderOf(committee, epoch, view))).toBe(view % size)
      })
    )
  })

  it('needs all but the faulty', () => {
    expect([3, 4, 7, 31].map((size) => quorumOf(committeeOf(size)))).toEqual([2, 3, 5, 21])
    expect(memberIndex(committeeOf(3), publicKeyToNodeId(new Uint8Array(32).fill(9)))).toBe(-1)
  })
})
