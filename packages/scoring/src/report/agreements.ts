import type { NodeId } from '@cortensor/interface'
import type { OpenAgreement, RoundOpen } from '@cortensor/protocols'
import { compareAnswers } from '../agreement/compare-answers.js'
import { openChallenge } from '../items/open-challenge.js'
import { sortedBy } from '../order.js'

/** An answer to the open challenge of a round. */
export interface OpenAnswer {
  node: NodeId
  text: string
}

/**
 * How the answers to a round's open challenge stand to one another, by node. Answers are held against the one in their middle, and not
 * against a mean, which whoever answers far enough off could move.
 */
export function agreementsOf(round: RoundOpen, answers: readonly OpenAnswer[]): ReadonlyMap<NodeId, OpenAgreement> {
  const given = sortedBy(
    answers.filter(({ text }) => text.trim() !== ''),
    ({ node }) => node
  )
  const { similarities, verdicts } = compareAnswers(
    given.map(({ text }) => text),
    openChallenge(round).category
  )
  return new Map(
    given.map(({ node }, i) => {
      // Opposite directions are as unlike as texts can be.
      const similarityMicro = Math.max(0, similarities[i] ?? 0)
      return [node, { verdict: verdicts[i] ?? 'inconclusive', similarityMicro }]
    })
  )
}
