import { readFileSync } from 'node:fs'
import { checkScenario, parseScenario, runScenario, type SimulationResult } from '@cortensor/simulator'
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

test(
  'ejects who has quiz answers from elsewhere, and nobody else',
  async () => {
    const adversaries = [{ strategy: 'template-solver' as const, count: 1 }]
    const { result } = await runScenario({ ...scenario, adversaries }, { durationMs: 75_000 })
    const solver = result.miners.find(({ strategy }) => strategy === 'template-solver')
    const honesty = result.epochs.at(-1)?.report.state.honesty ?? []
    // What users asked of it in between may have been found valid: its model answered that.
    const found = honesty.find(({ node }) => node === solver?.nodeId)
    expect(found).toMatchObject({ isEjected: true })
    expect(found?.contradictions).toBeGreaterThan(1)
    expect(honesty.filter(({ node }) => node !== solver?.nodeId).every(({ contradictions }) => contradictions === 0)).toBe(true)
    const honest = result.miners.filter(({ strategy }) => strategy === null)
    // Shares follow capacity, and machines differ: the mean of the honest ones.
    const mean = honest.reduce((sum, { earned }) => sum + earned, 0n) / BigInt(honest.length)
    expect(mean > (solver?.earned ?? 0n)).toBe(true)
  },
  TEST_MS
)

test(
  'audits private answers with their keys, and finds who keeps them',
  async () => {
    const own = checkScenario(
      {
        name: 'keys',
        // A history in which its tasks are audited three times with no honest round of its between them.
        seed: 'a',
        duration: '80s',
        nodes: { miners: 6 },
        workload: { tasksPerSecond: 1 },
        adversaries: [{ strategy: 'key-keeper', count: 1 }]
      },
      'keys'
    )
    const { result } = await runScenario(own)
    const keeper = result.miners.find(({ strategy }) => strategy === 'key-keeper')?.nodeId
    const ofTasks = auditsOf(result).filter(({ type }) => type === 'task')
    const [kept, shown] = [ofTasks.filter(({ miner }) => miner === keeper), ofTasks.filter(({ miner }) => miner !== keeper)]
    expect(kept.length).toBeGreaterThan(1)
    expect(kept.every(({ verdict }) => verdict === 'withheld' || verdict === 'unaudited')).toBe(true)
    expect(shown.some(({ verdict }) => verdict === 'valid')).toBe(true)
    expect(shown.every(({ verdict }) => verdict === 'valid' || verdict === 'unaudited')).toBe(true)
    const honesty = result.epochs.at(-1)?.report.state.honesty ?? []
    expect(honesty.filter(({ isEjected }) => isEjected).map(({ node }) => node)).toEqual([keeper])
    expect(honesty.every(({ contradictions }) => contradictions === 0)).toBe(true)
  },
  TEST_MS
)

test(
  'plants cost the auditor its seat that agrees to everything, and nobody else anything',
  async () => {
    const own = checkScenario(
      {
        name: 'plants',
        duration: '240s',
        nodes: { miners: 10 },
        workload: { tasksPerSecond: 0.1 },
        params: { audit: { plantBps: 10_000 } },
        adversaries: [{ strategy: 'nodder', count: 1 }]
      },
      'plants'
    )
    const { result } = await runScenario(own)
    const nodder = result.miners.find(({ strategy }) => strategy === 'nodder')?.nodeId
    const honesty = result.epochs.at(-1)?.report.state.honesty ?? []
    const planted = auditsOf(result).filter(({ isPlanted }) => isPlanted)
    expect(planted.length).toBeGreaterThan(0)
    expect(planted.every(({ verdict }) => verdict === 'invalid' || verdict === 'inconclusive')).toBe(true)
    expect(honesty.filter(({ isUnseated }) => isUnseated).map(({ node }) => node)).toEqual([nodder])
    expect(honesty.filter(({ node }) => node !== nodder).every(({ contradictions }) => contradictions === 0)).toBe(true)
  },
  TEST_MS
)
