import type { Chain, GossipVerdict, NetworkId, Verifier } from '@cortensor/interface'
import type { OpenedEnvelope, QuizMessage, RoundOpen } from '@cortensor/protocols'
import { isCertified, leaderOf, roundIdOf } from '@cortensor/protocols'
import type { Evidence } from '../evidence/evidence.js'
import type { AnswerRefusal } from '../evidence/pool.js'
import type { Head } from '../head.js'
import { CLOCK_TOLERANCE_MS } from '../options.js'

export interface QuizHandlerInit {
  networkId: NetworkId
  chain: Chain
  verifier: Verifier
  evidence: Evidence
  head: () => Head | null
  /** The view that the agreement is in. */
  view: () => number
  onRound: (round: RoundOpen) => void
  /** An answer does not count for this oracle. */
  onRefused: (refusal: AnswerRefusal) => void
}

/** Rounds of the leader, and the answers to them. What comes after its deadline does not count for this oracle. */
export function createQuizHandler(init: QuizHandlerInit) {
  const { chain, evidence, networkId } = init

  const isRightful = async (round: RoundOpen, envelope: OpenedEnvelope, head: Head): Promise<boolean> => {
    const { committee, instance, laggards } = head
    const isCurrent = round.epoch === instance.epoch && round.prev === instance.prev
    const isLeader = envelope.sender === leaderOf(committee, round.epoch, round.view, laggards)
    const isTimely = Math.abs(round.openedMs - evidence.nowMs()) <= CLOCK_TOLERANCE_MS
    // Rule 10: a leader whose view was given up opens nothing more on the same head.
    const isFenced = round.view < init.view()
    if (!isCurrent || !isLeader || !isTimely || isFenced || round.seedBlock <= head.committedAtBlock) {
      return false
    }
    if (!(await isCertified(round.timeouts, round.view, { networkId, verifier: init.verifier, instance, committee }))) {
      return false
    }
    return (await chain.block(round.seedBlock))?.hash === round.seedBlockHash
  }
  const takeRound = async (round: RoundOpen, envelope: OpenedEnvelope): Promise<boolean> => {
    const head = init.head()
    if (head === null || !(await isRightful(round, envelope, head))) {
      return false
    }
    const isNew = evidence.pool.addRound(roundIdOf(networkId, envelope.sender, envelope.payload), round, envelope)
    if (isNew) {
      init.onRound(round)
    }
    return isNew
  }
  const takeAnswer = (message: Exclude<QuizMessage, { type: 'open' }>, envelope: OpenedEnvelope): boolean => {
    const stage = message.type === 'precommit' ? 'precommits' : 'reveals'
    const refusal = evidence.pool.addAnswer(stage, message.roundId, envelope, evidence.nowMs())
    if (refusal !== null) {
      init.onRefused(refusal)
    }
    return refusal === null
  }
  return async (message: QuizMessage, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    const isNew = message.type === 'open' ? await takeRound(message, envelope) : takeAnswer(message, envelope)
    await evidence.keep(isNew, envelope)
    return isNew ? 'accept' : 'ignore'
  }
}
