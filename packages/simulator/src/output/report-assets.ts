export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1d2430, #e6e9ef); --soft: light-dark(#5b6577, #9aa4b5);
  --line: light-dark(#d9dee7, #353c49); --paper: light-dark(#ffffff, #14181f) }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1200px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .2rem }
p.caption { color: var(--soft); margin: 0 0 .6rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 0 2rem }
.charts section { min-width: 0 }
.fails { color: light-dark(#b03a2e, #ff8a7a); font-weight: 600 } code { font-size: .85em }
.u-legend { color: var(--ink) }
`

/** Draws \`CHARTS\` with uPlot, each into its own element. */
export const PLOT_SCRIPT = `
const soft = getComputedStyle(document.body).getPropertyValue('color')
const colours = ['#2f7ed8', '#d9822b', '#3a9e5c', '#9b59b6', '#c0392b', '#16a2b8', '#7f8c8d', '#b7950b']
const lines = { stroke: '#8884', width: 1 }
const axis = (label) => ({ label, stroke: soft, grid: lines, ticks: lines })
CHARTS.forEach((chart, i) => {
  const host = document.getElementById('chart-' + i)
  const isPoints = chart.kind === 'points'
  const series = chart.series.map(({ label }, k) => ({
    label,
    stroke: colours[k % colours.length],
    width: isPoints ? 0 : 2,
    spanGaps: !isPoints,
    points: { show: isPoints, size: 6, fill: colours[k % colours.length] },
    paths: isPoints ? () => null : chart.kind === 'step' ? uPlot.paths.stepped({ align: 1 }) : undefined
  }))
  const options = {
    width: host.clientWidth,
    height: 300,
    scales: { x: { time: false } },
    axes: [axis(chart.x), axis(chart.y)],
    series: [{ label: chart.x }, ...series]
  }
  const plot = new uPlot(options, [chart.xs, ...chart.series.map(({ ys }) => ys)], host)
  new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: 300 })).observe(host)
})
`
