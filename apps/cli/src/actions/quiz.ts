import {
  createLogger,
  type ExplainedAnswers,
  type ExplainedRound,
  explainRound,
  messageCid,
  type QuizHistory,
  quizHistory,
  type RoundExplanation
} from '@cortensor/node'
import { CALIBRATION_PAIRS } from '@cortensor/protocols'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { type NameOf, namesIn } from '../node-names.js'
import { createOutput, formatTable, type Output } from '../output.js'
import { using } from '../run.js'

export interface QuizOptions extends ConnectOptions {
  epochs?: number
  json?: boolean
}

async function show<T>(
  options: QuizOptions,
  read: (init: Parameters<typeof quizHistory>[0]) => Promise<T>,
  print: (value: T, nameOf: NameOf, output: Output) => void
): Promise<void> {
  const output = createOutput(options.json === true)
  const { client, registry, swarm } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const value = await using(client, () => read({ client, registry, maxEpochs: options.epochs }))
  if (output.json) {
    output.value(value)
  } else {
    print(value, namesIn(swarm), output)
  }
}

export const showHistory = (options: QuizOptions): Promise<void> => show(options, quizHistory, printHistory)

export const showRound = (round: string, options: QuizOptions): Promise<void> =>
  show(options, (init) => explainRound({ ...init, round }), printRound)

const SHOWN_DIGITS = 12

const through = ({ throughput }: ExplainedAnswers): string =>
  throughput === null ? '' : `; answers of ${throughput.answeredTokens} bytes in time, of ${throughput.rightTokens} right`

const marks = (one: ExplainedAnswers): string =>
  one.status === 'scored'
    ? one.scores.map(({ asked, category, correct }) => `${category} ${correct}/${asked}`).join(', ') + through(one)
    : one.status

const GAMES = { 1: 'liveness', 2: 'capability' } as const

/** Who wrote a round's open challenge; nothing for one of the catalogue, and none. */
const writtenBy = ({ challenge }: ExplainedRound, nameOf: NameOf): string =>
  challenge === null || challenge.authors === null
    ? ''
    : `; open challenge created by ${nameOf(challenge.authors.creator)}, prepared by ${nameOf(challenge.authors.preparer)}`

const headOf = (round: ExplainedRound, nameOf: NameOf): string => {
  const { categories, epoch, excluded, itemsPerCategory, level, openedBy, openedMs, roundId } = round
  return (
    `round ${roundId.slice(0, SHOWN_DIGITS)}  epoch ${epoch}  ${new Date(openedMs).toISOString()}  ${GAMES[level]} asked by ` +
    `${nameOf(openedBy)}: ${itemsPerCategory} each of ${categories.join(', ')}${writtenBy(round, nameOf)}${excluded === null ? '' : `; does not count (${excluded})`}`
  )
}

function printHistory({ epoch, rounds, sinceEpoch }: QuizHistory, nameOf: NameOf, output: Output): void {
  output.line(`${rounds.length} rounds from epoch ${sinceEpoch} to ${epoch}, the latest first`)
  for (const round of rounds) {
    output.line(`\n${headOf(round, nameOf)}`)
    const rows = round.answers.map((one) => [nameOf(one.node), one.model?.slice(0, SHOWN_DIGITS) ?? '-', marks(one)])
    output.line(rows.length === 0 ? '  nobody answered' : formatTable(rows).replaceAll(/^/gm, '  '))
  }
}

function printChallenge(round: RoundExplanation, nameOf: NameOf, output: Output): void {
  const { challenge, panel } = round
  const isJudged = panel !== null && panel.opinion.answers.length > 0
  if (challenge !== null) {
    output.line(
      `\nopen challenge: ${challenge.question}  (${challenge.category}, by agreement${isJudged ? ' and by judges' : ' alone'})`
    )
    for (const { node, similarityMicro, text, verdict } of challenge.answers) {
      output.line(`  ${nameOf(node)} said "${text.trim()}": ${verdict} (${(similarityMicro / 1_000_000).toFixed(2)})`)
    }
  }
}

function printPanel({ panel }: RoundExplanation, nameOf: NameOf, output: Output): void {
  if (panel === null) {
    return
  }
  const { answers, ballots } = panel.opinion
  output.line(`\npanel, by report ${panel.report}`)
  for (const { nodes, scoreMilli } of answers) {
    const found = scoreMilli === null ? 'too few judges had an opinion' : `${(scoreMilli / 1_000).toFixed(2)} of -1 to 1`
    output.line(`  answer of ${nodes.map(nameOf).join(', ')}: ${found}`)
  }
  for (const { isSeated, node, right, status, turned } of ballots) {
    const shown =
      status === 'counted' ? `; ${right} of ${CALIBRATION_PAIRS} known pairs right, ${turned} turned with their order` : ''
    output.line(`  ${nameOf(node)} ${isSeated ? 'judged' : 'was tried'}: ballot ${status}${shown}`)
  }
}

function printRound(round: RoundExplanation, nameOf: NameOf, output: Output): void {
  output.line(headOf(round, nameOf))
  output.line(`  report ${round.report}, opening ${messageCid(round.opening)}`)
  for (const one of round.answers) {
    output.line(`\n${nameOf(one.node)}: ${marks(one)}`)
    output.line(`  model ${one.model ?? 'none named'}, transcript ${one.transcript ?? 'none shown'}`)
    for (const { answer, category, difficultyMilli, given, isAsked, isRight, item, question, template } of one.items) {
      const said = given === null ? 'nothing' : `"${given.trim()}"`
      const verdict = `${isRight ? 'right' : `wrong, it is "${answer}"`}${isAsked ? '' : '; counts as work alone'}`
      output.line(`  ${item + 1}. ${question}`)
      output.line(
        `     said ${said}: ${verdict}  (${category}, ${template}, difficulty ${(difficultyMilli / 1_000).toFixed(2)}, equal to the letter)`
      )
    }
    for (const { bucket, cid, message, node } of round.evidence) {
      if (node === one.node) {
        output.line(`  ${message} ${cid}, in block ${bucket ?? 'that nobody holds'}`)
      }
    }
  }
  printChallenge(round, nameOf, output)
  printPanel(round, nameOf, output)
}
