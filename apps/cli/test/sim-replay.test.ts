import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkScenario, runScenario } from '@cortensor/simulator'
import { afterEach, expect, it } from 'vitest'
import { replayRun } from '../src/actions/sim/replay.js'
import { writeRunFolder } from '../src/sim/run-folder.js'

const folder = mkdtempSync(join(tmpdir(), 'cortensor-replay-'))

afterEach(() => {
  process.exitCode = undefined
  rmSync(folder, { recursive: true, force: true })
})

it('a run is played again from its folder, and told from another one', { timeout: 120_000 }, async () => {
  const scenario = checkScenario(
    {
      name: 'replay',
      duration: '20s',
      nodes: { miners: 2 },
      churn: { leavesPerHour: 1, downtime: '5s' },
      faults: [{ kind: 'partition', at: '5s', for: '2s', groups: [['miner-0']] }]
    },
    'replay'
  )
  writeRunFolder(folder, await runScenario(scenario))
  await replayRun(folder, { json: true })
  expect(process.exitCode).toBe(0)
  const file = join(folder, 'summary.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), traceHash: 'another' }))
  await replayRun(folder, { json: true })
  expect(process.exitCode).toBe(1)
})
