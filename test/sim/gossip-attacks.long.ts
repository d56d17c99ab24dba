import { readFileSync } from 'node:fs'
import { createVirtualMesh } from '@cortensor/network'
import { type AttackFigures, checkScenario, GOSSIP_ATTACK_NAMES, type GossipAttackName, runScenario } from '@cortensor/simulator'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const file = parse(readFileSync(new URL('../../packages/simulator/scenarios/gossip-attacks.yaml', import.meta.url), 'utf8'))

async function play(kind: GossipAttackName): Promise<{ figures: AttackFigures; traceHash: string; epochs: number }> {
  const scenario = checkScenario({ ...file, sweep: undefined, gossipAttack: { kind, at: '20s' } }, kind)
  const { attack, result } = await runScenario(scenario, { createMesh: createVirtualMesh })
  return { figures: attack as AttackFigures, traceHash: result.traceHash, epochs: result.epochs.length }
}

describe('attacks on gossip', { timeout: 900_000 }, () => {
  let control: Awaited<ReturnType<typeof play>>
  beforeAll(async () => {
    control = await play('control')
  }, 900_000)

  test('in peace everything arrives, the same twice', async () => {
    expect(control.figures.network.ratio).toBe(1)
    expect(control.figures.network.expected).toBeGreaterThan(1_000)
    expect((await play('control')).traceHash).toBe(control.traceHash)
  })

  test.each(GOSSIP_ATTACK_NAMES.filter((name) => name !== 'control'))('under %s the oracles still agree', async (kind) => {
    const { epochs, figures } = await play(kind)
    if (kind === 'address-colocation') {
      // Scores count peers by address, and let none of them in.
      expect(figures.swallowed).toBe(0)
    } else {
      // A censor keeps to what one node says.
      expect(figures.swallowed).toBeGreaterThan(kind === 'censor' ? 10 : 100)
    }
    expect(figures.network.expected).toBeGreaterThan(1_000)
    expect(epochs).toBeGreaterThan(0)
  })
})
