import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveModel } from '../src/models.js'
import { planSwarm } from '../src/swarm/plan.js'

const size = fc.record({
  miners: fc.integer({ min: 2, max: 64 }),
  oracles: fc.integer({ min: 3, max: 31 }),
  routers: fc.integer({ min: 1, max: 16 })
})

it('gives every model to at least two miners, all of them built in', () => {
  fc.assert(
    fc.property(size, (wanted) => {
      const miners = planSwarm(wanted).filter(({ role }) => role === 'miner')
      const models = miners.flatMap((node) => node.models)
      for (const model of new Set(models)) {
        expect(models.filter((other) => other === model).length).toBeGreaterThanOrEqual(2)
        expect(() => resolveModel(model)).not.toThrow()
      }
    })
  )
})

it('leaves no category of rounds without a model that has learnt it, from two pairs on', () => {
  const models = planSwarm({ miners: 4, oracles: 3, routers: 1 }).flatMap((node) => node.models)
  expect(new Set(models)).toEqual(new Set(['builtin:tiny-general-v2-q8_0', 'builtin:tiny-clerk-q8_0']))
})

it('plans as many nodes as are wanted, each with its own name, oracles first', () => {
  fc.assert(
    fc.property(size, (wanted) => {
      const plan = planSwarm(wanted)
      expect(plan.length).toBe(wanted.miners + wanted.oracles + wanted.routers)
      expect(new Set(plan.map(({ name }) => name)).size).toBe(plan.length)
      expect(plan.findLastIndex(({ role }) => role === 'oracle')).toBe(wanted.oracles - 1)
    })
  )
})

it('names the built-in models when one is asked for that does not exist', () => {
  expect(() => resolveModel('builtin:nope')).toThrow(
    expect.objectContaining({ code: 'NODE_MODEL_UNKNOWN', message: expect.stringContaining('tiny-general-v2-q8_0') })
  )
  expect(resolveModel('/some/file.gguf')).toEqual({ path: '/some/file.gguf' })
})
