import { leaderOf } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fault, Network } from './network.js'
import { instanceOf, TIMING } from './world.js'

const seed = fc.integer({ min: 0, max: 2 ** 31 })
const MINUTES_MS = 60_000

/** At most f faulty members, chosen by the property. */
const faultsOf = (n: number, kinds: readonly Fault[]) => {
  const f = Math.floor((n - 1) / 3)
  return fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.constantFrom(...kinds)), { maxLength: f, selector: ([i]) => i })
    .map((entries) => new Map(entries))
}

/** What may never happen, whoever lies. */
function expectSafe(network: Network): void {
  for (const i of network.honest) {
    const own = network.signed.filter(({ member }) => member === i)
    for (const [view, words] of Map.groupBy(own, (word) => word.view)) {
      const digests = new Set(words.flatMap(({ digest }) => digest ?? []))
      expect(digests.size, `member ${i} attested two digests in view ${view}`).toBeLessThanOrEqual(1)
      const firstTimeout = words.findIndex(({ type }) => type === 'timeout')
      const late = firstTimeout < 0 ? [] : words.slice(firstTimeout).filter(({ type }) => type === 'attest')
      expect(late, `member ${i} attested in view ${view} after giving it up`).toEqual([])
    }
  }
  for (const { digest } of network.decided.values()) {
    expect(network.reports.has(digest), 'a decided report was derived from observations').toBe(true)
  }
}

describe.each([4, 7])('a committee of %i', (n) => {
  const f = Math.floor((n - 1) / 3)

  it('decides in view 0 when everything arrives', () => {
    fc.assert(
      fc.property(seed, (seed) => {
        const network = new Network({ n, seed })
        expect(network.run(TIMING.epochMs + TIMING.viewMs, n)).toBe(true)
        expect(new Set([...network.decided.values()].map(({ view }) => view))).toEqual(new Set([0]))
        expect(network.quorums().size).toBe(1)
        expectSafe(network)
      }),
      { numRuns: 40 }
    )
  })

  it('decides in view 1 when the leader of view 0 is dead, in view f+1 at the latest with f dead leaders', () => {
    fc.assert(
      fc.property(seed, (seed) => {
        const committee = new Network({ n, seed }).committee
        for (const dead of [1, f]) {
          const leaders = Array.from({ length: dead }, (_, view) => leaderOf(committee, instanceOf(committee).epoch, view))
          const faults = new Map(
            leaders.map((leader) => [committee.members.findIndex((m) => m.nodeId === leader), 'silent' as const])
          )
          const network = new Network({ n, seed, faults })
          expect(network.run(TIMING.epochMs * 2, n - dead)).toBe(true)
          expect(new Set([...network.decided.values()].map(({ view }) => view))).toEqual(new Set([dead]))
          expectSafe(network)
        }
      }),
      { numRuns: 20 }
    )
  })

  it('with losses and silent members decides one digest only, soon after the links heal', () => {
    fc.assert(
      fc.property(seed, faultsOf(n, ['silent']), fc.integer({ min: 0, max: 40_000 }), (seed, faults, chaosMs) => {
        const network = new Network({ n, seed, faults, chaosMs })
        expect(network.run(TIMING.epochMs + chaosMs + 3 * MINUTES_MS)).toBe(true)
        expect(network.quorums().size).toBe(1)
        expectSafe(network)
      }),
      { numRuns: 60 }
    )
  })

  it('decides though nothing at all arrived at first', () => {
    fc.assert(
      fc.property(seed, (seed) => {
        const network = new Network({ n, seed, chaosMs: 20_000, lossRate: 1 })
        expect(network.run(TIMING.epochMs + 2 * MINUTES_MS)).toBe(true)
        expect(network.quorums().size).toBe(1)
      }),
      { numRuns: 20 }
    )
  })

  it('decides though checks fail for a while', () => {
    fc.assert(
      fc.property(seed, faultsOf(n, ['silent']), (seed, faults) => {
        const network = new Network({ n, seed, faults, chaosMs: 20_000, lossRate: 0.05, failRate: 0.9 })
        expect(network.run(TIMING.epochMs + 3 * MINUTES_MS)).toBe(true)
        expectSafe(network)
      }),
      { numRuns: 30 }
    )
  })

  it('with f members that lie stays safe, and decides after the links heal', () => {
    fc.assert(
      fc.property(seed, faultsOf(n, ['equivocating', 'silent']), fc.integer({ min: 0, max: 30_000 }), (seed, faults, chaosMs) => {
        const network = new Network({ n, seed, faults, chaosMs })
        expect(network.run(TIMING.epochMs + chaosMs + 5 * MINUTES_MS)).toBe(true)
        expectSafe(network)
      }),
      { numRuns: 60 }
    )
  })
})

describe('the limits of the design', () => {
  it('with more than f silent members nothing is decided, and nothing unsafe happens', () => {
    const network = new Network({
      n: 4,
      seed: 1,
      faults: new Map([
        [0, 'silent' as const],
        [1, 'silent' as const]
      ])
    })
    expect(network.run(3 * MINUTES_MS)).toBe(false)
    expectSafe(network)
    expect(network.states[2]?.view).toBe(0)
  })

  it('an equivocating leader can get quorums for two reports, both of them right: the chain takes one', () => {
    const digestsOf = (seed: number): number => {
      const network = new Network({ n: 4, seed, faults: new Map([[0, 'equivocating' as const]]) })
      network.run(TIMING.epochMs * 2, 3)
      expectSafe(network)
      return new Set([...network.decided.values()].map(({ digest }) => digest)).size
    }
    expect(Array.from({ length: 60 }, (_, seed) => seed).some((seed) => digestsOf(seed) > 1)).toBe(true)
  })
})
