import type { Timeout } from '@cortensor/protocols'
import type { AgreementState, AttestedProposal, HeldProposal } from './state.js'
import { checkKey } from './state.js'

/** Rule 4: the proposal that the timeouts of a certificate oblige a leader to repeat: of the highest view, then the lowest digest. */
export function dutyOf(timeouts: readonly Timeout[]): AttestedProposal | null {
  const candidates = timeouts.flatMap((timeout) => (timeout.last === null ? [] : [timeout.last]))
  candidates.sort((a, b) => b.view - a.view || (a.digest < b.digest ? -1 : 1))
  return candidates[0] ?? null
}

/**
 * Whether a leader proposes something else than it has to, though it could have had that: from here. A report that this oracle has
 * neither checked nor attested may be one that nobody can have.
 */
export function breaksDuty(state: AgreementState, { digest, duty }: HeldProposal): boolean {
  if (duty === null || duty.digest === digest) {
    return false
  }
  return typeof state.checks.get(checkKey(duty)) === 'object' || [...state.attested.values()].includes(duty.digest)
}
