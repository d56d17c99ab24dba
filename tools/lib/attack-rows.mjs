// The rows that tools/attack-table.mjs keeps, one a run, and the table that they make. Pure.
import { overControl, scenarioHash } from '@cortensor/simulator'

const [STRATEGY, SHARE] = ['adversaries.0.strategy', 'adversaries.0.share']

/** What of a run decides what comes out: the whole scenario, and the sources that play it. How many other runs there are does not. */
export const keyOf = ({ sweep: _, ...scenario }, source) => `${source}/${scenarioHash(scenario)}`

/** Rows by key. A line that was cut off while it was written is a run that has not been played. */
export function parseRows(text) {
  const rows = new Map()
  for (const line of text.split('\n')) {
    const row = parsed(line)
    if (row !== null) {
      rows.set(row.key, row)
    }
  }
  return rows
}

function parsed(line) {
  try {
    const row = JSON.parse(line)
    return typeof row.key === 'string' && typeof row.income === 'object' ? row : null
  } catch {
    return null
  }
}

/**
 * The runs of one of `count` processes that share a table, seed by seed, so that a table of the first seeds is there early: all runs of every
 * `count`th seed, which are held against one another.
 */
export function runsOf(cells, { part, count }) {
  const seeds = Array.from({ length: cells[0]?.scenarios.length ?? 0 }, (_, seed) => seed)
  return seeds.filter((seed) => seed % count === part - 1).flatMap((seed) => cells.map(({ scenarios }) => scenarios[seed]))
}

/** `2/4` is the second of four processes. Null for what is none. */
export function readPart(text) {
  const [, part, count] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  return part !== undefined && Number(part) >= 1 && Number(part) <= Number(count)
    ? { part: Number(part), count: Number(count) }
    : null
}

/** Income over that of the control, by strategy and share, of the runs there are: a run without its control counts nothing. */
export function tableOf(cells, rows, source) {
  const done = cells.map(({ parameters, scenarios }) => ({
    parameters,
    summaries: scenarios.map((scenario) => rows.get(keyOf(scenario, source)) ?? { income: {} })
  }))
  const shares = [...new Set(done.map(({ parameters }) => parameters[SHARE]))]
  const lines = Object.entries(Object.groupBy(done, ({ parameters }) => parameters[STRATEGY])).map(([strategy, own]) => ({
    strategy,
    ratios: shares.map((share) => {
      const cell = own.find(({ parameters }) => parameters[SHARE] === share)
      return cell === undefined ? null : overControl(cell, done)
    })
  }))
  return { shares, lines: lines.toSorted((a, b) => (b.ratios.at(-1)?.mean ?? 0) - (a.ratios.at(-1)?.mean ?? 0)) }
}

const shown = (ratio) =>
  ratio === null || ratio.count === 0
    ? ''
    : `${ratio.mean.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}), ${ratio.count}`

/** As Markdown: ratio, its 95 % interval, and the seeds that it is of. */
export const markdownOf = ({ lines, shares }) => [
  `| strategy |${shares.map((share) => ` ${100 * share} % of the miners |`).join('')}`,
  `|---|${shares.map(() => '---|').join('')}`,
  ...lines.map(({ ratios, strategy }) => `| \`${strategy}\` |${ratios.map((ratio) => ` ${shown(ratio)} |`).join('')}`)
]
