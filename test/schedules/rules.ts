import type { Committee } from '@cortensor/interface'
import type { AgreementEvent, AgreementState } from '../../packages/oracle/src/agreement/state.js'

/** The rules that a mutation can switch off, one at a time. */
export interface Rules {
  /** Rule 5: attest only what the own recomputation gives. */
  recompute: boolean
  /** Rules 5 and 6: one digest a view, none in a view that was given up, the leader's first proposal counts. */
  oneDigestAView: boolean
  /** Q = n - f observations and timeouts. */
  quorum: boolean
  /** A = f + 1 attestations. */
  attestations: boolean
  /** Rule 11: what is signed is on disk before it leaves. */
  fsync: boolean
  /** Rule 11: whoever lost its record waits for the second epoch after. */
  recovery: boolean
  /** Rule 5: the report and its evidence are stored here before it is attested. */
  storage: boolean
  /** Rules 5 and 8: only the instance that the head shows is worked on. */
  chainHead: boolean
}

export const ALL_RULES: Rules = {
  recompute: true,
  oneDigestAView: true,
  quorum: true,
  attestations: true,
  fsync: true,
  recovery: true,
  storage: true,
  chainHead: true
}

/** The committee as oracles and contract with these rules take it to be. */
export function committeeUnder(committee: Committee, rules: Rules): Committee {
  const { faults } = committee
  return {
    ...committee,
    faults: rules.quorum ? faults : Math.min(2 * faults, committee.members.length - 1),
    attestations: rules.attestations ? committee.attestations : faults
  }
}

/** What the reducer would remember if it did not know that a view has one digest, and none once it was given up. */
export function forgetful(state: AgreementState, event: AgreementEvent): AgreementState {
  if (event.type !== 'propose') {
    return state
  }
  const { view } = event.propose
  const proposals = new Map([...state.proposals].filter(([other]) => other !== view))
  return { ...state, proposals, attested: new Map(), timedOut: new Set() }
}
