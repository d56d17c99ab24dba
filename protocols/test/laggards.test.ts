import { publicKeyToNodeId, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, CommittedView, Committee, EpochNumber, Hex32, NodeId } from '@cortensor/interface'
import { laggardsOf, leaderOf, leadingOrder, RECORD_EPOCHS, readLaggards, recordSpan } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const OTHER = `0x${'11'.repeat(32)}` as Hex32
const committeeOf = (size: number, config = ZERO_HEX32): Committee => ({
  config,
  members: Array.from({ length: size }, (_, i) => ({
    operator: `0x${'00'.repeat(20)}` as Address,
    nodeId: publicKeyToNodeId(new Uint8Array(32).fill(i + 1))
  })),
  faults: size === 3 ? 1 : Math.floor((size - 1) / 3),
  attestations: 2
})
const idOf = (committee: Committee, index: number): NodeId => committee.members[index]?.nodeId as NodeId
const viewsOf = (views: readonly number[], config = ZERO_HEX32): CommittedView[] =>
  views.map((view, i) => ({ epoch: (i + 1) as EpochNumber, config, view }))

/** The views in which the epochs are committed when these members never lead: what the chain of such a network says. */
function committedWithout(committee: Committee, absent: readonly NodeId[], epochs: number, depth: number): CommittedView[] {
  const views: CommittedView[] = []
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const laggards = laggardsOf(committee, epoch, depth, views)
    const view = leadingOrder(committee, epoch, laggards).findIndex((id) => !absent.includes(id))
    views.push({ epoch: epoch as EpochNumber, config: committee.config, view })
  }
  return views
}

const histories = fc.record({
  size: fc.integer({ min: 3, max: 31 }),
  depth: fc.integer({ min: 0, max: 20 }),
  views: fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(40)), { minLength: 1, maxLength: 300 })
})

describe('members whose views timed out', () => {
  it('go last, at most f of them, and each of these once let a view time out', () => {
    fc.assert(
      fc.property(histories, ({ depth, size, views }) => {
        const committee = committeeOf(size)
        const laggards = laggardsOf(committee, views.length + 1, depth, viewsOf(views))
        expect(laggards.length).toBeLessThanOrEqual(committee.faults)
        expect(new Set(laggards).size).toBe(laggards.length)
        expect(laggards.every((id) => committee.members.some(({ nodeId }) => nodeId === id))).toBe(true)
        // Every member still leads within n views.
        expect(new Set(leadingOrder(committee, views.length + 1, laggards)).size).toBe(size)
        if (views.every((view) => view === 0)) {
          expect(laggards).toEqual([])
        }
      })
    )
  })

  it('follow from final commits of this record alone, in whatever order they are read', () => {
    fc.assert(
      fc.property(histories, fc.nat(40), ({ depth, size, views }, other) => {
        const committee = committeeOf(size)
        const epoch = views.length + 1
        const all = viewsOf(views)
        const span = recordSpan(epoch, depth)
        const isFinal = (one: number): boolean => span !== null && one >= span.from && one <= span.to
        expect(all.filter((one) => isFinal(one.epoch)).length).toBeLessThanOrEqual(RECORD_EPOCHS)
        const expected = laggardsOf(committee, epoch, depth, all)
        // A member that joins now reads only these; what is not final may be any other view in the end.
        expect(laggardsOf(committee, epoch, depth, all.filter((one) => isFinal(one.epoch)).reverse())).toEqual(expected)
        const changed = all.map((one) => (isFinal(one.epoch) ? one : { ...one, view: other }))
        expect(laggardsOf(committee, epoch, depth, changed)).toEqual(expected)
      })
    )
  })

  it('are found, whoever they are: an absent member costs no view after the first of a record', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 31 }), fc.integer({ min: 0, max: 4 }), fc.nat(1_000), (size, depth, pick) => {
        const committee = committeeOf(size)
        const absent = Array.from({ length: committee.faults }, (_, i) => idOf(committee, (pick + i * 3) % size))
        const views = committedWithout(committee, absent, RECORD_EPOCHS - 1, depth)
        const known = laggardsOf(committee, RECORD_EPOCHS - 1, depth, views)
        expect(new Set(known)).toEqual(new Set(absent))
        expect(views.slice(2 * size + 2 * depth).every(({ view }) => view === 0)).toBe(true)
      }),
      { numRuns: 30 }
    )
  })

  it('are those who led by the record as it was then, and not as it is now', () => {
    const committee = committeeOf(4)
    // Epoch 1 is led by member 1: it fails, and goes last from epoch 2 on. The others take turns, so that epoch 2 is led by member 3.
    expect(laggardsOf(committee, 2, 0, viewsOf([1]))).toEqual([idOf(committee, 1)])
    expect(leaderOf(committee, 2, 0, [idOf(committee, 1)])).toBe(idOf(committee, 3))
    const laggards = laggardsOf(committee, 4, 0, viewsOf([1, 1, 1]))
    // Member 3 failed in epoch 2 and member 1 in epoch 1; in epoch 3 one of them or member 2 failed: the later one goes last.
    expect(laggards).toHaveLength(1)
    expect(laggards).not.toEqual([idOf(committee, 1)])
  })

  it('come back when they have led, with the next record, and with the next committee', () => {
    const committee = committeeOf(4)
    const failed = viewsOf([1, 0, 0])
    expect(laggardsOf(committee, 4, 0, failed)).toEqual([idOf(committee, 1)])
    // Views 0 to 2 of epoch 4 fail, and the laggard leads the last one well.
    expect(laggardsOf(committee, 5, 0, viewsOf([1, 0, 0, 3]))).not.toContain(idOf(committee, 1))
    expect(laggardsOf(committee, RECORD_EPOCHS, 0, failed)).toEqual([])
    expect(laggardsOf(committeeOf(4, OTHER), 4, 0, failed)).toEqual([])
    // Views that passed everybody say nothing of anybody.
    expect(laggardsOf(committee, 2, 0, viewsOf([4]))).toEqual([])
  })

  it('are read from the chain, when there is something to read', async () => {
    const committee = committeeOf(4)
    const asked: unknown[] = []
    const chain = {
      views: async ({ from, to }: { from: number; to: number }) => {
        asked.push([from, to])
        return viewsOf([1, 0, 0, 0, 0]).slice(from - 1, to)
      }
    }
    expect(await readLaggards(chain, committee, { epoch: 3, depth: 2 })).toEqual([])
    expect(await readLaggards(chain, committee, { epoch: 4, depth: 2 })).toEqual([idOf(committee, 1)])
    expect(await readLaggards(chain, committee, { epoch: RECORD_EPOCHS + 2, depth: 2 })).toEqual([])
    expect(asked).toEqual([[1, 1]])
  })
})
