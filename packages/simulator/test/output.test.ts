import { estimate, gini, quantile, reportPage, toCsv, toParquet } from '@cortensor/simulator'
import fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { createTable } from '../src/output/table.js'

describe('a table', () => {
  const rows = [
    { name: 'a "b", c', share: 0.5, amount: 12_345_678_901_234_567_890n, isDone: true, none: null },
    { name: 'line\nbreak', share: -1, amount: 0n, isDone: false, none: null }
  ]
  const table = createTable('t', rows, {
    name: ({ name }) => name,
    share: ({ share }) => share,
    amount: ({ amount }) => amount,
    isDone: ({ isDone }) => isDone,
    none: ({ none }) => none
  })

  it('is CSV with quotes where they are needed', () => {
    expect(toCsv(table)).toBe(
      'name,share,amount,isDone,none\r\n"a ""b"", c",0.5,12345678901234567890,true,\r\n"line\nbreak",-1,0,false,\r\n'
    )
  })

  it('is Parquet that another program reads', async () => {
    const file = toParquet(table).slice().buffer
    expect(await parquetReadObjects({ file })).toEqual([
      { name: 'a "b", c', share: 0.5, amount: '12345678901234567890', isDone: true, none: null },
      { name: 'line\nbreak', share: -1, amount: '0', isDone: false, none: null }
    ])
  })

  it('may be empty', async () => {
    const empty = createTable('t', [], { name: () => '' })
    expect(toCsv(empty)).toBe('name\r\n')
    expect(await parquetReadObjects({ file: toParquet(empty).slice().buffer })).toEqual([])
  })
})

describe('statistics', () => {
  it('quantiles are values of the sample', () => {
    expect([quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 0.99), quantile([], 0.5)]).toEqual([2, 3, null])
  })

  it('the Gini coefficient is 0 among equals and grows towards 1', () => {
    expect(gini([5, 5, 5, 5])).toBeCloseTo(0)
    expect(gini([0, 0, 0, 1])).toBeCloseTo(0.75)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 50 }), (values) => {
        expect(gini(values)).toBeGreaterThanOrEqual(-1e-9)
        expect(gini(values)).toBeLessThan(1)
      })
    )
  })

  it('an estimate has the interval of Student', () => {
    const { high, low, mean } = estimate([1, 2, 3, 4, 5])
    expect(mean).toBe(3)
    // t(4) 2.776, standard error sqrt(2.5 / 5)
    expect(high - mean).toBeCloseTo(2.776 * Math.sqrt(0.5), 6)
    expect(mean - low).toBeCloseTo(high - mean)
  })
})

describe('a report page', () => {
  it('cannot be broken out of by names in it', () => {
    const page = reportPage({
      title: '<img src=x onerror=alert(1)>',
      summaries: [],
      charts: [{ title: '</script><script>alert(1)</script>', caption: '', x: '', y: '', kind: 'line', xs: [1], series: [] }],
      plotScript: '',
      plotStyle: ''
    })
    expect(page).not.toContain('<img src=x')
    expect(page.match(/<script>/g)).toHaveLength(2)
    expect(page.match(/<\/script>/g)).toHaveLength(2)
  })
})
