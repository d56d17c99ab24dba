import type { Hex32, NodeId, UnixMs } from '@cortensor/interface'
import type { Attest, Observe, Propose, Timeout } from '@cortensor/protocols'
import { leaderOf, memberIndex, quorumOf } from '@cortensor/protocols'
import type { AgreementEffect, AgreementEvent, AgreementState, AgreementStep, AgreementTiming, CheckedReport } from './state.js'
import { viewDurationMs } from './view-duration.js'

/** A view's leader waits this share of T0 for more observations than the quorum it needs. */
const PROPOSE_GRACE = 0.25

/** Views further ahead than this are not held: with T0 growing by half they lie hours away. Bounds what a faulty member can make us keep. */
const MAX_VIEWS_AHEAD = 24

/** Digests of one view that are counted; an honest committee makes one. */
const MAX_DIGESTS_PER_VIEW = 8

const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> => new Map(map).set(key, value)

const join = (...parts: ((state: AgreementState) => AgreementStep)[]) => {
  return (state: AgreementState): AgreementStep => {
    const effects: AgreementEffect[] = []
    for (const part of parts) {
      const step = part(state)
      state = step.state
      effects.push(...step.effects)
    }
    return { state, effects }
  }
}

const still = (state: AgreementState): AgreementStep => ({ state, effects: [] })

/** Sends the own observation and starts the timer of view 0. */
function begin(state: AgreementState, nowMs: UnixMs, timing: AgreementTiming): AgreementStep {
  const started: AgreementState = { ...state, phase: 'agreeing', viewEndsMs: nowMs + viewDurationMs(timing, 0) }
  return { state: started, effects: [{ type: 'observe' }] }
}

/** Rule 1: an instance starts by the clock, or because f+1 others have started it. */
function maybeBegin(nowMs: UnixMs, timing: AgreementTiming, hasItems: boolean) {
  return (state: AgreementState): AgreementStep => {
    if (state.phase !== 'waiting') {
      return still(state)
    }
    const elapsed = nowMs - state.lastCutoffMs
    const due = elapsed >= timing.epochMs && (hasItems || elapsed >= timing.heartbeatMs)
    const others = [...state.observations.keys()].filter((sender) => sender !== state.self).length
    return due || others > state.committee.faults ? begin(state, nowMs, timing) : still(state)
  }
}

/** The proposal that the timeouts of the view before oblige a new leader to repeat: highest view, then lowest digest. */
function attestedBefore(timeouts: readonly Timeout[]): AgreementState['last'] {
  const candidates = timeouts.flatMap((timeout) => (timeout.last === null ? [] : [timeout.last]))
  candidates.sort((a, b) => b.view - a.view || (a.digest < b.digest ? -1 : 1))
  return candidates[0] ?? null
}

/** Rules 2 to 4: the leader of this view proposes, once. */
function maybePropose(nowMs: UnixMs, timing: AgreementTiming) {
  return (state: AgreementState): AgreementStep => {
    const { committee, instance, view } = state
    const isLeader = leaderOf(committee, instance.epoch, view) === state.self
    if (state.phase !== 'agreeing' || !isLeader || state.proposed.has(view) || state.timedOut.has(view)) {
      return still(state)
    }
    const held = state.observations.size
    const waited = state.quorumHeldMs === null ? 0 : nowMs - state.quorumHeldMs
    const enough = held === committee.members.length || (held >= quorumOf(committee) && waited >= timing.viewMs * PROPOSE_GRACE)
    const certificate = view === 0 ? [] : [...(state.timeouts.get(view - 1)?.values() ?? [])]
    if (!enough || (view > 0 && certificate.length < quorumOf(committee))) {
      return still(state)
    }
    const again = attestedBefore(certificate.map((entry) => entry.timeout))
    const observations = [...state.observations.values()].sort((a, b) => (a.sender < b.sender ? -1 : 1))
    const timeouts = certificate.map((entry) => entry.bytes)
    return {
      state: { ...state, proposed: new Set(state.proposed).add(view) },
      effects: [{ type: 'propose', view, observations, timeouts, again }]
    }
  }
}

/** Rule 5: asks for the check of this view's proposal, then attests it: one digest a view, none in a view that was given up. */
function maybeAttest(state: AgreementState): AgreementStep {
  const propose = state.proposals.get(state.view)
  if (propose === undefined || state.phase !== 'agreeing' || state.timedOut.has(state.view) || state.attested.has(state.view)) {
    return still(state)
  }
  const check = state.checks.get(propose.digest)
  if (check === undefined) {
    return {
      state: { ...state, checks: withEntry(state.checks, propose.digest, 'running') },
      effects: [{ type: 'check', propose }]
    }
  }
  if (check === 'running' || check === 'failed') {
    return still(state)
  }
  const attested = withEntry(state.attested, state.view, check.digest)
  const last = { view: state.view, report: check.report, digest: check.digest }
  return { state: { ...state, attested, last }, effects: [{ type: 'attest', view: state.view, digest: check.digest }] }
}

/** Rule 6: the view's time is over. */
function maybeTimeOut(nowMs: UnixMs, timing: AgreementTiming) {
  return (state: AgreementState): AgreementStep => {
    const resendDue = state.timedOut.has(state.view) && nowMs - state.timeoutSentMs >= timing.viewMs
    if (state.phase !== 'agreeing' || nowMs < state.viewEndsMs || (state.timedOut.has(state.view) && !resendDue)) {
      return still(state)
    }
    return giveUp(state, state.view, nowMs)
  }
}

function giveUp(state: AgreementState, view: number, nowMs: UnixMs): AgreementStep {
  const timedOut = new Set(state.timedOut).add(view)
  return { state: { ...state, view, timedOut, timeoutSentMs: nowMs }, effects: [{ type: 'timeout', view, last: state.last }] }
}

/** Rule 6: f+1 others gave up this view or a later one, so one honest oracle did: join the lowest of theirs. */
function maybeJoinTimeout(nowMs: UnixMs) {
  return (state: AgreementState): AgreementStep => {
    if (state.phase !== 'agreeing') {
      return still(state)
    }
    const views = [...state.timeouts.keys()].filter((view) => view >= state.view).sort((a, b) => a - b)
    const senders = new Set(views.flatMap((view) => [...(state.timeouts.get(view)?.keys() ?? [])]))
    senders.delete(state.self)
    const lowest = views.find((view) => [...(state.timeouts.get(view)?.keys() ?? [])].some((sender) => sender !== state.self))
    if (senders.size <= state.committee.faults || lowest === undefined || state.timedOut.has(lowest)) {
      return still(state)
    }
    return giveUp(state, lowest, nowMs)
  }
}

function enterView(state: AgreementState, view: number, nowMs: UnixMs, timing: AgreementTiming): AgreementStep {
  return still({ ...state, view, viewEndsMs: nowMs + viewDurationMs(timing, view) })
}

/** Rule 6: a quorum gave up a view, so the next one begins. */
function maybeEnterNext(nowMs: UnixMs, timing: AgreementTiming) {
  return (state: AgreementState): AgreementStep => {
    const ended = [...state.timeouts]
      .filter(([view, from]) => view >= state.view && from.size >= quorumOf(state.committee))
      .map(([view]) => view)
    return state.phase !== 'agreeing' || ended.length === 0
      ? still(state)
      : enterView(state, Math.max(...ended) + 1, nowMs, timing)
  }
}

/** Rule 6 and 7: enough attestations of one digest in one view, of a report that was checked here. */
function maybeDecide(state: AgreementState): AgreementStep {
  if (state.phase === 'decided') {
    return still(state)
  }
  for (const [key, byMember] of state.attestations) {
    const [view, digest] = key.split('/') as [string, Hex32]
    const checked = state.checks.get(digest)
    if (byMember.size < state.committee.attestations || checked === 'running' || checked === 'failed') {
      continue
    }
    if (checked === undefined) {
      const propose = state.proposals.get(Number(view))
      if (propose?.digest === digest) {
        return { state: { ...state, checks: withEntry(state.checks, digest, 'running') }, effects: [{ type: 'check', propose }] }
      }
      continue
    }
    const signatures = [...byMember]
      .map(([index, signature]) => ({ index, signature }))
      .sort((a, b) => a.index - b.index)
      .slice(0, state.committee.attestations)
    return { state: { ...state, phase: 'decided' }, effects: [{ type: 'decided', view: Number(view), checked, signatures }] }
  }
  return still(state)
}

function holdObservation(sender: NodeId, bytes: Uint8Array, observe: Observe, nowMs: UnixMs) {
  return (state: AgreementState): AgreementStep => {
    if (memberIndex(state.committee, sender) < 0 || state.observations.has(sender)) {
      return still(state)
    }
    const observations = withEntry(state.observations, sender, { sender, bytes, observe })
    const reached = observations.size >= quorumOf(state.committee)
    return still({ ...state, observations, quorumHeldMs: state.quorumHeldMs ?? (reached ? nowMs : null) })
  }
}

function holdTimeout(sender: NodeId, bytes: Uint8Array, timeout: Timeout) {
  return (state: AgreementState): AgreementStep => {
    const ofView = state.timeouts.get(timeout.view)
    if (memberIndex(state.committee, sender) < 0 || ofView?.has(sender) === true) {
      return still(state)
    }
    return still({
      ...state,
      timeouts: withEntry(state.timeouts, timeout.view, withEntry(ofView ?? new Map(), sender, { bytes, timeout }))
    })
  }
}

/** Only the leader of its view, with a certificate when the view is not the first; a leader's second word in a view is not heard. */
function holdProposal(event: Extract<AgreementEvent, { type: 'propose' }>) {
  return (state: AgreementState): AgreementStep => {
    const { propose, sender } = event
    const known = state.proposals.has(propose.view)
    if (known || sender !== leaderOf(state.committee, state.instance.epoch, propose.view) || !isCertified(state, event)) {
      return still(state)
    }
    return still({ ...state, proposals: withEntry<number, Propose>(state.proposals, propose.view, propose) })
  }
}

function isCertified(state: AgreementState, event: Extract<AgreementEvent, { type: 'propose' }>): boolean {
  const { view } = event.propose
  if (view === 0) {
    return true
  }
  const senders = event.timeouts
    .filter((entry) => entry.timeout.view === view - 1 && memberIndex(state.committee, entry.sender) >= 0)
    .map((entry) => entry.sender)
  return new Set(senders).size >= quorumOf(state.committee)
}

/** A proposal with a valid certificate brings its view with it. */
function maybeFollowProposal(propose: Propose, nowMs: UnixMs, timing: AgreementTiming) {
  return (state: AgreementState): AgreementStep =>
    state.phase === 'agreeing' && propose.view > state.view && state.proposals.get(propose.view) === propose
      ? enterView(state, propose.view, nowMs, timing)
      : still(state)
}

function holdAttestation(member: number, attest: Attest) {
  return (state: AgreementState): AgreementStep => {
    const key = `${attest.view}/${attest.digest}`
    const ofView = [...state.attestations.keys()].filter((other) => other.startsWith(`${attest.view}/`))
    if (!state.attestations.has(key) && ofView.length >= MAX_DIGESTS_PER_VIEW) {
      return still(state)
    }
    const byMember = withEntry(state.attestations.get(key) ?? new Map<number, Uint8Array>(), member, attest.signature)
    return still({ ...state, attestations: withEntry(state.attestations, key, byMember) })
  }
}

function holdCheck(digest: Hex32, report: CheckedReport | null) {
  return (state: AgreementState): AgreementStep =>
    still({ ...state, checks: withEntry(state.checks, digest, report ?? 'failed') })
}

function viewOf(event: AgreementEvent): number {
  switch (event.type) {
    case 'propose':
      return event.propose.view
    case 'attest':
      return event.attest.view
    case 'timeout':
      return event.timeout.view
    default:
      return 0
  }
}

/**
 * One step of the agreement on one epoch. Pure: the same state and event give the same step. Messages must have been opened, and
 * belong to this instance.
 */
export function reduceAgreement(state: AgreementState, event: AgreementEvent, timing: AgreementTiming): AgreementStep {
  const { nowMs } = event
  if (viewOf(event) > state.view + MAX_VIEWS_AHEAD) {
    return still(state)
  }
  const settle = [maybePropose(nowMs, timing), maybeAttest, maybeDecide]
  switch (event.type) {
    case 'tick':
      return join(maybeBegin(nowMs, timing, event.hasItems), maybeTimeOut(nowMs, timing), ...settle)(state)
    case 'observe':
      return join(
        holdObservation(event.sender, event.bytes, event.observe, nowMs),
        maybeBegin(nowMs, timing, false),
        ...settle
      )(state)
    case 'propose':
      return join(
        holdProposal(event),
        ...event.timeouts.map((entry) => holdTimeout(entry.sender, entry.bytes, entry.timeout)),
        maybeFollowProposal(event.propose, nowMs, timing),
        ...settle
      )(state)
    case 'attest':
      return join(holdAttestation(event.member, event.attest), ...settle)(state)
    case 'timeout':
      return join(
        holdTimeout(event.sender, event.bytes, event.timeout),
        maybeJoinTimeout(nowMs),
        maybeEnterNext(nowMs, timing),
        ...settle
      )(state)
    case 'checked':
      return join(holdCheck(event.digest, event.report), ...settle)(state)
  }
}
