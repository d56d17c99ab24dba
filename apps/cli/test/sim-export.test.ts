import { checkScenario } from '@cortensor/simulator'
import { describe, expect, it } from 'vitest'
import { exportReadme } from '../src/sim/export-readme.js'
import { exportWarnings } from '../src/sim/exportable.js'

const scenario = (more: object) => checkScenario({ name: 'x', duration: '1m', ...more }, 'test')

describe('what is not exported', () => {
  it('is told in full', () => {
    const warnings = exportWarnings(
      scenario({
        churn: { leavesPerHour: 1, downtime: '1s' },
        assertions: { minEpochs: 1 },
        faults: [
          { kind: 'kill', at: '1s', node: 'oracle-1' },
          { kind: 'restart', at: '2s', for: '5s', node: 'miner-1' },
          { kind: 'partition', at: '3s', for: '5s', groups: [['oracle-0']] },
          { kind: 'rpc-outage', at: '4s', for: '5s' },
          { kind: 'reorg', at: '5s', depth: 2 }
        ]
      })
    )
    expect(warnings.map((warning) => warning.split(':')[0])).toEqual([
      ...['network', 'nodes', 'churn', 'faults', 'faults', 'faults', 'faults', 'faults', 'assertions', 'measures']
    ])
    const readme = exportReadme({ name: 'x', format: 'compose', isSweep: false, image: 'cortensor', warnings })
    expect(warnings.every((warning) => readme.includes(warning))).toBe(true)
  })

  it.each([
    ['dishonest nodes', { adversaries: [{ strategy: 'lazy', share: 0.1 }] }],
    ['a network without miners', { nodes: { miners: 0 } }],
    ['more nodes than one object of Kubernetes lists', { nodes: { miners: 2_000 } }]
  ])('%s: refused', (_, more) => {
    expect(() => exportWarnings(scenario(more))).toThrow(expect.objectContaining({ code: 'SIM_EXPORT_UNSUPPORTED' }))
  })
})
