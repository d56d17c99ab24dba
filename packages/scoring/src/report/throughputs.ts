import type { EpochNumber, NodeId, RoundId } from '@cortensor/interface'
import type { NodeThroughput, QuizOutcome, Throughput } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ItemOf } from './types.js'

/** One game moves what is known by this part of the difference: four of them make most of it, and a machine cannot lend itself out. */
const MEMORY = 4

const NOTHING: Throughput = { answeredTokens: 0, rightTokens: 0 }

const moved = (known: number, shown: number): number => known + Math.floor((shown - known) / MEMORY)

export interface ThroughputsInit {
  /** The rounds that the epoch counts, in their order. */
  rounds: readonly Pick<ItemOf<'round'>, 'roundId' | 'round'>[]
  outcomes: readonly QuizOutcome[]
}

/**
 * What nodes get through after an epoch. Who is known and takes no part in a capability game has shown nothing in it: otherwise one machine
 * would play under each of its names in turn. Nobody is excused either: what is measured is what a node has to spare besides the work that
 * it is paid for, and an excuse could be bought with a task to oneself. Newcomers start from nothing for the same reason. Rows without a
 * game stay as they are.
 */
export function updateThroughputs(
  known: readonly NodeThroughput[],
  { outcomes, rounds }: ThroughputsInit,
  epoch: EpochNumber
): NodeThroughput[] {
  const rows = new Map(known.map((row) => [row.node, row]))
  const byRound = Map.groupBy(outcomes, ({ roundId }) => roundId)
  for (const { roundId } of rounds.filter(({ round }) => round.level === 2)) {
    const shown = shownIn(roundId, byRound)
    for (const node of new Set([...rows.keys(), ...shown.keys()])) {
      const row = rows.get(node) ?? { node, epoch, games: 0, ...NOTHING }
      const { answeredTokens, rightTokens } = shown.get(node) ?? NOTHING
      rows.set(node, {
        ...{ node, epoch, games: row.games + 1 },
        answeredTokens: moved(row.answeredTokens, answeredTokens),
        rightTokens: moved(row.rightTokens, rightTokens)
      })
    }
  }
  return sortedBy(
    [...rows.values()].filter(({ answeredTokens }) => answeredTokens > 0),
    ({ node }) => node
  )
}

const shownIn = (roundId: RoundId, byRound: ReadonlyMap<RoundId, readonly QuizOutcome[]>): ReadonlyMap<NodeId, Throughput> =>
  new Map((byRound.get(roundId) ?? []).map(({ miner, throughput }) => [miner, throughput ?? NOTHING]))
