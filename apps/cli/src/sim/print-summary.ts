import { formatDuration, type Summary } from '@cortensor/simulator'
import { formatCor, formatTable, type Output } from '../output.js'

const ms = (value: number | null): string => (value === null ? 'none' : `${Math.round(value)} ms`)
const cor = (micro: number): string => formatCor(BigInt(Math.round(micro)))

/** A run in a screenful. */
export function printSummary(output: Output, summary: Summary): void {
  const { firstTokenMs, gossip, income, tasks } = summary
  output.line(`${summary.scenario}, seed ${summary.seed}: ${formatDuration(summary.durationMs)} of virtual time`)
  output.line(
    `  epochs    ${summary.epochs}${summary.epochsInLaterViews === 0 ? '' : `, ${summary.epochsInLaterViews} of them after a failed leader`}`
  )
  output.line(`  rounds    ${summary.rounds}`)
  output.line(`  tasks     ${tasks.completed} completed, ${tasks.failed} failed, ${tasks.active} under way`)
  output.line(`  waiting   first token p50 ${ms(firstTokenMs.p50)}, p99 ${ms(firstTokenMs.p99)}`)
  const { latencyMs } = gossip
  const delivered =
    gossip.deliveryRatio === null ? null : `${(gossip.deliveryRatio * 100).toFixed(2)} % of ${gossip.expected} deliveries arrived`
  output.line(
    `  gossip    ${delivered === null ? 'was not measured' : `${delivered}, p50 ${ms(latencyMs.p50)}, p99 ${ms(latencyMs.p99)}`}`
  )
  output.line(`  rewards   ${formatCor(BigInt(summary.rewardsTotal))} in all, Gini ${summary.gini.toFixed(3)}`)
  const rows = Object.entries(income).map(([strategy, { count, high, low, mean }]) => [
    `  ${strategy}`,
    `${count} miners`,
    cor(mean),
    `(${cor(low)} to ${cor(high)})`
  ])
  output.line(formatTable([['  income', '', 'mean', '95 % interval'], ...rows]))
  for (const { actual, expected, holds, name } of summary.assertions) {
    output.line(`  ${holds ? 'holds ' : 'FAILS '}  ${name} ${expected}: was ${Number(actual.toFixed(4))}`)
  }
  output.line(`  trace     ${summary.traceHash} (${summary.events} events)`)
}
