import { checkScenario, runScenario, STRATEGIES, STRATEGY_NAMES } from '@cortensor/simulator'
import { expect, test } from 'vitest'

const MINERS = STRATEGY_NAMES.filter((name) => STRATEGIES[name].role === 'miner')

const zoo = checkScenario(
  {
    name: 'zoo',
    // Until a round of the liveness level has been counted: in others late answers stand for nothing.
    duration: '60s',
    nodes: { miners: MINERS.length + 3 },
    adversaries: MINERS.map((strategy) => ({ strategy, count: 1 }))
  },
  'zoo'
)
let running: ReturnType<typeof runScenario> | undefined
const ranZoo = () => {
  running ??= runScenario(zoo)
  return running
}

test('a miner that copies answers and one that withholds them gain nothing', { timeout: 300_000 }, async () => {
  const { result } = await ranZoo()
  const of = (strategy: string | null) => result.miners.filter((miner) => miner.strategy === strategy)
  expect(of(null).some(({ earned }) => earned > 0n)).toBe(true)
  for (const name of ['copier', 'withholder']) {
    for (const { asked, correct, earned } of of(name)) {
      // They were in the game, and it has seen nothing right of them.
      expect([name, asked > 0, correct, earned]).toEqual([name, true, 0, 0n])
    }
  }
})

test('every strategy of miners lives in one network, and the honest ones are paid', { timeout: 300_000 }, async () => {
  const { result } = await ranZoo()
  expect(result.epochs.length).toBeGreaterThanOrEqual(2)
  const by = new Map(result.miners.map((miner) => [miner.strategy ?? 'honest', miner]))
  expect(new Set(by.keys())).toEqual(new Set([...MINERS, 'honest']))
  // Right answers are those of the model, and only of a model.
  for (const name of ['lazy', 'prompt-injector', 'hedger', 'copier', 'false-revealer', 'withholder']) {
    expect(by.get(name)?.correct, name).toBe(0)
  }
  for (const name of ['quiz-skipper', 'free-rider']) {
    expect(by.get(name)?.asked ?? 0, name).toBe(0)
  }
  for (const name of ['control', 'selective-honest', 'ring', 'sybil', 'price-dumper']) {
    expect(by.get(name)?.correct, name).toBeGreaterThan(0)
  }
  expect(by.get('free-rider')?.results).toBe(0)
  expect(by.get('task-dropper')?.results).toBe(0)
  for (const { earned, strategy } of result.miners.filter((miner) => miner.strategy === null)) {
    expect(earned, strategy ?? 'honest').toBeGreaterThan(0n)
  }
})
