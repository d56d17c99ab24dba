import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cortensor } from './support/cortensor.js'

/** Short, and with a fault: what the scenario `real-processes` does in two minutes. */
const SCENARIO = `name: short
duration: 30s
fidelity: process
params:
  epoch: { epochMs: 8000 }
  deadlines: { quizIntervalMs: 8000 }
nodes: { oracles: 4, routers: 1, miners: 2 }
workload: { tasksPerSecond: 0.5 }
faults:
  - { kind: restart, at: 5s, for: 5s, node: oracle-2 }
`

test('a scenario over real processes leaves the same files as a simulation, and no process', { timeout: 400_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cortensor-processes-'))
  try {
    const file = join(folder, 'short.yaml')
    writeFileSync(file, SCENARIO)
    const out = join(folder, 'run')
    const { code, left, stderr, stdout } = await cortensor(['sim', 'run', file, '--out', out, '--json'], {}, 300_000)
    expect(code, stderr).toBe(0)
    expect(left).toEqual([])
    const summary = JSON.parse(stdout.toString())
    expect(summary.tasks.started).toBeGreaterThan(0)
    expect(summary.gossip.deliveryRatio).toBeNull()
    expect(
      readdirSync(out)
        .filter((name) => !name.endsWith('.parquet'))
        .sort()
    ).toEqual([
      ...['analysis.ipynb', 'charts.json', 'epochs.csv', 'events.jsonl', 'manifest.json', 'miners.csv'],
      ...['report.html', 'rounds.csv', 'summary.json', 'tasks.csv']
    ])
    const events = readFileSync(join(out, 'events.jsonl'), 'utf8').trim().split('\n')
    expect(events.map((line) => JSON.parse(line)).filter(({ node }) => node === 'fault')).toMatchObject([
      { event: 'restart', detail: 'oracle-2' }
    ])
    expect(readFileSync(join(out, 'miners.csv'), 'utf8').trim().split('\r\n')).toHaveLength(3)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
