import type { NodeId, UnixMs } from '@cortensor/interface'
import { quorumOf } from '@cortensor/protocols'
import { highestView } from './hold.js'
import type { AgreementState, AgreementStep, AgreementTiming } from './state.js'
import { type Rule, still } from './step.js'
import { viewDurationMs } from './view-duration.js'

/** Rule 6: the view's time is over. Said again until the view is left. */
export function maybeTimeOut(nowMs: UnixMs, timing: AgreementTiming): Rule {
  return (state) => {
    const isFresh = !state.timedOut.has(state.view)
    const isDue = nowMs >= state.viewEndsMs && (isFresh || nowMs - state.timeoutSentMs >= timing.viewMs)
    return state.phase === 'agreeing' && isDue ? giveUp(state, state.view, nowMs) : still(state)
  }
}

/**
 * Said once more, the own observation goes along, as it does with every view that begins: without a quorum of them no leader can propose,
 * and the first one may have been lost.
 */
function giveUp(state: AgreementState, view: number, nowMs: UnixMs): AgreementStep {
  const isRepeated = state.timedOut.has(view)
  const timedOut = new Set(state.timedOut).add(view)
  return {
    state: { ...state, view, viewEndsMs: nowMs, timedOut, timeoutSentMs: nowMs },
    effects: [{ type: 'timeout', view, last: state.last }, ...(isRepeated ? [{ type: 'observe' as const }] : [])]
  }
}

/** The highest view, from this one on, that at least `count` members have given up or gone beyond; -1 when there is none. */
function viewGivenUpBy(count: number, { phase, timeouts, view }: AgreementState, without?: NodeId): number {
  if (phase !== 'agreeing' || timeouts.size < count) {
    return -1
  }
  const highest: number[] = []
  for (const [sender, byView] of timeouts) {
    const given = highestView(byView)
    if (sender !== without && given >= view) {
      highest.push(given)
    }
  }
  return highest.sort((a, b) => b - a)[count - 1] ?? -1
}

/** Rule 6: f+1 others gave up this view or a later one, so one honest oracle did. */
export function maybeJoinTimeout(nowMs: UnixMs): Rule {
  return (state) => {
    const view = viewGivenUpBy(state.committee.faults + 1, state, state.self)
    return view >= 0 && !state.timedOut.has(view) ? giveUp(state, view, nowMs) : still(state)
  }
}

/** A member that gives up a view which is over here has missed timeouts: whoever moves on says its own last one again. */
const REMIND_EVERY = 0.25

export function maybeRemind(sender: NodeId, view: number, nowMs: UnixMs, timing: AgreementTiming): Rule {
  return (state) => {
    const last = Math.max(-1, ...state.timedOut)
    const isBehind = state.phase === 'agreeing' && sender !== state.self && view < state.view && last >= view
    return isBehind && nowMs - state.timeoutSentMs >= timing.viewMs * REMIND_EVERY
      ? { state: { ...state, timeoutSentMs: nowMs }, effects: [{ type: 'timeout', view: last, last: state.last }] }
      : still(state)
  }
}

/** Rule 6: a quorum gave up a view, so the next one begins. */
export function maybeEnterNext(nowMs: UnixMs, timing: AgreementTiming): Rule {
  return (state) => {
    const view = viewGivenUpBy(quorumOf(state.committee), state)
    return view >= 0 ? { ...enterView(state, view + 1, nowMs, timing), effects: [{ type: 'observe' }] } : still(state)
  }
}

/** A proposal with a valid certificate brings its view with it. */
export function maybeFollowProposal(view: number, nowMs: UnixMs, timing: AgreementTiming): Rule {
  return (state) =>
    state.phase === 'agreeing' && view > state.view && state.proposals.has(view)
      ? enterView(state, view, nowMs, timing)
      : still(state)
}

/** What could not be checked in an earlier view is worth another try: the reason may have been the network, or the chain's RPC. */
function enterView(state: AgreementState, view: number, nowMs: UnixMs, timing: AgreementTiming): AgreementStep {
  const checks = new Map([...state.checks].filter(([, check]) => check !== 'failed'))
  return still({ ...state, view, checks, viewEndsMs: nowMs + viewDurationMs(timing, view) })
}
