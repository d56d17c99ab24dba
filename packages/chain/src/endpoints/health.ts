/** The newest block that an RPC has told of. */
export interface ObservedHead {
  number: number
  timestampMs: number
  observedAtMs: number
}

/**
 * What is known of one RPC URL. `unchecked`: not asked yet. `up`: its chain was checked and its last request answered. `down`: its last
 * request failed; it is asked again from `retryAtMs` on. `wrong-chain`: never asked again.
 */
export interface Health {
  state: 'unchecked' | 'up' | 'down' | 'wrong-chain'
  /** Failures since its last check. */
  failures: number
  retryAtMs: number
  /** Moving average of its answers, in ms; null before the first. */
  latencyMs: number | null
  head: ObservedHead | null
}

export type HealthEvent =
  | { type: 'checked'; isRight: boolean }
  | { type: 'answered'; latencyMs: number }
  /** `chance` is uniform in [0, 1): it keeps many nodes from coming back at the same moment. */
  | { type: 'failed'; atMs: number; chance: number }
  | { type: 'head'; head: ObservedHead }

export interface HealthLimits {
  /** A URL whose head is this many blocks behind the best one is not read from. */
  maxLagBlocks: number
  /** A URL whose head is older is not read from while another has a younger one, in ms. */
  maxHeadAgeMs: number
}

/** First wait after a failure: a process that restarts is back after it more often than not. */
const FIRST_RETRY_MS = 250
/** Longest wait: a node should not need longer to notice that its only RPC is back. */
const LAST_RETRY_MS = 5_000
/** Weight of the newest answer in the average. */
const LATENCY_WEIGHT = 0.2
/** A URL comes last when it takes this many times as long as the fastest one, and ... */
const SLOW_FACTOR = 5
/** ... longer than this, in ms: below it nobody notices. */
const SLOW_MS = 500

export const UNCHECKED: Health = { state: 'unchecked', failures: 0, retryAtMs: 0, latencyMs: null, head: null }

export function reduceHealth(health: Health, event: HealthEvent): Health {
  if (health.state === 'wrong-chain') {
    return health
  }
  switch (event.type) {
    case 'checked':
      return { ...health, state: event.isRight ? 'up' : 'wrong-chain', failures: 0 }
    case 'answered': {
      const { latencyMs: before } = health
      const latencyMs = before === null ? event.latencyMs : before + (event.latencyMs - before) * LATENCY_WEIGHT
      // Only a check of its chain brings a URL back: without one an answer proves nothing.
      return { ...health, latencyMs }
    }
    case 'failed': {
      const longest = Math.min(FIRST_RETRY_MS * 2 ** Math.min(health.failures, 16), LAST_RETRY_MS)
      const retryAtMs = event.atMs + longest * (0.5 + event.chance / 2)
      return { ...health, state: 'down', failures: health.failures + 1, retryAtMs }
    }
    case 'head':
      return { ...health, head: event.head }
  }
}

/** What counts in a comparison of heads: a URL that is gone says nothing for ever. */
function headsThatCount(all: readonly Health[], limits: HealthLimits, nowMs: number): ObservedHead[] {
  return all.flatMap(({ head, state }) =>
    head === null || state === 'wrong-chain' || (state === 'down' && nowMs - head.observedAtMs > limits.maxHeadAgeMs)
      ? []
      : [head]
  )
}

/** Blocks between its head and the best one. */
export function lagOf(all: readonly Health[], index: number, limits: HealthLimits, nowMs: number): number {
  const own = all[index]?.head ?? null
  const best = Math.max(...headsThatCount(all, limits, nowMs).map((head) => head.number))
  return own === null || best === -Infinity ? 0 : Math.max(0, best - own.number)
}

/** True when a URL must not be read from: its head lags, or is too old while another has a younger one. */
export function isBehind(all: readonly Health[], index: number, limits: HealthLimits, nowMs: number): boolean {
  const own = all[index]?.head ?? null
  if (own === null) {
    return false
  }
  const isOld = (head: ObservedHead): boolean => nowMs - head.timestampMs > limits.maxHeadAgeMs
  const isOldAlone = isOld(own) && headsThatCount(all, limits, nowMs).some((head) => !isOld(head))
  return isOldAlone || lagOf(all, index, limits, nowMs) > limits.maxLagBlocks
}

/** Places of the URLs that may be asked now, the best first; `isRead` leaves out those that are behind. */
export function rank(all: readonly Health[], limits: HealthLimits, nowMs: number, isRead: boolean): number[] {
  const fastest = Math.min(...all.flatMap(({ latencyMs, state }) => (latencyMs === null || state !== 'up' ? [] : [latencyMs])))
  const gradeOf = ({ latencyMs, state }: Health): number => {
    if (state === 'up') {
      return latencyMs !== null && latencyMs > SLOW_MS && latencyMs > fastest * SLOW_FACTOR ? 1 : 0
    }
    return state === 'unchecked' ? 2 : 3
  }
  return all
    .map((health, index) => ({ health, index, grade: gradeOf(health) }))
    .filter(({ health, index }) => {
      const isDue = health.state !== 'wrong-chain' && (health.state !== 'down' || health.retryAtMs <= nowMs)
      return isDue && !(isRead && isBehind(all, index, limits, nowMs))
    })
    .sort((a, b) => a.grade - b.grade || a.index - b.index)
    .map(({ index }) => index)
}
