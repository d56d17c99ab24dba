import type { NodeId, RoundId } from '@cortensor/interface'
import type { OpenedEnvelope, Report } from '@cortensor/protocols'

/** What judges have said of rounds whose panels are not over. */
export interface Ballots {
  /** False for a second one of a node. */
  add(roundId: RoundId, envelope: OpenedEnvelope): boolean
  items(): OpenedEnvelope[]
  /** Lets go of what is about no panel that this report leaves open; returns it. */
  settle(report: Pick<Report, 'state'>): OpenedEnvelope[]
}

export function createBallots(): Ballots {
  const rounds = new Map<RoundId, Map<NodeId, OpenedEnvelope>>()
  return {
    add(roundId, envelope) {
      const ballots = rounds.get(roundId) ?? new Map<NodeId, OpenedEnvelope>()
      if (ballots.has(envelope.sender)) {
        return false
      }
      ballots.set(envelope.sender, envelope)
      rounds.set(roundId, ballots)
      return true
    },
    items: () => [...rounds.values()].flatMap((ballots) => [...ballots.values()]),
    settle({ state }) {
      const open = new Set(state.panels.map(({ roundId }) => roundId))
      const over = [...rounds].filter(([roundId]) => !open.has(roundId))
      for (const [roundId] of over) {
        rounds.delete(roundId)
      }
      return over.flatMap(([, ballots]) => [...ballots.values()])
    }
  }
}
