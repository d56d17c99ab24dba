import { readFileSync } from 'node:fs'
import { parseScenario, runScenario, type SimulationResult } from '@cortensor/simulator'
import { expect, test } from 'vitest'

/** Virtual minutes take real seconds, and machines that run the tests are busy. */
const TEST_MS = 180_000

const file = new URL('../../packages/simulator/scenarios/audited-cheats.yaml', import.meta.url)
const scenario = parseScenario(readFileSync(file, 'utf8'), 'audited-cheats.yaml')
const auditsOf = ({ epochs }: SimulationResult) => epochs.flatMap(({ report }) => report.audits)

test(
  'finds the auditor that stamps without running the model',
  async () => {
    const adversaries = [{ strategy: 'rubber-stamp' as const, count: 1 }]
    const { result } = await runScenario({ ...scenario, adversaries }, { durationMs: 120_000 })
    const stamps = new Set(result.miners.filter(({ strategy }) => strategy !== null).map(({ nodeId }) => nodeId))
    const unproved = auditsOf(result).flatMap(({ votes }) => votes.filter(({ vote }) => vote === 'unproved'))
    expect(unproved.length).toBeGreaterThan(0)
    expect(unproved.every(({ auditor }) => stamps.has(auditor))).toBe(true)
    const honesty = result.epochs.at(-1)?.report.state.honesty ?? []
    expect(honesty.filter(({ contradictions }) => contradictions > 0).every(({ node }) => stamps.has(node))).toBe(true)
  },
  TEST_MS
)
