import type { SessionId, UnixMs } from '@cortensor/interface'

/**
 * Where a miner stands for one observer. `registered`: known to the chain alone. `active`: heard of. `in-test`: plays rounds. `qualified`:
 * has shown enough, and is looked at once more before it enters the pool. `ephemeral`: in the pool. `reserved`: kept for a session for a
 * while. `released`: was reserved, and is looked at again. `dedicated`: pinned by the owner of a session.
 */
export type NodeLife =
  | { state: 'registered' | 'active' | 'in-test' | 'qualified' | 'ephemeral' | 'released' }
  | { state: 'reserved'; session: SessionId; untilMs: UnixMs; executionsLeft: number }
  | { state: 'dedicated'; session: SessionId }

export type LifeEvent =
  /** A live presence, or none any more. */
  | { type: 'seen' }
  | { type: 'lapsed' }
  /** It has answered a round. */
  | { type: 'played' }
  /** A report says whether it meets the thresholds of the pool. */
  | { type: 'assessed'; isQualified: boolean }
  | { type: 'reserve'; session: SessionId; untilMs: UnixMs; executions: number }
  /** A task of its session has ended there. */
  | { type: 'executed' }
  | { type: 'release' }
  | { type: 'pin'; session: SessionId }
  | { type: 'unpin' }
  /** Time has passed: reservations that nobody ended end by themselves. */
  | { type: 'sweep'; nowMs: UnixMs }

export const REGISTERED: NodeLife = { state: 'registered' }

const RELEASED: NodeLife = { state: 'released' }

/** What becomes of a node. An event that does not fit its state changes nothing. */
export function nextLife(life: NodeLife, event: LifeEvent): NodeLife {
  switch (event.type) {
    case 'seen':
      return life.state === 'registered' ? { state: 'active' } : life
    case 'lapsed':
      return life.state === 'dedicated' ? life : REGISTERED
    case 'played':
      return life.state === 'active' ? { state: 'in-test' } : life
    case 'assessed':
      return assessed(life, event.isQualified)
    case 'reserve':
      return life.state === 'ephemeral' && event.executions > 0
        ? { state: 'reserved', session: event.session, untilMs: event.untilMs, executionsLeft: event.executions }
        : life
    case 'executed':
      if (life.state !== 'reserved') {
        return life
      }
      return life.executionsLeft > 1 ? { ...life, executionsLeft: life.executionsLeft - 1 } : RELEASED
    case 'release':
      return life.state === 'reserved' ? RELEASED : life
    case 'pin':
      return life.state === 'ephemeral' || life.state === 'qualified' ? { state: 'dedicated', session: event.session } : life
    case 'unpin':
      return life.state === 'dedicated' ? RELEASED : life
    case 'sweep':
      return life.state === 'reserved' && event.nowMs >= life.untilMs ? RELEASED : life
  }
}

/** Who meets the thresholds moves one step towards the pool; who does not goes back to the tests, even from a reservation. */
function assessed(life: NodeLife, isQualified: boolean): NodeLife {
  switch (life.state) {
    case 'registered':
    case 'active':
      return life
    case 'in-test':
      return isQualified ? { state: 'qualified' } : life
    case 'qualified':
    case 'released':
      return { state: isQualified ? 'ephemeral' : 'in-test' }
    default:
      return isQualified ? life : { state: 'in-test' }
  }
}

/** True for a node that may take a task of this session: the pool is everybody's, the rest is its own. */
export const isAvailable = (life: NodeLife, session: SessionId): boolean =>
  life.state === 'ephemeral' || ((life.state === 'reserved' || life.state === 'dedicated') && life.session === session)
