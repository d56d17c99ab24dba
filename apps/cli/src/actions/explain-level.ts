import type { NodeId } from '@cortensor/interface'
import { createLogger, explainNodeLevel, type LevelExplanation } from '@cortensor/node'
import { readCategory } from '../category.js'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { createOutput, type Output } from '../output.js'
import { using } from '../run.js'
import { formatLevel } from './leaderboard.js'

export interface ExplainLevelCommandOptions extends ConnectOptions {
  category?: string
  epochs?: number
  json?: boolean
}

/** Why a node has its level, down to the items. */
export async function showLevel(node: string, options: ExplainLevelCommandOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const category = readCategory(options.category)
  const { client, registry, swarm } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const nodeId = (swarm?.nodes.find((one) => one.name === node)?.nodeId ?? node) as NodeId
  const wanted = { client, registry, node: nodeId, category, maxEpochs: options.epochs }
  const explained = await using(client, () => explainNodeLevel(wanted))
  if (output.json) {
    output.value(explained)
  } else {
    print(explained, output)
  }
}

/** Thousandths of a logit with a sign. */
const logits = (milli: number): string => `${milli < 0 ? '' : '+'}${(milli / 1_000).toFixed(2)}`
const skill = ({ meanMilli, sdMilli }: { meanMilli: number; sdMilli: number }): string =>
  `${logits(meanMilli)} (sd ${(sdMilli / 1_000).toFixed(2)})`

/** Counts are thousandths, decayed. */
const counted = (milli: number): string => (milli / 1_000).toFixed(1)

function printRecord(record: LevelExplanation['record'], output: Output): void {
  if (record === null) {
    output.line('No record yet: it has answered no round and finished no task that a report counts.')
    return
  }
  const { isHonestyInAlarm, reliabilityMilli, rounds, stages, standing } = record
  output.line(
    `Standing: ${standing}; carries through at least ${Math.floor(reliabilityMilli / 10)} % of what it begins; rounds answered: ${rounds}`
  )
  if (isHonestyInAlarm) {
    output.line('  Audits speak against its answers: until later ones speak for it, it gets no tasks and no base reward')
  }
  for (const [stage, { entered, succeeded }] of Object.entries(stages)) {
    output.line(`  ${stage}: ${counted(succeeded)} of ${counted(entered)}, as far as they have not faded`)
  }
}

function print({ epoch, history, levels, node, record, sinceEpoch, undone }: LevelExplanation, output: Output): void {
  output.line(`${node} as of epoch ${epoch}, back to epoch ${sinceEpoch}. Abilities and difficulties on one scale from -4 to +4.`)
  printRecord(record, output)
  for (const one of undone) {
    output.line(`  epoch ${one.epoch}: took task ${one.taskId} of router ${one.router} and left it undone`)
  }
  for (const { category, highCenti, items, levelCenti, lowCenti } of levels) {
    const interval = `${formatLevel(lowCenti)} to ${formatLevel(highCenti)}`
    output.line(`\n${category}: level ${formatLevel(levelCenti)}, interval ${interval}, ${items} items`)
    for (const one of history.filter((entry) => entry.category === category)) {
      const why = one.isUnlearnt ? ': an audit has refuted its answers' : ''
      output.line(`  epoch ${one.epoch}: from ${skill(one.start)} to ${skill(one.end)}${why}`)
      for (const step of one.steps) {
        const said = step.given === null ? `nothing (${step.status})` : `"${step.given.trim()}"`
        const verdict = step.isRight ? 'right' : `wrong, it is "${step.answer}"`
        output.line(`    ${step.question}  said ${said}: ${verdict}`)
        output.line(
          `      difficulty ${logits(step.difficultyMilli)}, ${skill(step.before)} became ${skill(step.after)}, round ${step.roundId.slice(0, 12)}`
        )
      }
    }
  }
}
