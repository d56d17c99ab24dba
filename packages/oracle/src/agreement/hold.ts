import type { NodeId, UnixMs } from '@cortensor/interface'
import type { Attest, Observe, OpenedTimeout, Timeout } from '@cortensor/protocols'
import { certificateOf, leaderAmong, memberIndex, quorumOf } from '@cortensor/protocols'
import { dutyOf } from './duty.js'
import type { AgreementEvent, AgreementState, CheckedReport, ProposedReport } from './state.js'
import { checkKey } from './state.js'
import { type Rule, still } from './step.js'

/**
 * Views of one member of which its timeouts and attestations are held, the highest ones. An honest member is in one view at a time, so
 * that the last few are more than anyone asks for; a faulty one only forgets its own words.
 */
const MAX_HELD_VIEWS = 16

export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> => new Map(map).set(key, value)

/** Of what {@link withWord} has held, which has the highest one first. */
export const highestView = (byView: ReadonlyMap<number, unknown>): number => byView.keys().next().value ?? -1

/** Takes a member's first word in a view; a second one in the same view changes nothing. */
function withWord<M, V>(
  words: ReadonlyMap<M, ReadonlyMap<number, V>>,
  member: M,
  view: number,
  value: V
): ReadonlyMap<M, ReadonlyMap<number, V>> {
  const byView = words.get(member) ?? new Map<number, V>()
  if (byView.has(view)) {
    return words
  }
  const kept = [...byView, [view, value] as const].sort(([a], [b]) => b - a).slice(0, MAX_HELD_VIEWS)
  return withEntry(words, member, new Map(kept))
}

export function holdObservation(sender: NodeId, bytes: Uint8Array, observe: Observe, nowMs: UnixMs): Rule {
  return (state) => {
    if (memberIndex(state.committee, sender) < 0 || state.observations.has(sender)) {
      return still(state)
    }
    const observations = withEntry(state.observations, sender, { sender, bytes, observe })
    const reached = observations.size >= quorumOf(state.committee)
    return still({ ...state, observations, quorumHeldMs: state.quorumHeldMs ?? (reached ? nowMs : null) })
  }
}

export function holdTimeout(sender: NodeId, bytes: Uint8Array, timeout: Timeout): Rule {
  return (state) =>
    memberIndex(state.committee, sender) < 0
      ? still(state)
      : still({ ...state, timeouts: withWord(state.timeouts, sender, timeout.view, { bytes, timeout }) })
}

/** Only the leader of its view, with a certificate when the view is not the first; a leader's second word in a view is not heard. */
export function holdProposal(event: Extract<AgreementEvent, { type: 'propose' }>): Rule {
  return (state) => {
    const { propose, sender } = event
    const isLeader = sender === leaderAmong(state.order, propose.view)
    const certificate = certificateOf(state.committee, propose.view, event.timeouts)
    const isCertified = propose.view === 0 || certificate.length >= quorumOf(state.committee)
    if (!isLeader || state.proposals.has(propose.view) || !isCertified) {
      return still(state)
    }
    // The certificate is held with the timeouts.
    const duty = propose.view === 0 ? null : dutyOf(certificate.map(({ timeout }) => timeout))
    return still({ ...state, proposals: withEntry(state.proposals, propose.view, { ...propose, timeouts: [], duty }) })
  }
}

/** What is held here of the certificate that lets a view begin. */
export function heldCertificate(state: AgreementState, view: number): OpenedTimeout[] {
  const given = [...state.timeouts].flatMap(([sender, byView]) => [...byView.values()].map((held) => ({ sender, ...held })))
  return certificateOf(state.committee, view, given)
}

/** The first one counts; a second one of another digest is evidence, and one proof a member and instance is enough. */
export function holdAttestation(member: number, { digest, signature, view }: Attest): Rule {
  return (state) => {
    const first = state.attestations.get(member)?.get(view)
    if (first !== undefined && first.digest !== digest && !state.accused.has(member)) {
      const attestations = [first, { digest, signature }] as const
      const effects = [{ type: 'accuse' as const, evidence: { index: member, view, attestations } }]
      return { state: { ...state, accused: new Set(state.accused).add(member) }, effects }
    }
    return still({ ...state, attestations: withWord(state.attestations, member, view, { digest, signature }) })
  }
}

export function holdCheck(of: ProposedReport, report: CheckedReport | null): Rule {
  return (state) => still({ ...state, checks: withEntry(state.checks, checkKey(of), report ?? 'failed') })
}
