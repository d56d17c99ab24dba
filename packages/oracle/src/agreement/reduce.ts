import type { UnixMs } from '@cortensor/interface'
import { leaderAmong, quorumOf } from '@cortensor/protocols'
import { hasSpoken } from '../record/words.js'
import { breaksDuty, dutyOf } from './duty.js'
import { heldCertificate, holdAttestation, holdCheck, holdObservation, holdProposal, holdTimeout, withEntry } from './hold.js'
import { holdQuorum, maybeFormQuorum, maybeResend, settle } from './quorum.js'
import type { AgreementEvent, AgreementState, AgreementStep, AgreementTiming, Unproposed } from './state.js'
import { checkKey } from './state.js'
import { inTurn, type Rule, still } from './step.js'
import { viewDurationMs } from './view-duration.js'
import { maybeEnterNext, maybeFollowProposal, maybeJoinTimeout, maybeRemind, maybeTimeOut } from './views.js'

/** A view's leader waits this share of T0 for more observations than the quorum it needs. */
const PROPOSE_GRACE = 0.25

/**
 * Sends the own observation and starts the timer of the view. What was on disk before an interruption may not have left: it is said
 * again, in the same words.
 */
function begin(state: AgreementState, nowMs: UnixMs, timing: AgreementTiming): AgreementStep {
  const { before, view } = state
  const isGivenUp = state.timedOut.has(view)
  const viewEndsMs = isGivenUp ? nowMs : nowMs + viewDurationMs(timing, view)
  const attested = isGivenUp ? undefined : before.attested.get(view)
  return {
    state: { ...state, phase: 'agreeing', viewEndsMs },
    effects: [{ type: 'observe' }, ...(attested === undefined ? [] : [{ type: 'attest' as const, ...attested }])]
  }
}

/** Rule 1: an instance starts by the clock, or because f+1 others have started it, or because it had started before an interruption. */
function maybeBegin(nowMs: UnixMs, timing: AgreementTiming, hasItems: boolean): Rule {
  return (state) => {
    if (state.phase !== 'waiting') {
      return still(state)
    }
    const elapsed = nowMs - state.lastCutoffMs
    const due = elapsed >= timing.epochMs && (hasItems || elapsed >= timing.heartbeatMs)
    const others = [...state.observations.keys()].filter((sender) => sender !== state.self).length
    return due || others > state.committee.faults || hasSpoken(state.before) ? begin(state, nowMs, timing) : still(state)
  }
}

/**
 * Rules 2 to 4: the leader of this view proposes, once. That it could not is known only after a while: a liar can name a report to repeat
 * that nobody has, or evidence that it does not give. The leader then proposes afresh from the observations that it holds by then, or as
 * soon as they are a quorum, and more than those that were not enough.
 */
function maybePropose(nowMs: UnixMs, timing: AgreementTiming): Rule {
  return (state) => {
    const { committee, order, view } = state
    const isLeader = leaderAmong(order, view) === state.self
    if (state.phase !== 'agreeing' || !isLeader || state.proposed.has(view) || state.timedOut.has(view)) {
      return still(state)
    }
    const spoken = state.before.proposed.get(view)
    if (spoken !== undefined) {
      const effects = spoken === null ? [] : [{ type: 'repeat' as const, proposal: spoken }]
      return { state: { ...state, proposed: new Set(state.proposed).add(view) }, effects }
    }
    const certificate = heldCertificate(state, view)
    const failed = state.unproposed?.view === view ? state.unproposed : null
    const again = failed === null ? dutyOf(certificate.map(({ timeout }) => timeout)) : null
    const held = state.observations.size
    const waited = state.quorumHeldMs === null ? 0 : nowMs - state.quorumHeldMs
    const enough = held === committee.members.length || (held >= quorumOf(committee) && waited >= timing.viewMs * PROPOSE_GRACE)
    if (
      (!enough && again === null) ||
      (failed !== null && held <= failed.tried) ||
      (view > 0 && certificate.length < quorumOf(committee))
    ) {
      return still(state)
    }
    const observations = [...state.observations.values()].sort((a, b) => (a.sender < b.sender ? -1 : 1))
    const timeouts = failed?.timeouts ?? certificate.map(({ bytes }) => bytes)
    return {
      state: { ...state, proposed: new Set(state.proposed).add(view) },
      effects: [{ type: 'propose', view, observations, timeouts, again }]
    }
  }
}

/** Of the view that this oracle is in: it may try once more. */
function allowAnother({ timeouts, tried, view }: Unproposed): Rule {
  return (state) => {
    const proposed = new Set([...state.proposed].filter((other) => other !== view))
    return still(view === state.view ? { ...state, proposed, unproposed: { view, timeouts, tried } } : state)
  }
}

/** Rule 5: asks for the check of this view's proposal, then attests it: one digest a view, none in a view that was given up. */
function maybeAttest(state: AgreementState): AgreementStep {
  const propose = state.proposals.get(state.view)
  if (propose === undefined || state.phase !== 'agreeing' || state.timedOut.has(state.view) || state.attested.has(state.view)) {
    return still(state)
  }
  if (breaksDuty(state, propose)) {
    return still(state)
  }
  const check = state.checks.get(checkKey(propose))
  if (check === undefined) {
    return {
      state: { ...state, checks: withEntry(state.checks, checkKey(propose), 'running') },
      effects: [{ type: 'check', propose }]
    }
  }
  if (check === 'running' || check === 'failed') {
    return still(state)
  }
  const attested = withEntry(state.attested, state.view, check.digest)
  const last = { view: state.view, report: check.report, digest: check.digest }
  return { state: { ...state, attested, last }, effects: [{ type: 'attest', ...last }] }
}

function take(event: AgreementEvent, timing: AgreementTiming): Rule[] {
  const { nowMs } = event
  switch (event.type) {
    case 'tick':
      return [maybeBegin(nowMs, timing, event.hasItems), maybeTimeOut(nowMs, timing)]
    case 'observe':
      return [holdObservation(event.sender, event.bytes, event.observe, nowMs), maybeBegin(nowMs, timing, false)]
    case 'propose':
      return [
        holdProposal(event),
        ...event.timeouts.map(({ bytes, sender, timeout }) => holdTimeout(sender, bytes, timeout)),
        maybeFollowProposal(event.propose.view, nowMs, timing)
      ]
    case 'attest':
      return [holdAttestation(event.member, event.attest)]
    case 'timeout':
      return [holdTimeout(event.sender, event.bytes, event.timeout), maybeResend(event.sender, nowMs, timing)]
    case 'checked':
      return [holdCheck(event.of, event.report)]
    case 'unproposed':
      return [allowAnother(event)]
    case 'quorum':
      return [holdQuorum(event.quorum)]
    case 'accepted':
      return [settle(event.quorum)]
  }
}

/**
 * One step of the agreement on one epoch. Pure: the same state and event give the same step. Messages must have been opened, and
 * belong to this instance.
 */
export function reduceAgreement(state: AgreementState, event: AgreementEvent, timing: AgreementTiming): AgreementStep {
  const { nowMs } = event
  return inTurn(
    ...take(event, timing),
    maybeJoinTimeout(nowMs),
    maybeEnterNext(nowMs, timing),
    // Whoever's timeout ended the view may lack those by which it ended here.
    ...(event.type === 'timeout' ? [maybeRemind(event.sender, event.timeout.view, nowMs, timing)] : []),
    maybePropose(nowMs, timing),
    maybeAttest,
    maybeFormQuorum(nowMs)
  )(state)
}
