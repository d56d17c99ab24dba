import { createVirtualMesh } from '@cortensor/network'
import { checkScenario, quantileOf, runScenario, type SimulationResult } from '@cortensor/simulator'
import { expect } from 'vitest'

export interface FidelityFigures {
  deliveryRatio: number
  p50: number
  p99: number
  result: SimulationResult
}

async function play(fidelity: 'light' | 'full', nodes: number, seconds: number): Promise<FidelityFigures> {
  const scenario = checkScenario(
    { name: 'fidelity', fidelity, duration: `${seconds}s`, nodes: { oracles: 4, routers: 1, miners: nodes - 5 } },
    'fidelity'
  )
  const { result } = await runScenario(scenario, { createMesh: createVirtualMesh })
  const { gossip, latencies } = result
  return {
    deliveryRatio: gossip.delivered / gossip.expected,
    p50: quantileOf(latencies, 0.5) ?? 0,
    p99: quantileOf(latencies, 0.99) ?? 0,
    result
  }
}

/** What the model of gossip says, and what gossipsub does, of the same network, users and seed. */
export async function expectAgreement(nodes: number, seconds: number): Promise<void> {
  const light = await play('light', nodes, seconds)
  const full = await play('full', nodes, seconds)
  const figures = JSON.stringify([light, full].map(({ deliveryRatio, p50, p99 }) => ({ deliveryRatio, p50, p99 })))
  expect(full.result.gossip.delivered, figures).toBeGreaterThan(1_000)
  expect(Math.abs(light.deliveryRatio - full.deliveryRatio), figures).toBeLessThanOrEqual(0.005)
  expect(Math.abs(light.p50 / full.p50 - 1), figures).toBeLessThanOrEqual(0.2)
  expect(Math.abs(light.p99 / full.p99 - 1), figures).toBeLessThanOrEqual(0.2)
  // Both are whole networks, not only messages.
  for (const { result } of [light, full]) {
    expect(result.epochs.length).toBeGreaterThan(0)
    expect(result.tasks.completed).toBeGreaterThan(0)
  }
}
