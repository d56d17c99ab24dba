import type { Role } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDirectory } from '../src/index.js'
import { nodeIdOf, presenceOf } from './fixtures.js'

const LEASE_MS = 9_000
const [one, two, three] = ['one', 'two', 'three'].map(nodeIdOf) as [
  ReturnType<typeof nodeIdOf>,
  ReturnType<typeof nodeIdOf>,
  ReturnType<typeof nodeIdOf>
]
const presence = presenceOf('one')

describe('the directory', () => {
  it('knows a node for one lease from when it was heard', () => {
    const directory = createDirectory({ leaseMs: LEASE_MS })
    expect(directory.apply(one, presence, 1_000)).toBe('new')
    expect(directory.get(one, 1_000)).toMatchObject({
      nodeId: one,
      operator: presence.binding.operator,
      seenMs: 1_000,
      leaseEndsMs: 10_000
    })
    expect(directory.get(one, 9_999)).not.toBe(null)
    expect(directory.get(one, 10_000)).toBe(null)
    expect(directory.live(9_999)).toHaveLength(1)
    expect(directory.live(10_000)).toEqual([])
    expect(directory.get(two, 1_000)).toBe(null)
  })

  it('extends the lease with every presence', () => {
    const directory = createDirectory({ leaseMs: LEASE_MS })
    directory.apply(one, presence, 1_000)
    expect(directory.apply(one, { ...presence, queueLength: 7 }, 5_000)).toBe('updated')
    expect(directory.get(one, 13_999)?.presence.queueLength).toBe(7)
  })

  it('replaces a node by the same one started later, and does not hear the earlier one again', () => {
    const directory = createDirectory({ leaseMs: LEASE_MS })
    directory.apply(one, { ...presence, generation: 5 }, 1_000)
    expect(directory.apply(one, { ...presence, generation: 6, agent: 'new' }, 2_000)).toBe('replaced')
    expect(directory.apply(one, { ...presence, generation: 5 }, 3_000)).toBe('stale')
    expect(directory.get(one, 10_999)).toMatchObject({ seenMs: 2_000, presence: { agent: 'new' } })
    expect(directory.get(one, 11_000)).toBe(null)
  })

  it('lists by node id, and by role', () => {
    const directory = createDirectory({ leaseMs: LEASE_MS })
    const roles: Role[][] = [['miner'], ['oracle', 'miner'], ['router']]
    for (const [i, node] of [one, two, three].entries()) {
      directory.apply(node, { ...presence, roles: roles[i] as Role[] }, 0)
    }
    const ids = directory.live(1).map(({ nodeId }) => nodeId)
    expect(ids).toEqual([one, two, three].sort())
    expect(directory.live(1, 'miner')).toHaveLength(2)
    expect(directory.live(1, 'router').map(({ nodeId }) => nodeId)).toEqual([three])
  })

  it('forgets lapsed leases when swept, and names them', () => {
    const directory = createDirectory({ leaseMs: LEASE_MS })
    directory.apply(one, { ...presence, generation: 5 }, 0)
    directory.apply(two, presence, 1_000)
    expect(directory.sweep(8_999)).toEqual([])
    expect(directory.sweep(9_000)).toEqual([one])
    expect(directory.sweep(9_000)).toEqual([])
    expect(directory.apply(one, { ...presence, generation: 4 }, 9_000)).toBe('new')
    expect(directory.live(9_001)).toHaveLength(2)
  })

  it('when full refuses newcomers, not those it knows', () => {
    const directory = createDirectory({ leaseMs: LEASE_MS, maxNodes: 2 })
    directory.apply(one, presence, 0)
    directory.apply(two, presence, 5_000)
    expect(directory.apply(three, presence, 6_000)).toBe('full')
    expect(directory.get(three, 6_000)).toBe(null)
    expect(directory.apply(two, presence, 7_000)).toBe('renewed')
    directory.sweep(9_000)
    expect(directory.apply(three, presence, 9_000)).toBe('new')
  })

  it('is what the messages of the last lease say, whatever happened before', () => {
    const label = fc.constantFrom('a', 'b', 'c', 'd')
    const step = fc.record({
      label,
      generation: fc.integer({ min: 1, max: 4 }),
      waitMs: fc.integer({ min: 0, max: 4_000 }),
      sweep: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const directory = createDirectory({ leaseMs: LEASE_MS })
        const model = new Map<string, { generation: number; atMs: number }>()
        let nowMs = 0
        for (const { generation, label, sweep, waitMs } of steps) {
          nowMs += waitMs
          const change = directory.apply(nodeIdOf(label), { ...presence, generation }, nowMs)
          const known = model.get(label)
          expect(change === 'stale').toBe(known !== undefined && generation < known.generation)
          if (change !== 'stale') {
            model.set(label, { generation, atMs: nowMs })
          }
          if (sweep) {
            directory.sweep(nowMs)
            for (const [other, { atMs }] of model) {
              if (atMs + LEASE_MS <= nowMs) {
                model.delete(other)
              }
            }
          }
          const expected = [...model].filter(([, { atMs }]) => atMs + LEASE_MS > nowMs).map(([other]) => nodeIdOf(other))
          expect(directory.live(nowMs).map(({ nodeId }) => nodeId)).toEqual(expected.sort())
        }
      })
    )
  })
})
