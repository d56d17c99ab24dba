import type { NetworkParams } from '@cortensor/config'
import { domainHash } from '@cortensor/crypto'
import type { Committee, UnixMs } from '@cortensor/interface'
import { type LedgerState, leaderOf, type RoundOpen, roundSeed } from '@cortensor/protocols'
import { bytesToHex, uint64ToBytes } from '@cortensor/utils'
import { drawCategories } from '../items/draw-categories.js'
import { sortedBy } from '../order.js'
import type { ConsumedKey } from './consumed.js'
import { nextEpoch } from './observations.js'
import type { SpanInit } from './results.js'
import type { SightedItems } from './sighted-items.js'
import type { ItemOf } from './types.js'

export interface RoundsInit extends SpanInit {
  items: SightedItems
  committee: Committee
  state: LedgerState
}

export interface CountedRounds {
  rounds: ItemOf<'round'>[]
  consumed: ConsumedKey[]
}

/** What a round asks, which follows from its seed: the leader has no say in it. */
export function roundCategories(open: Omit<RoundOpen, 'categories'>, params: NetworkParams): RoundOpen['categories'] {
  return drawCategories(roundSeed({ ...open, categories: [] }), params.quiz.categoriesPerRound)
}

export function roundEndMs(open: Pick<RoundOpen, 'openedMs'>, { deadlines }: NetworkParams): UnixMs {
  return open.openedMs + deadlines.quizPrecommitMs + deadlines.quizRevealMs
}

/** A place in the sequence of rounds; of twins in one place only one ever counts. */
const roundKey = ({ epoch, view, index }: RoundOpen): string =>
  bytesToHex(domainHash('cortensor/consumed/round/1', uint64ToBytes(epoch), uint64ToBytes(view), uint64ToBytes(index)))

/** The rounds that this epoch reports, at most as many as their interval leaves room for; of twins the one with the lowest id. */
export function countRounds(init: RoundsInit): CountedRounds {
  const { params, cutoffMs, sinceMs } = init
  const room = Math.ceil((cutoffMs - sinceMs) / params.deadlines.quizIntervalMs)
  const valid = init.items
    .of('round')
    .filter((item) => isDue(item.round, init) && isRightful(item, init) && isInOrder(item.round, params))
  const inOrder = sortedBy(
    valid,
    ({ round }) => round.epoch,
    ({ round }) => round.view,
    ({ round }) => round.index,
    ({ roundId }) => roundId,
    ({ id }) => id
  )
  const byPlace = Map.groupBy(inOrder, ({ round }) => roundKey(round))
  const counted = [...byPlace].filter(([key]) => !init.consumed.has(key)).slice(0, room)
  return {
    rounds: counted.map(([, twins]) => twins[0] as ItemOf<'round'>),
    consumed: counted.map(([key, twins]) => ({ key, expiryMs: lastChanceMs((twins[0] as ItemOf<'round'>).round, params) }))
  }
}

/** A round counts in epochs that begin before this. */
const lastChanceMs = (round: RoundOpen, params: NetworkParams): UnixMs => roundEndMs(round, params) + params.epoch.itemTtlMs

/** It has ended, and not too long ago. */
function isDue(round: RoundOpen, { params, cutoffMs, sinceMs }: RoundsInit): boolean {
  return roundEndMs(round, params) <= cutoffMs && lastChanceMs(round, params) > sinceMs
}

/**
 * Opened by the leader of its epoch and view. For a round of the epoch before, what that epoch built on is no longer in the state, so
 * the leader's signature and the epoch's number have to do.
 */
function isRightful({ sender, round }: ItemOf<'round'>, { committee, state }: RoundsInit): boolean {
  const isOfThisEpoch = round.epoch === nextEpoch(state) && round.prev === state.digest
  return (isOfThisEpoch || round.epoch === state.epoch) && leaderOf(committee, round.epoch, round.view) === sender
}

/** It asks what the network's rules say. */
function isInOrder(round: RoundOpen, params: NetworkParams): boolean {
  const { itemsPerCategory, maxAnswerTokens } = params.quiz
  const expected = roundCategories(round, params)
  return (
    round.itemsPerCategory === itemsPerCategory &&
    round.maxAnswerTokens === maxAnswerTokens &&
    round.categories.length === expected.length &&
    expected.every((category, i) => round.categories[i] === category)
  )
}
