import { expandSweep, formatDuration, parseDuration, parseScenario, scenarioHash, scenarioJsonSchema } from '@cortensor/simulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planSimulation } from '../src/scenario/plan.js'

const parse = (text: string) => parseScenario(text, 'test.yaml')
const MINIMAL = 'name: a\nduration: 1m\n'

describe('a scenario', () => {
  it('needs a name and a duration, and has defaults for the rest', () => {
    const scenario = parse(MINIMAL)
    expect(scenario).toMatchObject({
      name: 'a',
      duration: 60_000,
      seed: 'cortensor',
      nodes: { oracles: 4, routers: 1, miners: 20 }
    })
    expect(() => parse('name: a')).toThrow(/test\.yaml: duration/)
  })

  it.each([
    ['netwrk: {}', /netwrk is not known; did you mean network\?/],
    ['nodes: { minres: 3 }', /nodes\.minres is not known; did you mean miners\?/],
    ['workload: { colour: 1 }', /workload\.colour is not known; known are tasksPerSecond/],
    ['faults: [{ kind: kill, at: 1s, nod: miner-1 }]', /faults\.0/],
    ['faults: [{ kind: kill, at: soon, node: miner-1 }]', /is no duration/],
    ['faults: [{ kind: kill, at: 1s, node: someone }]', /is no node/],
    ['adversaries: [{ strategy: lazzy, share: 0.1 }]', /adversaries\.0\.strategy/],
    ['adversaries: [{ strategy: lazy }]', /needs either share or count/],
    ['nodes: { oracles: 2 }', /nodes\.oracles/]
  ])('with %s is refused, and says why', (line, message) => {
    expect(() => parse(`${MINIMAL}${line}\n`)).toThrow(message)
  })

  it('is refused with a code when it is no YAML, or endless', () => {
    expect(() => parse('a: [')).toThrow(expect.objectContaining({ code: 'SIM_SCENARIO_INVALID' }))
    expect(() => parse(`# ${'x'.repeat(2_000_000)}`)).toThrow(/more than 1048576 characters/)
  })

  it('has a hash that does not depend on the order of its keys, but on its seed', () => {
    const hash = (text: string) => scenarioHash(parse(text))
    expect(hash('duration: 1m\nname: a\n')).toBe(hash(MINIMAL))
    expect(hash(`${MINIMAL}seed: b\n`)).not.toBe(hash(MINIMAL))
  })

  it('has a JSON schema that names every top-level key', () => {
    const { properties } = scenarioJsonSchema() as { properties: Record<string, unknown> }
    const optional = { churn: 0, ci: 0, gossipAttack: 0, sweep: 0 }
    expect(Object.keys(properties).sort()).toEqual(Object.keys({ ...parse(MINIMAL), ...optional }).sort())
  })
})

describe('a duration', () => {
  it('is read in every unit', () => {
    expect(['250ms', '30s', '10m', '2h', '1d', '1h30m', '1.5s'].map(parseDuration)).toEqual([
      250, 30_000, 600_000, 7_200_000, 86_400_000, 5_400_000, 1_500
    ])
  })

  it('is written so that it can be read again, up to its two largest units', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (minutes) => {
        const ms = minutes * 60_000
        expect(Math.abs(parseDuration(formatDuration(ms)) - ms)).toBeLessThan(3_600_000)
      })
    )
  })
})

describe('a sweep', () => {
  const raw = {
    name: 'a',
    duration: '1m',
    network: { loss: 0.5 },
    adversaries: [{ strategy: 'lazy', share: 0.1 }],
    sweep: { seeds: 2, parameters: { 'network.loss': [0, 0.1], 'adversaries.0.strategy': ['lazy', 'spammer', 'withholder'] } }
  }

  it('runs all combinations, each with the same seeds', () => {
    const cells = expandSweep(raw, 'test')
    expect(cells).toHaveLength(6)
    expect(cells.map(({ scenarios }) => scenarios.map(({ seed }) => seed))).toEqual(
      cells.map(() => ['cortensor-0', 'cortensor-1'])
    )
    expect(cells.map(({ scenarios }) => [scenarios[0]?.network.loss, scenarios[0]?.adversaries[0]?.strategy])).toEqual([
      [0, 'lazy'],
      [0, 'spammer'],
      [0, 'withholder'],
      [0.1, 'lazy'],
      [0.1, 'spammer'],
      [0.1, 'withholder']
    ])
    expect(raw.network.loss).toBe(0.5)
  })

  it.each(['__proto__.polluted', 'constructor.prototype.x', 'name.below', 'network.', 'unknown.key'])(
    'refuses the path %s',
    (path) => {
      expect(() => expandSweep({ ...raw, sweep: { parameters: { [path]: [1] } } }, 'test')).toThrow(
        expect.objectContaining({ code: 'SIM_SCENARIO_INVALID' })
      )
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    }
  )
})

describe('a plan', () => {
  it('meets shares exactly, and follows from the seed', () => {
    const text = `${MINIMAL}nodes: { miners: 40 }\nadversaries: [{ strategy: lazy, share: 0.25 }, { strategy: spammer, count: 3 }]\n`
    const names = (seed: string) =>
      [...(planSimulation(parse(`${text}seed: ${seed}\n`)).strategies ?? [])]
        .map(([label, { name }]) => `${label} ${name}`)
        .sort()
    expect(names('a').filter((line) => line.endsWith('lazy'))).toHaveLength(10)
    expect(names('a').filter((line) => line.endsWith('spammer'))).toHaveLength(3)
    expect(names('a')).toEqual(names('a'))
    expect(names('a')).not.toEqual(names('b'))
  })

  it('refuses more dishonest nodes than there are', () => {
    const text = `${MINIMAL}nodes: { miners: 2 }\nadversaries: [{ strategy: lazy, count: 3 }]\n`
    expect(() => planSimulation(parse(text))).toThrow(/not enough nodes of role miner/)
  })

  it('refuses regions that do not say how far they are from one another', () => {
    const text = `${MINIMAL}network: { regions: { a: { share: 1, latencyMs: { a: 1 } }, b: { share: 1, latencyMs: { b: 1 } } } }\n`
    expect(() => planSimulation(parse(text))).toThrow(/says nothing about b/)
  })
})
