import { readdirSync, readFileSync } from 'node:fs'
import { createVirtualMesh } from '@cortensor/network'
import { parseScenario, runScenario } from '@cortensor/simulator'
import { describe, expect, test, vi } from 'vitest'

/** Virtual minutes take real seconds, twice, and machines that run the tests are busy. */
vi.setConfig({ testTimeout: 300_000 })

const FOLDER = new URL('../../packages/simulator/scenarios/', import.meta.url)

const scenarios = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parseScenario(readFileSync(new URL(file, FOLDER), 'utf8'), file))
  .filter(({ ci }) => ci !== undefined)

describe('built-in scenarios', () => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s: twice the same, and as it says',
    async (_, scenario) => {
      const durationMs = scenario.ci ?? 0
      // Only one of both plays on: it is longer by that, and the same until then.
      const first = await runScenario(scenario, { durationMs, createMesh: createVirtualMesh })
      const second = await runScenario(scenario, { durationMs, createMesh: createVirtualMesh, liveness: false })
      expect(second.result.traceHash).toBe(first.result.traceHash)
      expect(first.assertions.filter(({ holds }) => !holds)).toEqual([])
    }
  )

  test('another seed is another history', async () => {
    const [scenario] = scenarios.filter(({ name }) => name === 'baseline')
    const run = async (seed: string) => (await runScenario({ ...scenario!, seed }, { durationMs: 20_000 })).result.traceHash
    expect(await run('a')).not.toBe(await run('b'))
  })
})
