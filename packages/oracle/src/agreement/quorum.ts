import type { NodeId, UnixMs } from '@cortensor/interface'
import { withEntry } from './hold.js'
import type { AgreementState, AgreementTiming, HeldQuorum } from './state.js'
import { checkedReport, checkKey } from './state.js'
import { type Rule, still } from './step.js'

/** One that the chain would take ends the search; until then one of a higher view replaces one that it did not take. */
const isWanted = ({ phase, quorum }: AgreementState, view: number): boolean =>
  phase !== 'decided' && (quorum === null || view > quorum.view)

/** Enough attestations of one digest in one view, of a report that was checked here. */
export function maybeFormQuorum(nowMs: UnixMs): Rule {
  return (state) => {
    if (state.phase === 'decided' || state.attestations.size < state.committee.attestations) {
      return still(state)
    }
    const given = [...state.attestations].flatMap(([index, byView]) =>
      [...byView].map(([view, { digest, signature }]) => ({ index, view, digest, signature }))
    )
    const wanted = given.filter(({ view }) => isWanted(state, view))
    for (const group of Map.groupBy(wanted, ({ digest, view }) => `${view}/${digest}`).values()) {
      const [{ digest, view }] = group as [(typeof group)[number]]
      if (group.length < state.committee.attestations) {
        continue
      }
      const checked = checkedReport(state, digest)
      if (checked !== null) {
        const inOrder = group.sort((a, b) => a.index - b.index).slice(0, state.committee.attestations)
        const signatures = inOrder.map(({ index, signature }) => ({ index, signature }))
        const quorum: HeldQuorum = { view, digest, commit: checked.commit, signatures }
        return {
          state: { ...state, quorum, quorumSentMs: nowMs },
          effects: [
            { type: 'quorum', quorum },
            { type: 'commit', quorum }
          ]
        }
      }
      const propose = state.proposals.get(view)
      if (propose?.digest === digest && !state.checks.has(checkKey(propose))) {
        return {
          state: { ...state, checks: withEntry(state.checks, checkKey(propose), 'running') },
          effects: [{ type: 'check', propose }]
        }
      }
    }
    return still(state)
  }
}

/** Somebody else's: who missed attestations goes by it. What f+1 members have attested, an honest one has derived. */
export function holdQuorum(quorum: HeldQuorum): Rule {
  return (state) =>
    isWanted(state, quorum.view) ? { state: { ...state, quorum }, effects: [{ type: 'commit', quorum }] } : still(state)
}

/** Rule 6: a quorum that the chain would take stops the timer. */
export function settle({ digest, view }: HeldQuorum): Rule {
  return (state) =>
    state.quorum?.view === view && state.quorum.digest === digest ? still({ ...state, phase: 'decided' }) : still(state)
}

/** A member that still gives up views has not heard of the quorum. */
export function maybeResend(sender: NodeId, nowMs: UnixMs, timing: AgreementTiming): Rule {
  return (state) => {
    const { quorum } = state
    const isDue = quorum !== null && sender !== state.self && nowMs - state.quorumSentMs >= timing.viewMs
    return isDue ? { state: { ...state, quorumSentMs: nowMs }, effects: [{ type: 'quorum', quorum }] } : still(state)
  }
}
