import { readdirSync, readFileSync } from 'node:fs'
import { parseScenario, runScenario } from '@cortensor/simulator'
import { expect, test, vi } from 'vitest'

/** A virtual minute or two takes a second or two, and machines that run the tests are busy. */
vi.setConfig({ testTimeout: 120_000 })

const FOLDER = new URL('../../packages/simulator/scenarios/regressions/', import.meta.url)

test.each(readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')))(
  '%s breaks no rule, and goes on when nothing is broken any more',
  async (file) => {
    const scenario = parseScenario(readFileSync(new URL(file, FOLDER), 'utf8'), file)
    const { result } = await runScenario(scenario, { liveness: true })
    expect(result.events).toBeGreaterThan(0)
  }
)
