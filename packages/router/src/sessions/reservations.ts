import type { Clock, NodeId, SessionId } from '@cortensor/interface'
import { isAvailable, type MatchPolicy, type NodeLife, nextLife } from '@cortensor/scheduler'

/** Which miners this router keeps for which session. Another router knows nothing of it. */
export interface Reservations {
  /** False for a miner that is kept for another session. */
  isAvailable(node: NodeId, session: SessionId): boolean
  isReserved(node: NodeId, session: SessionId): boolean
  /** A task of the session went there: the miner is kept from now on, if the session keeps any and has not enough yet. */
  begin(node: NodeId, session: SessionId, policy: MatchPolicy): void
  /** A task of the session has ended there. */
  end(node: NodeId, session: SessionId): void
}

const IN_POOL: NodeLife = { state: 'ephemeral' }

export function createReservations(clock: Clock): Reservations {
  const lives = new Map<NodeId, NodeLife>()
  const put = (node: NodeId, life: NodeLife): void => {
    // Whoever is released is back in the pool: it has just shown that it works.
    if (life.state === 'reserved') {
      lives.set(node, life)
    } else {
      lives.delete(node)
    }
  }
  const lifeOf = (node: NodeId): NodeLife => {
    const known = lives.get(node)
    if (known === undefined) {
      return IN_POOL
    }
    const life = nextLife(known, { type: 'sweep', nowMs: clock.now() })
    put(node, life)
    return lives.get(node) ?? IN_POOL
  }
  const isReserved = (node: NodeId, session: SessionId): boolean => {
    const life = lifeOf(node)
    return life.state === 'reserved' && life.session === session
  }
  return {
    isAvailable: (node, session) => isAvailable(lifeOf(node), session),
    isReserved,
    begin(node, session, { reservedExecutions, reservedNodes, reserveMs }) {
      if (reservedNodes === 0) {
        return
      }
      const held = [...lives.keys()].filter((other) => isReserved(other, session)).length
      if (held < reservedNodes && !isReserved(node, session)) {
        const untilMs = clock.now() + reserveMs
        put(node, nextLife(lifeOf(node), { type: 'reserve', session, untilMs, executions: reservedExecutions }))
      }
    },
    end(node, session) {
      if (isReserved(node, session)) {
        put(node, nextLife(lifeOf(node), { type: 'executed' }))
      }
    }
  }
}
