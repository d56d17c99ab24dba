import type { NodeId, SessionTerms } from '@cortensor/interface'
import type { QuizCategory } from '@cortensor/protocols'

/** What the owner of a session wants of matching. */
export interface MatchPolicy {
  sla: SessionTerms['sla']
  mode: SessionTerms['mode']
  /** Miners that answer the same task, each of another operator. */
  redundancy: number
  /** How long, and for how many tasks, an ephemeral miner is kept for the session. 0 reserves nobody. */
  reserveMs: number
  maxExecutions: number
  /** Miners of a dedicated session, or those that a hybrid one prefers. */
  dedicated: ReadonlySet<NodeId>
  /** In levels from 0 to 10: the lower tenth of what is known must reach it. */
  minLevel: Readonly<Partial<Record<QuizCategory, number>>>
  /** In micro-COR for 1,000 tokens. */
  maxPriceMicroPerKilotoken: number
}

/** How much a second of waiting and the whole of the highest price take away from an answer that is certainly right. */
export interface Weights {
  perSecond: number
  price: number
  /** A second miner is asked when the first one has not begun by the time that 95 of 100 would have. */
  hedges: boolean
}

/** Choices of this project: at a low level price decides, at a high one time; quality counts most everywhere. */
export const SLA_WEIGHTS: Readonly<Record<MatchPolicy['sla'], Weights>> = {
  low: { perSecond: 0.005, price: 0.2, hedges: false },
  medium: { perSecond: 0.02, price: 0.05, hedges: false },
  high: { perSecond: 0.1, price: 0.01, hedges: true }
}

/** At most so long, and for so many tasks, is a miner kept from others. */
export const MAX_RESERVE_MS = 300_000
export const MAX_RESERVED_EXECUTIONS = 5

/** Who pays nothing has no claims. */
export const OPEN_POLICY: MatchPolicy = {
  sla: 'medium',
  mode: 'ephemeral',
  redundancy: 1,
  reserveMs: 0,
  maxExecutions: 0,
  dedicated: new Set(),
  minLevel: {},
  maxPriceMicroPerKilotoken: Number.POSITIVE_INFINITY
}

/** Tokens in the unit of a session's price, over those in the unit of an offer's. */
const KILOTOKENS_PER_MEGATOKEN = 1_000

/** The policy of a session's terms. */
export function policyOf(terms: SessionTerms, more: Partial<Pick<MatchPolicy, 'dedicated' | 'minLevel'>> = {}): MatchPolicy {
  const reserveMs = terms.reservedNodes === 0 ? 0 : Math.min(MAX_RESERVE_MS, terms.reserveSeconds * 1_000)
  return {
    sla: terms.sla,
    mode: terms.mode,
    redundancy: terms.redundant ? Math.max(2, Math.min(terms.minNodes, terms.maxNodes)) : 1,
    reserveMs,
    maxExecutions: reserveMs === 0 ? 0 : MAX_RESERVED_EXECUTIONS,
    dedicated: more.dedicated ?? new Set(),
    minLevel: more.minLevel ?? {},
    maxPriceMicroPerKilotoken: Number(terms.maxPrice) / KILOTOKENS_PER_MEGATOKEN
  }
}
