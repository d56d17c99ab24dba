import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDirectory, type DirectoryNode, matchMiners } from '../src/index.js'
import { MODEL, nodeIdOf, nodeOf, offerOf, presenceOf } from './fixtures.js'

const rng = createSeededRng('match')
const ids = (nodes: readonly DirectoryNode[]) => nodes.map(({ nodeId }) => nodeId)

/** Load as the requests that come first, by slot. */
const loadOf = ({ presence }: DirectoryNode, inFlight = 0): number => {
  const slots = Math.max(1, presence.totalSlots)
  return Math.max(slots - presence.freeSlots + presence.queueLength, inFlight) / slots
}

const anyNode = fc
  .record({
    label: fc.integer({ min: 0, max: 30 }),
    operator: fc.integer({ min: 0, max: 6 }),
    totalSlots: fc.integer({ min: 0, max: 4 }),
    used: fc.integer({ min: 0, max: 4 }),
    queueLength: fc.integer({ min: 0, max: 5 }),
    priceMicroPerKilotoken: fc.integer({ min: 0, max: 4 }),
    offers: fc.constantFrom('chat', 'embedding', 'another'),
    isMiner: fc.boolean()
  })
  .map(({ label, operator, totalSlots, used, queueLength, priceMicroPerKilotoken, offers, isMiner }) => {
    const offer = offerOf({ priceMicroPerKilotoken, kind: offers === 'embedding' ? 'embedding' : 'chat' })
    return nodeOf(
      `node ${label}`,
      {
        totalSlots,
        freeSlots: Math.max(0, totalSlots - used),
        queueLength,
        models: [offers === 'another' ? { ...offer, id: 'ff'.repeat(32) as typeof MODEL } : offer],
        roles: [isMiner ? 'miner' : 'router']
      },
      `operator ${operator}`
    )
  })
const anyNodes = fc.uniqueArray(anyNode, { selector: ({ nodeId }) => nodeId, maxLength: 20 })

describe('matchMiners', () => {
  it('chooses fitting miners, of distinct operators, the least loaded first, as many as wanted or as there are', () => {
    fc.assert(
      fc.property(
        anyNodes,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        fc.func(fc.boolean()),
        fc.func(fc.integer({ min: 0, max: 8 })),
        fc.string(),
        (nodes, count, maxPriceMicroPerKilotoken, isExcluded, inFlight, seed) => {
          const excluded = new Set(ids(nodes).filter((nodeId) => isExcluded(nodeId)))
          const request = { model: MODEL, count, maxPriceMicroPerKilotoken, excluded, inFlight }
          const chosen = matchMiners(nodes, request, createSeededRng(seed))
          const fitting = nodes.filter(
            ({ nodeId, presence }) =>
              !excluded.has(nodeId) &&
              presence.roles.includes('miner') &&
              presence.models.some(
                (m) => m.id === MODEL && m.kind === 'chat' && m.priceMicroPerKilotoken <= maxPriceMicroPerKilotoken
              )
          )
          expect(chosen.every((node) => fitting.includes(node))).toBe(true)
          const operators = chosen.map(({ operator }) => operator)
          expect(new Set(operators).size).toBe(operators.length)
          expect(chosen.length).toBe(Math.min(count, new Set(fitting.map(({ operator }) => operator)).size))
          const loads = chosen.map((node) => loadOf(node, inFlight(node.nodeId)))
          expect(loads).toEqual([...loads].sort((a, b) => a - b))
          const least = Math.min(...fitting.map((node) => loadOf(node, inFlight(node.nodeId))))
          expect(loads[0] ?? least).toBe(least)
        }
      )
    )
  })

  it('never chooses a node whose lease has lapsed', () => {
    const heard = fc.array(fc.record({ label: fc.integer({ min: 0, max: 9 }), atMs: fc.integer({ min: 0, max: 20_000 }) }))
    fc.assert(
      fc.property(heard, (heard) => {
        const directory = createDirectory({ leaseMs: 5_000 })
        const last = new Map<string, number>()
        for (const { atMs, label } of heard.sort((a, b) => a.atMs - b.atMs)) {
          directory.apply(nodeIdOf(`${label}`), presenceOf(`${label}`), atMs)
          last.set(nodeIdOf(`${label}`), atMs)
        }
        const chosen = matchMiners(directory.live(20_000, 'miner'), { model: MODEL, count: 10 }, rng)
        expect(new Set(ids(chosen))).toEqual(new Set([...last].filter(([, atMs]) => atMs > 15_000).map(([nodeId]) => nodeId)))
      })
    )
  })

  it('chooses at random among equals, each about as often, and the same for the same seed', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((label) => nodeOf(label))
    const stream = createSeededRng('fair')
    const counts = new Map<string, number>()
    for (let i = 0; i < 4_000; i++) {
      const [node] = matchMiners(nodes, { model: MODEL }, stream)
      counts.set(node?.nodeId ?? '', (counts.get(node?.nodeId ?? '') ?? 0) + 1)
    }
    expect(counts.size).toBe(4)
    expect([...counts.values()].every((count) => count > 850 && count < 1_150)).toBe(true)
    const pick = () => ids(matchMiners(nodes, { model: MODEL, count: 4 }, createSeededRng('one')))
    expect(pick()).toEqual(pick())
  })

  it('counts what it has given out itself, when presence does not show it yet', () => {
    const [busy, idle] = [nodeOf('busy', { totalSlots: 4, freeSlots: 4 }), nodeOf('idle', { totalSlots: 4, freeSlots: 3 })]
    const inFlight = (nodeId: string) => (nodeId === busy.nodeId ? 2 : 0)
    expect(ids(matchMiners([busy, idle], { model: MODEL, inFlight }, rng))).toEqual([idle.nodeId])
  })
})
