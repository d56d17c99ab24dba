import type { NodeId } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAnswerer } from '../src/index.js'
import { bound, derive, excludedFrom } from './bound-world.js'
import { answer, hex32Of, miners, minerX, params, round } from './world.js'

const withMost = (maxAnswerers: number) => ({ ...params, quiz: { ...params.quiz, maxAnswerers } })
const nodeOf = (i: number) => `node ${i}` as NodeId
const everybody = Array.from({ length: 2_000 }, (_, i) => nodeOf(i))

describe('answerers of a round', () => {
  it('are all nodes while there are not too many, and always in a capability round', async () => {
    const { round: open } = await round(bound, { nodes: 2_000 })
    expect(everybody.every((node) => isAnswerer({ ...open, nodes: 100 }, node, withMost(100)))).toBe(true)
    expect(everybody.every((node) => isAnswerer({ ...open, level: 2 }, node, withMost(100)))).toBe(true)
    expect(everybody.every((node) => isAnswerer(open, node, withMost(100)))).toBe(false)
  })

  it('are about as many as the network says, others with every seed', async () => {
    const { round: open } = await round(bound, { nodes: 2_000 })
    const drawn = (seed: string) =>
      everybody.filter((node) => isAnswerer({ ...open, seedBlockHash: hex32Of(seed) }, node, withMost(200)))
    const [one, other] = [drawn('one'), drawn('other')]
    for (const { length } of [one, other]) {
      // 200 with a deviation of 13.4.
      expect(length).toBeGreaterThan(140)
      expect(length).toBeLessThan(260)
    }
    // Of both: 20 with a deviation of 4.
    expect(one.filter((node) => other.includes(node)).length).toBeLessThan(45)
  })

  it('are the same for everybody, and more of them when more are allowed', async () => {
    const { round: open } = await round(bound)
    fc.assert(
      fc.property(fc.nat(1_999), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1_000, max: 900_000 }), (i, most, nodes) => {
        const of = { ...open, nodes }
        const isIn = isAnswerer(of, nodeOf(i), withMost(most))
        expect(isAnswerer({ ...of, openedMs: 1 }, nodeOf(i), withMost(most))).toBe(isIn)
        expect(!isIn || isAnswerer(of, nodeOf(i), withMost(most + 1))).toBe(true)
      })
    )
  })

  it('alone have an outcome', async () => {
    const few = withMost(1)
    const one = await round(bound)
    expect(one.round.nodes).toBe(3)
    const answers = await Promise.all(miners.map((miner) => answer(one, miner)))
    const { report } = await derive([one.open, ...answers.flatMap(({ all }) => all)], bound, { params: few })
    const drawn = miners.filter(({ nodeId }) => isAnswerer(one.round, nodeId, few))
    expect(report.outcomes.map(({ miner }) => miner)).toEqual(drawn.map(({ nodeId }) => nodeId).toSorted())
    for (const [i, { precommit, reveal }] of answers.entries()) {
      const isIn = drawn.includes(miners[i] as (typeof miners)[number])
      expect(excludedFrom(report, [precommit, reveal])).toEqual(isIn ? [null, null] : ['not_allowed', 'not_allowed'])
    }
  })

  it('of a round that counts other nodes than the state are none', async () => {
    const one = await round(bound, { nodes: 4 })
    const { report } = await derive([one.open, ...(await answer(one, minerX)).all])
    expect(report.outcomes).toEqual([])
    expect(excludedFrom(report, [one.open])).toEqual(['not_allowed'])
  })
})
