import type { Chart } from './chart.js'
import { PAGE_STYLE, PLOT_SCRIPT } from './report-assets.js'
import type { Summary } from './summary.js'

export interface ReportPageInit {
  title: string
  /** Runs side by side: one for a single run, all for a sweep. */
  summaries: readonly Summary[]
  charts: readonly Chart[]
  /** uPlot's script and style sheet, which are put into the page: it loads nothing. */
  plotScript: string
  plotStyle: string
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)

/** JSON that may stand inside a script element. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

const number = (value: number | null, digits = 0): string =>
  value === null ? '–' : value.toLocaleString('en', { maximumFractionDigits: digits })

const COLUMNS: Readonly<Record<string, (summary: Summary) => string>> = {
  scenario: ({ scenario }) => escapeHtml(scenario),
  seed: ({ seed }) => escapeHtml(seed),
  epochs: ({ epochs }) => number(epochs),
  'in later views': ({ epochsInLaterViews }) => number(epochsInLaterViews),
  rounds: ({ rounds }) => number(rounds),
  'tasks done': ({ tasks }) => number(tasks.completed),
  failed: ({ tasks }) => number(tasks.failed),
  'first token p50': ({ firstTokenMs }) => `${number(firstTokenMs.p50)} ms`,
  p99: ({ firstTokenMs }) => `${number(firstTokenMs.p99)} ms`,
  delivered: ({ gossip }) => (gossip.deliveryRatio === null ? number(null) : `${number(gossip.deliveryRatio * 100, 2)} %`),
  Gini: ({ gini }) => number(gini, 3),
  trace: ({ traceHash }) => `<code>${escapeHtml(traceHash.slice(0, 12))}</code>`
}

const row = (cells: readonly string[], tag: 'td' | 'th' = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`

const overview = (summaries: readonly Summary[]): string =>
  `<table>${row(Object.keys(COLUMNS), 'th')}${summaries.map((summary) => row(Object.values(COLUMNS).map((cell) => cell(summary)))).join('')}</table>`

/** Mean incomes with their 95 % intervals, in COR. */
function incomeTable(summaries: readonly Summary[]): string {
  const rows = summaries.flatMap(({ income, scenario, seed }) =>
    Object.entries(income).map(([strategy, { count, high, low, mean }]) => {
      const amounts = [mean, low, high].map((value) => number(value / 1_000_000, 3))
      return row([escapeHtml(strategy), escapeHtml(`${scenario} ${seed}`), number(count), ...amounts])
    })
  )
  return `<h2>Income by strategy</h2><p class="caption">In COR, with 95 % intervals over the miners of a run.</p>
<table>${row(['strategy', 'run', 'miners', 'mean', 'low', 'high'], 'th')}${rows.join('')}</table>`
}

function assertionList(summaries: readonly Summary[]): string {
  const items = summaries.flatMap(({ assertions, seed }) =>
    assertions.map(({ actual, expected, holds, name }) => {
      const text = `${seed}: ${name} ${number(expected, 3)}, was ${number(actual, 3)}`
      return holds ? `<li>${escapeHtml(text)}</li>` : `<li class="fails">${escapeHtml(text)}: does not hold</li>`
    })
  )
  return items.length === 0 ? '' : `<h2>Assertions</h2><ul>${items.join('')}</ul>`
}

/** One HTML file with everything in it: no network, no other file. */
export function reportPage({ charts, plotScript, plotStyle, summaries, title }: ReportPageInit): string {
  const plots = charts.map(
    (chart, i) =>
      `<section><h2>${escapeHtml(chart.title)}</h2><p class="caption">${escapeHtml(chart.caption)}</p><div id="chart-${i}"></div></section>`
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${plotStyle}${PAGE_STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${overview(summaries)}
${assertionList(summaries)}
${incomeTable(summaries)}
<div class="charts">${plots.join('')}</div>
<script>${plotScript}</script>
<script>const CHARTS = ${scriptJson(charts)}
${PLOT_SCRIPT}</script>
</body>
</html>
`
}
