import { memoryNodeId } from '@cortensor/memory'
import { describe, expect, it } from 'vitest'
import { createUptimeMeter, UPTIME_SLOTS } from '../../src/evidence/uptime-meter.js'

const SLOT_MS = 3_000
const [a, b] = [memoryNodeId('a'), memoryNodeId('b')].sort() as [ReturnType<typeof memoryNodeId>, ReturnType<typeof memoryNodeId>]
const at = (slot: number, share = 0.5): number => (slot + share) * SLOT_MS

describe('the uptime meter', () => {
  it('says nothing before the first full slot', () => {
    const meter = createUptimeMeter(SLOT_MS)
    expect(meter.measures(at(1_000))).toEqual([])
    meter.seen(a, at(1_000))
    expect(meter.measures(at(1_000, 0.9))).toEqual([])
    expect(meter.measures(at(1_001))).toEqual([])
  })

  it('counts full slots in which a node was heard, however often, by node id', () => {
    const meter = createUptimeMeter(SLOT_MS)
    for (const slot of [1_000, 1_001, 1_002, 1_003, 1_004]) {
      meter.seen(b, at(slot))
      meter.seen(b, at(slot, 0.6))
    }
    meter.seen(a, at(1_002))
    expect(meter.measures(at(1_004))).toEqual([
      { node: a, seen: 1, slots: 3 },
      { node: b, seen: 3, slots: 3 }
    ])
  })

  it('names registered nodes first, and others in turn, when it has heard too many', () => {
    const nodes = Array.from({ length: 2_100 }, (_, i) => memoryNodeId(`node ${i}`)).sort()
    const known = new Set(nodes.slice(-10))
    const meter = createUptimeMeter(SLOT_MS, (node) => known.has(node))
    const namedAt = (slot: number): Set<string> => {
      for (const node of nodes) {
        meter.seen(node, at(slot - 2))
        meter.seen(node, at(slot - 1))
      }
      return new Set(meter.measures(at(slot)).map(({ node }) => node))
    }
    const [one, two] = [namedAt(1_000), namedAt(1_100)]
    expect([one.size, two.size]).toEqual([2_048, 2_048])
    expect([...known].every((node) => one.has(node) && two.has(node))).toBe(true)
    expect([...one].filter((node) => !two.has(node)).length).toBeGreaterThan(10)
  })

  it('looks at the last slots only, and forgets who has not been heard in them', () => {
    const meter = createUptimeMeter(SLOT_MS)
    for (let slot = 1_000; slot < 1_100; slot++) {
      meter.seen(a, at(slot))
    }
    meter.seen(b, at(1_005))
    expect(meter.measures(at(1_100))).toEqual([{ node: a, seen: UPTIME_SLOTS, slots: UPTIME_SLOTS }])
    expect(meter.measures(at(1_110))).toEqual([{ node: a, seen: UPTIME_SLOTS - 10, slots: UPTIME_SLOTS }])
    expect(meter.measures(at(1_200))).toEqual([])
  })
})
