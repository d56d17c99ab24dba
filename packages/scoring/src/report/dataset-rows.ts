import { cidFromHash } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import type { DatasetRow, PanelOpinion } from '@cortensor/protocols'
import { hexToBytes } from '@cortensor/utils'
import { OPEN_TEMPLATE } from '../items/open-challenge.js'
import { sortedBy } from '../order.js'
import type { ExplainedAnswers, ExplainedRound } from './explain-rounds.js'

/** The CID of a signed message as a block of its own: its id is the hash of its bytes. */
export const messageCid = (id: string): CidString => cidFromHash(hexToBytes(id), 'raw')

/** The messages behind a round's rows, by the ids of their envelopes. */
export const messagesOf = ({ answers, opening }: ExplainedRound): string[] => [
  opening,
  ...answers.flatMap(({ precommits, reveal }) => [...precommits, ...(reveal === null ? [] : [reveal])])
]

/** The rows of the rounds that a report counts, in the order of a dataset. */
export function datasetRows(rounds: readonly ExplainedRound[], init: RowsInit): DatasetRow[] {
  const counted = rounds.filter(({ excluded }) => excluded === null)
  const inOrder = sortedBy(
    counted,
    ({ openedMs }) => openedMs,
    ({ roundId }) => roundId
  )
  return inOrder.flatMap((one) => [...itemRows(one, init), ...challengeRows(one, init)])
}

export interface RowsInit {
  report: CidString
  license: string
  /** What panels have found, of these rounds among others. */
  opinions: readonly PanelOpinion[]
}

/** Who answered, and the messages that show it. */
const answeredBy = ({ model, node, precommits, reveal, status, transcript }: ExplainedAnswers) => ({
  ...{ node, model, status, transcript },
  ...{ precommits: precommits.map(messageCid), reveal: reveal === null ? null : messageCid(reveal) }
})

/** A row for each answer, although the question is the same: no node can make the rows of others too long. */
function challengeRows({ answers, challenge, epoch, level, opening, roundId }: ExplainedRound, init: RowsInit): DatasetRow[] {
  if (challenge === null) {
    return []
  }
  const byNode = new Map(answers.map((own) => [own.node, own]))
  const judged = init.opinions.filter((one) => one.roundId === roundId).flatMap((one) => one.answers)
  const scores = new Map(judged.flatMap(({ nodes, scoreMilli }) => nodes.map((node) => [node, scoreMilli] as const)))
  const { authors, category, item, question } = challenge
  return sortedBy(challenge.answers, ({ node }) => node).flatMap(({ node, text, verdict }): DatasetRow[] => {
    const own = byNode.get(node)
    const answers = own === undefined ? [] : [{ ...answeredBy(own), text, verdict, scoreMilli: scores.get(node) ?? null }]
    return answers.length === 0
      ? []
      : [
          {
            ...{ round: roundId, epoch, report: init.report, opening: messageCid(opening), level, item, category },
            ...{ template: OPEN_TEMPLATE, authors, question, answer: null, difficultyMilli: 0, answers, license: init.license }
          }
        ]
  })
}

function itemRows({ answers, epoch, level, opening, roundId }: ExplainedRound, { license, report }: RowsInit): DatasetRow[] {
  return sortedBy(answers, ({ node }) => node).flatMap((own) =>
    own.items.map(({ answer, category, difficultyMilli, given, isRight, item, question, template }): DatasetRow => {
      const verdict = given === null ? 'missing' : isRight ? 'right' : 'wrong'
      return {
        ...{ round: roundId, epoch, report, opening: messageCid(opening), level, item, category, template, authors: null },
        ...{ question, answer },
        ...{ difficultyMilli, answers: [{ ...answeredBy(own), text: given, verdict, scoreMilli: null }], license }
      }
    })
  )
}
