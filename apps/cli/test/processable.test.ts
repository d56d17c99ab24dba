import { checkScenario } from '@cortensor/simulator'
import { describe, expect, it } from 'vitest'
import { processFaults, swarmName } from '../src/sim/process/processable.js'

const scenario = (more: object) => checkScenario({ name: 'x', duration: '1m', fidelity: 'process', ...more }, 'test')

describe('fidelity process', () => {
  it('plays what happens to processes, churn included', () => {
    const faults = processFaults(
      scenario({
        churn: { leavesPerHour: 3_600, downtime: '5s' },
        nodes: { miners: 1 },
        faults: [
          { kind: 'kill', at: '1s', node: 'oracle-1' },
          { kind: 'restart', at: '2s', for: '3s', node: 'miner-0' }
        ]
      }),
      60_000
    )
    expect(faults.slice(0, 2)).toEqual([
      { kind: 'kill', at: 1_000, downMs: null, node: 'oracle-1' },
      { kind: 'restart', at: 2_000, downMs: 3_000, node: 'miner-0' }
    ])
    expect(faults.length).toBeGreaterThan(2)
    expect(faults.slice(2).every(({ downMs, node }) => node === 'miner-0' && downMs === 5_000)).toBe(true)
  })

  it.each([
    ['dishonest nodes', { adversaries: [{ strategy: 'lazy', count: 1 }] }],
    ['loss', { network: { loss: 0.1 } }],
    [
      'hardware',
      { nodes: { devices: { phone: { share: 1, model: 'm', decodeTokensPerSecond: 1, prefillTokensPerSecond: 1 } } } }
    ],
    ['partitions', { faults: [{ kind: 'partition', at: '1s', for: '1s', groups: [['oracle-0']] }] }],
    ['more nodes than a machine bears', { nodes: { miners: 1_000 } }]
  ])('refuses %s, which only a simulation can do', (_, more) => {
    expect(() => processFaults(scenario(more), 60_000)).toThrow(expect.objectContaining({ code: 'SIM_SCENARIO_INVALID' }))
  })

  it('calls nodes as a swarm does', () => {
    expect(['oracle-0', 'miner-12'].map(swarmName)).toEqual(['oracle-1', 'miner-13'])
  })
})
