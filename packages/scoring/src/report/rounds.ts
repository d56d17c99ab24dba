import type { NetworkParams } from '@cortensor/config'
import { domainHash } from '@cortensor/crypto'
import type { Committee, UnixMs } from '@cortensor/interface'
import { type ExclusionReason, type LedgerState, memberIndex, type RoundOpen, witnessesOf } from '@cortensor/protocols'
import { bytesToHex, uint64ToBytes } from '@cortensor/utils'
import { isRightlyAuthored } from '../authoring/authored-rounds.js'
import { sortedBy } from '../order.js'
import { roundDeadlines, type TimedRound } from '../rounds/round-machine.js'
import { roundRules } from '../rounds/round-rules.js'
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

export const roundEndMs = (open: TimedRound, params: NetworkParams): UnixMs => roundDeadlines(open, params).revealMs

/** Rounds of one block ask the same; of such twins only one ever counts. */
const roundKey = ({ seedBlock }: RoundOpen): string =>
  bytesToHex(domainHash('cortensor/consumed/round/2', uint64ToBytes(seedBlock)))

/** The rounds that this epoch reports, at most as many as their interval leaves room for; of twins the first by place and id. */
export function countRounds(init: RoundsInit): CountedRounds {
  const { params, cutoffMs, sinceMs } = init
  const room = Math.ceil((cutoffMs - sinceMs) / params.deadlines.quizIntervalMs)
  const valid = init.items.of('round').filter((item) => {
    const reason = faultOf(item, init)
    if (reason !== null) {
      init.exclusions.add([item], reason)
    }
    return reason === null
  })
  const inOrder = sortedBy(
    valid,
    ({ round }) => round.epoch,
    ({ round }) => round.view,
    ({ round }) => round.index,
    ({ roundId }) => roundId,
    ({ id }) => id
  )
  const byBlock = Map.groupBy(inOrder, ({ round }) => roundKey(round))
  const open = [...byBlock].filter(([key, twins]) => {
    const isOpen = !init.consumed.has(key)
    init.exclusions.add(isOpen ? twins.slice(1) : twins, isOpen ? 'duplicate' : 'consumed')
    return isOpen
  })
  const counted = open.slice(0, room)
  for (const [, twins] of open.slice(room)) {
    init.exclusions.add(twins, 'over_limit')
  }
  return {
    rounds: counted.map(([, twins]) => twins[0] as ItemOf<'round'>),
    consumed: counted.map(([key, twins]) => ({ key, expiryMs: lastChanceMs((twins[0] as ItemOf<'round'>).round, params) }))
  }
}

/** A round counts in epochs that begin before this. */
const lastChanceMs = (round: RoundOpen, params: NetworkParams): UnixMs => roundEndMs(round, params) + params.epoch.itemTtlMs

/** Why a round does not count: it has not ended yet, or too long ago; somebody had no right to open it, or it asks other things. */
function faultOf(item: ItemOf<'round'>, init: RoundsInit): ExclusionReason | null {
  const { cutoffMs, params, sinceMs } = init
  if (roundEndMs(item.round, params) > cutoffMs) {
    return 'too_early'
  }
  if (lastChanceMs(item.round, params) <= sinceMs) {
    return 'expired'
  }
  const isRight = isRightful(item, init) && isInOrder(item.round, params) && isRightlyAuthored(item.round, init.state)
  return isRight ? null : 'not_allowed'
}

/**
 * Of this epoch, or of the one before. Who led then follows from views that are on the chain and in no report; an oracle lists only
 * rounds whose opener led when they came, so that f+1 observers stand for that.
 */
function isRightful(item: ItemOf<'round'>, { committee, items, state }: RoundsInit): boolean {
  const { round, sender } = item
  const isOfThisEpoch = round.epoch === nextEpoch(state) && round.prev === state.digest
  const isWitnessed = items.witnesses(item) >= witnessesOf(committee) && memberIndex(committee, sender) >= 0
  const isCounted = !isOfThisEpoch || round.nodes === state.bindings.length
  return (isOfThisEpoch || round.epoch === state.epoch) && isWitnessed && isCounted
}

/** It asks what the network's rules say. */
function isInOrder(round: RoundOpen, params: NetworkParams): boolean {
  const { categories, itemsPerCategory, level, maxAnswerTokens } = roundRules(round, params)
  return (
    round.level === level &&
    round.itemsPerCategory === itemsPerCategory &&
    round.maxAnswerTokens === maxAnswerTokens &&
    round.categories.length === categories.length &&
    categories.every((category, i) => round.categories[i] === category)
  )
}
