import { createMemorySigner } from '@cortensor/memory'
import { checkScenario, GOSSIP_ATTACKS, runScenario } from '@cortensor/simulator'
import { createSeededRng } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { DeliveryMeter } from '../src/gossip-attacks/delivery-meter.js'
import type { GossipAttack } from '../src/gossip-attacks/gossip-attack.js'
import { planSybils } from '../src/gossip-attacks/mount-attack.js'

const nodes = Array.from({ length: 20 }, (_, i) => createMemorySigner({ label: `node-${i}` }).nodeId)
const [first, second, third] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]]

const plan = (attack: GossipAttack) =>
  planSybils(
    {
      ...{ attack, honest: nodes, publishers: nodes.slice(0, 4), target: second, attackAtMs: 0, durationMs: 60_000 },
      latencyMs: () => 10
    },
    createSeededRng('plan')
  )

describe('sybils', () => {
  it.each(Object.values(GOSSIP_ATTACKS).map((attack) => [attack.name, attack] as const))(
    'of %s go where they should',
    (_, attack) => {
      const sybils = plan(attack)
      expect(sybils).toHaveLength(attack.sybils * nodes.length)
      const aimedAt = new Set(sybils.flatMap(({ targets }) => targets))
      const wanted = attack.aim === 'one' ? [second] : attack.aim === 'publishers' ? nodes.slice(0, 4) : nodes
      expect([...aimedAt].sort()).toEqual(attack.sybils === 0 ? [] : [...wanted].sort())
      expect(sybils.every(({ targets }) => targets.length > 0)).toBe(true)
      for (const node of attack.sybils === 0 ? [] : wanted) {
        // As many connections for each of its own as were published, or all there are.
        expect(sybils.filter(({ targets }) => targets.includes(node)).length).toBe(
          Math.min(sybils.length, attack.connections * 10)
        )
      }
      expect(new Set(sybils.map(({ address }) => address)).size).toBe(
        attack.perAddress === undefined ? sybils.length : Math.ceil(sybils.length / attack.perAddress)
      )
    }
  )
})

describe('the meter', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)

  it('counts each receiver once, by who said it and who heard it', () => {
    const meter = new DeliveryMeter(second, 1_000, 20_000)
    meter.published(first, [second, third], bytes('a'), 2_000)
    meter.received(second, bytes('a'), 2_030)
    meter.received(second, bytes('a'), 2_090)
    meter.published(second, [first, third], bytes('b'), 3_000)
    meter.received(third, bytes('b'), 3_050)
    expect(meter.figures()).toEqual({
      network: { expected: 4, delivered: 2, ratio: 0.5, p50: 30, p99: 50 },
      heardByTarget: { expected: 1, delivered: 1, ratio: 1, p50: 30, p99: 30 },
      heardOfTarget: { expected: 2, delivered: 1, ratio: 0.5, p50: 50, p99: 50 },
      swallowed: 0
    })
    expect(meter.authorOf(bytes('b'))).toBe(second)
    expect(meter.authorOf(bytes('c'))).toBeUndefined()
  })

  it('leaves out what comes before the attack, and what may still be on its way at the end', () => {
    const meter = new DeliveryMeter(second, 1_000, 20_000)
    for (const [text, ms] of [
      ['early', 999],
      ['late', 15_001]
    ] as const) {
      meter.published(first, [second], bytes(text), ms)
      meter.received(second, bytes(text), ms + 10)
    }
    expect(meter.figures().network).toEqual({ expected: 0, delivered: 0, ratio: null, p50: null, p99: null })
  })
})

it('an attack on gossip needs gossip', async () => {
  const scenario = checkScenario({ name: 'x', duration: '1s', gossipAttack: { kind: 'censor' } }, 'test')
  await expect(runScenario(scenario)).rejects.toMatchObject({ code: 'SIM_SCENARIO_INVALID' })
})
