import type { NetworkParams } from '@cortensor/config'
import type { NodeId, UnixMs } from '@cortensor/interface'
import type { RoundOpen } from '@cortensor/protocols'
import { NodeLog } from './node-log.js'

/**
 * Where a round stands for one observer. Its opening is its start: who leads, asks. `precommit`: answers are sealed. `commit`: they are
 * shown. `end`: it counts. `void`: nobody sealed an answer, and it is as if it had not been opened.
 */
export type RoundPhase = 'precommit' | 'commit' | 'end' | 'void'

/** Why a message of an answerer does not count for this observer. */
export type RoundFault =
  /** After its deadline. */
  | 'late'
  /** A node seals once and shows once. */
  | 'twice'
  /** It shows what it has not sealed. */
  | 'unpromised'

export interface RoundDeadlines {
  /** When an honest node stops computing, so that its seal reaches everybody in time. */
  computeMs: UnixMs
  /** The last moment to seal answers. */
  precommitMs: UnixMs
  /** The last moment to show them. */
  revealMs: UnixMs
}

export interface RoundState extends RoundDeadlines {
  phase: RoundPhase
  /** Who has sealed answers, and who has shown them. */
  sealed: NodeLog
  shown: NodeLog
}

export type RoundEvent =
  | { type: 'precommit' | 'reveal'; node: NodeId; atMs: UnixMs }
  /** Time has passed: deadlines need nobody to announce them. */
  | { type: 'time'; atMs: UnixMs }

export interface RoundStep {
  state: RoundState
  /** Null for what counts. */
  fault: RoundFault | null
}

export type RoundTiming = Pick<NetworkParams, 'deadlines' | 'quiz'>

/** What the deadlines of a round follow from. */
export type TimedRound = Pick<RoundOpen, 'openedMs' | 'level' | 'categories' | 'itemsPerCategory' | 'maxAnswerTokens'>

/** Time that a message needs to reach every oracle before a deadline; as a share of its stage, so that it fits fast networks too. */
export const TRAVEL_SHARE = 0.15

/** Time to compute in a capability round, in ms: its token budget at the network's rate. */
const budgetMs = ({ categories, itemsPerCategory, maxAnswerTokens }: TimedRound, tokensPerSecond: number): number =>
  Math.ceil((categories.length * itemsPerCategory * maxAnswerTokens * 1_000) / tokensPerSecond)

/** Everything counts from the opening, which the leader has signed: no later word of its is needed. */
export function roundDeadlines(open: TimedRound, { deadlines, quiz }: RoundTiming): RoundDeadlines {
  const { quizPrecommitMs, quizRevealMs } = deadlines
  const travelMs = Math.ceil(quizPrecommitMs * TRAVEL_SHARE)
  const workMs = open.level === 2 ? budgetMs(open, quiz.capabilityTokensPerSecond) : quizPrecommitMs - travelMs
  const computeMs = open.openedMs + workMs
  return { computeMs, precommitMs: computeMs + travelMs, revealMs: computeMs + travelMs + quizRevealMs }
}

export const openedRound = (open: TimedRound, timing: RoundTiming): RoundState => ({
  phase: 'precommit',
  ...roundDeadlines(open, timing),
  sealed: new NodeLog(),
  shown: new NodeLog()
})

/** Time only moves a round on: an event from before the last one finds it where it is. */
function advanced(state: RoundState, atMs: UnixMs): RoundState {
  const { phase, precommitMs, revealMs, sealed } = state
  if (phase === 'end' || phase === 'void' || atMs <= precommitMs) {
    return state
  }
  if (sealed.size === 0) {
    return { ...state, phase: 'void' }
  }
  return { ...state, phase: atMs < revealMs ? 'commit' : 'end' }
}

/**
 * One step of a round. Pure: the same events give the same state, and a fault changes nothing. A leader that goes silent, or whose view is
 * given up, has no part in it any more: a round in which somebody sealed an answer in time goes on to its end with every observer, any other
 * is void. A reveal before the last moment for precommits is taken: clocks differ, and nobody could use another's answers.
 */
export function reduceRound(before: RoundState, event: RoundEvent): RoundStep {
  if (event.type === 'time') {
    return { state: advanced(before, event.atMs), fault: null }
  }
  const fault = faultOf(before, event)
  if (fault !== null) {
    return { state: advanced(before, event.atMs), fault }
  }
  const taken =
    event.type === 'precommit'
      ? { ...before, sealed: before.sealed.with(event.node) }
      : { ...before, shown: before.shown.with(event.node) }
  return { state: advanced(taken, event.atMs), fault: null }
}

function faultOf({ phase, precommitMs, revealMs, sealed, shown }: RoundState, event: Exclude<RoundEvent, { type: 'time' }>) {
  const isPrecommit = event.type === 'precommit'
  if ((isPrecommit ? sealed : shown).has(event.node)) {
    return 'twice'
  }
  const isOver = phase === 'end' || phase === 'void' || (isPrecommit && phase === 'commit')
  if (isOver || event.atMs > (isPrecommit ? precommitMs : revealMs)) {
    return 'late'
  }
  return isPrecommit || sealed.has(event.node) ? null : 'unpromised'
}
