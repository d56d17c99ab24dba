import { basename } from 'node:path'
import type { Chart, Summary } from '@cortensor/simulator'

/** Runs of a sweep one after the other: what changes from cell to cell. */
export function sweepCharts(folders: readonly string[], summaries: readonly Summary[]): Chart[] {
  const xs = summaries.map((_, i) => i)
  const names = folders.map((folder) => basename(folder)).join(', ')
  const chart = (title: string, y: string, read: (summary: Summary) => number | null): Chart => ({
    title,
    caption: `By run: ${names}.`,
    x: 'run',
    y,
    kind: 'points',
    xs,
    series: [{ label: title, ys: summaries.map(read) }]
  })
  return [
    chart('Epochs', 'epochs', ({ epochs }) => epochs),
    chart('Time to the first token, p50', 'ms', ({ firstTokenMs }) => firstTokenMs.p50),
    chart('Completed tasks', 'share', ({ tasks }) => tasks.completed / Math.max(1, tasks.completed + tasks.failed)),
    chart('Income of dishonest miners over honest ones', 'ratio', ({ adversaryAdvantage }) => adversaryAdvantage)
  ]
}
