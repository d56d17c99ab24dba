import { createVirtualMesh } from '@cortensor/network'
import { checkScenario, runScenario } from '@cortensor/simulator'
import { expect, test } from 'vitest'

/** Sybils that come with a small network and forward nothing; all ten attacks are in the long suite. */
const scenario = checkScenario(
  {
    ...{ name: 'small', duration: '16s', fidelity: 'full' },
    nodes: { oracles: 4, routers: 1, miners: 1 },
    workload: { tasksPerSecond: 0 },
    gossipAttack: { kind: 'eclipse-network', at: '5s' }
  },
  'small'
)

test('sybils are in the mesh of their targets, and every run of a seed counts the same', async () => {
  const play = () => runScenario(scenario, { createMesh: createVirtualMesh })
  const first = await play()
  const second = await play()
  expect(second.attack).toEqual(first.attack)
  expect(second.result.traceHash).toBe(first.result.traceHash)
  const peace = await runScenario(
    { ...scenario, gossipAttack: { kind: 'control', at: 5_000 } },
    { createMesh: createVirtualMesh }
  )
  expect(peace.attack?.network.ratio).toBe(1)
  expect(peace.attack?.swallowed).toBe(0)
  expect(first.attack?.swallowed).toBeGreaterThan(10)
  expect(first.attack?.network.expected).toBeGreaterThan(50)
})
