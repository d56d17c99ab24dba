import { randomScenario, randomScenarioFile, runScenario } from '@cortensor/simulator'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'

const RUNS = 100

test(`${RUNS} networks in which much goes wrong at once`, { timeout: 1_800_000 }, async () => {
  const failed: string[] = []
  for (let i = 0; i < RUNS; i++) {
    const seed = `long-${i}`
    await runScenario(randomScenario(seed), { liveness: true }).catch((error: unknown) => {
      failed.push(`${String(error)}\n${stringify(randomScenarioFile(seed))}`)
    })
  }
  expect(failed.join('\n\n'), 'keep each as a file of packages/simulator/scenarios/regressions').toBe('')
})
