import { publicKeyToNodeId, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, Committee } from '@cortensor/interface'
import { leaderOf, leadingOrder, memberIndex, quorumOf, turnOf } from '@cortensor/protocols'
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
const committeeAndLaggards = sizes.chain((size) => {
  const committee = committeeOf(size)
  const nodeIds = committee.members.map(({ nodeId }) => nodeId)
  return fc.record({ committee: fc.constant(committee), laggards: fc.subarray(nodeIds, { maxLength: committee.faults }) })
})

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

  it('lets laggards lead last, and everybody else in turn', () => {
    fc.assert(
      fc.property(committeeAndLaggards, fc.nat(1_000_000), ({ committee, laggards }, epoch) => {
        const { length } = committee.members
        const order = leadingOrder(committee, epoch, laggards)
        expect(new Set(order).size).toBe(length)
        expect(new Set(order.slice(length - laggards.length))).toEqual(new Set(laggards))
        expect(order.map((_, view) => leaderOf(committee, epoch, view, laggards))).toEqual(order)
        expect(leaderOf(committee, epoch + 1, 0, laggards)).not.toBe(order[0])
      })
    )
  })

  it('gives turns from the leader of a view on', () => {
    fc.assert(
      fc.property(committeeAndLaggards, fc.nat(1_000_000), fc.nat(90), ({ committee, laggards }, epoch, view) => {
        const turns = committee.members.map(({ nodeId }) => turnOf(committee, { epoch, view, laggards }, nodeId))
        expect([...turns].sort((a, b) => a - b)).toEqual(turns.map((_, i) => i))
        expect(turnOf(committee, { epoch, view, laggards }, leaderOf(committee, epoch, view, laggards))).toBe(0)
        expect(turnOf(committee, { epoch, laggards }, leaderOf(committee, epoch, view, laggards))).toBe(view % turns.length)
      })
    )
  })

  it('needs all but the faulty', () => {
    expect([3, 4, 7, 31].map((size) => quorumOf(committeeOf(size)))).toEqual([2, 3, 5, 21])
    expect(memberIndex(committeeOf(3), publicKeyToNodeId(new Uint8Array(32).fill(9)))).toBe(-1)
  })
})
