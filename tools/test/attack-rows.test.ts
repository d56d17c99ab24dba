import { expandSweep } from '@cortensor/simulator'
import { describe, expect, it } from 'vitest'
import { keyOf, markdownOf, parseRows, readPart, runsOf, tableOf } from '../lib/attack-rows.mjs'

const cellsOf = (seeds: number, duration = '10m') =>
  expandSweep(
    {
      ...{ name: 'small', duration, preset: 'public', nodes: { miners: 10 } },
      adversaries: [{ strategy: 'control', share: 0.1 }],
      sweep: { seeds, parameters: { 'adversaries.0.share': [0.1, 0.3], 'adversaries.0.strategy': ['control', 'sybil'] } }
    },
    'small.yaml'
  )
const cells = cellsOf(3)
const all = { part: 1, count: 1 }
type Run = ReturnType<typeof runsOf>[number]
const rowOf = (run: Run, mean: number): string =>
  JSON.stringify({ key: keyOf(run, 'here'), income: { [run.adversaries[0]?.strategy ?? '']: { mean } } })

describe('the rows of the attack table', () => {
  it('are found again with more seeds, and not with another length or other sources', () => {
    const keys = runsOf(cells, all).map((run) => keyOf(run, 'here'))
    expect(new Set(keys).size).toBe(12)
    expect(runsOf(cellsOf(5), all).map((run) => keyOf(run, 'here'))).toEqual(expect.arrayContaining(keys))
    const others = [
      ...runsOf(cellsOf(3, '20m'), all).map((run) => keyOf(run, 'here')),
      ...runsOf(cells, all).map((run) => keyOf(run, 'there'))
    ]
    expect(others.filter((key) => keys.includes(key))).toEqual([])
  })

  it('outlive a line that was cut off', () => {
    const [first, second] = runsOf(cells, all) as [Run, Run]
    const rows = parseRows(`${rowOf(first, 1)}\n${rowOf(second, 2).slice(0, 40)}\n\n${rowOf(second, 3)}\n`)
    expect([...rows.values()].map(({ income }) => Object.values(income)[0])).toEqual([{ mean: 1 }, { mean: 3 }])
    expect(parseRows('').size).toBe(0)
  })

  it('are shared by processes that play each run once', () => {
    const parts = [1, 2].map((part) => runsOf(cells, { part, count: 2 }))
    expect(parts.map((runs) => new Set(runs.map(({ seed }) => seed)).size)).toEqual([2, 1])
    expect(
      parts
        .flat()
        .map((run) => keyOf(run, 'here'))
        .toSorted()
    ).toEqual(
      runsOf(cells, all)
        .map((run) => keyOf(run, 'here'))
        .toSorted()
    )
    expect([readPart('2/5'), readPart('1/1')]).toEqual([{ part: 2, count: 5 }, all])
    expect(['0/2', '3/2', 'all', '1', ''].map(readPart)).toEqual([null, null, null, null, null])
  })

  it('make a table of the pairs that there are', () => {
    const runs = runsOf(cells, all)
    const kept = runs.filter((_, i) => i !== 5).map((run) => rowOf(run, run.adversaries[0]?.strategy === 'sybil' ? 3 : 2))
    const table = tableOf(cells, parseRows(kept.join('\n')), 'here')
    const missing = runs[5]?.adversaries[0]
    expect(table.shares).toEqual([0.1, 0.3])
    for (const { ratios, strategy } of table.lines) {
      expect(ratios.map((ratio) => ratio?.mean)).toEqual(strategy === 'sybil' ? [1.5, 1.5] : [1, 1])
      const isShort = (share: number): boolean => missing?.share === share && [strategy, 'control'].includes(missing.strategy)
      expect(ratios.map((ratio) => ratio?.count)).toEqual(table.shares.map((share: number) => (isShort(share) ? 2 : 3)))
    }
    expect(markdownOf(table)[2]).toMatch(/^\| `sybil` \| 1\.50 \(1\.50 to 1\.50\), [23] \| 1\.50 \(1\.50 to 1\.50\), [23] \|$/)
    expect(markdownOf(tableOf(cells, new Map(), 'here')).at(-1)).toMatch(/^\| `\w+` \| {2}\| {2}\|$/)
  })
})
