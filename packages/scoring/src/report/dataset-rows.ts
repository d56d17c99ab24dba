import { cidFromHash } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import type { DatasetRow } from '@cortensor/protocols'
import { hexToBytes } from '@cortensor/utils'
import { sortedBy } from '../order.js'
import type { ExplainedRound } from './explain-rounds.js'

/** The CID of a signed message as a block of its own: its id is the hash of its bytes. */
export const messageCid = (id: string): CidString => cidFromHash(hexToBytes(id), 'raw')

/** The messages behind a round's rows, by the ids of their envelopes. */
export const messagesOf = ({ answers, opening }: ExplainedRound): string[] => [
  opening,
  ...answers.flatMap(({ precommits, reveal }) => [...precommits, ...(reveal === null ? [] : [reveal])])
]

/** The rows of the rounds that a report counts, in the order of a dataset. */
export function datasetRows(
  rounds: readonly ExplainedRound[],
  { license, report }: { report: CidString; license: string }
): DatasetRow[] {
  const counted = rounds.filter(({ excluded }) => excluded === null)
  const inOrder = sortedBy(
    counted,
    ({ openedMs }) => openedMs,
    ({ roundId }) => roundId
  )
  return inOrder.flatMap(({ answers, epoch, level, opening, roundId }) =>
    sortedBy(answers, ({ node }) => node).flatMap((own) =>
      own.items.map(({ answer, category, difficultyMilli, given, isRight, item, question, template }): DatasetRow => {
        const { model, node, precommits, reveal, status, transcript } = own
        const verdict = given === null ? 'missing' : isRight ? 'right' : 'wrong'
        const signed = { precommits: precommits.map(messageCid), reveal: reveal === null ? null : messageCid(reveal) }
        return {
          ...{ round: roundId, epoch, report, opening: messageCid(opening), level, item, category, template, question, answer },
          ...{ difficultyMilli, answers: [{ node, model, status, text: given, verdict, transcript, ...signed }], license }
        }
      })
    )
  )
}
