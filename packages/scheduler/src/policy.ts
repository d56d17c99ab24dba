import type { NodeId, Privacy, SessionTerms, TokenAmount } from '@cortensor/interface'
import { QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import { utf8Length } from '@cortensor/utils'

/** What the owner of a session wants of matching. */
export interface MatchPolicy {
  sla: SessionTerms['sla']
  mode: SessionTerms['mode']
  /** Miners that answer the same task, each of another operator. */
  redundancy: number
  /** How many ephemeral miners are kept for the session, how long, and for how many tasks each. 0 reserves nobody. */
  reservedNodes: number
  reserveMs: number
  reservedExecutions: number
  /** Miners of a dedicated session, or those that a hybrid one prefers. */
  dedicated: ReadonlySet<NodeId>
  /** In levels from 0 to 10: the lower tenth of what is known must reach it. */
  minLevel: Readonly<Partial<Record<QuizCategory, number>>>
  /** In micro-COR for 1,000 tokens. */
  maxPriceMicroPerKilotoken: number
  /** Least stake of a miner, beside what its role needs, for tasks that may cost more than `stakeAbove`. */
  minStake: TokenAmount
  stakeAbove: TokenAmount
  /** Who may read transcripts. */
  privacy: Privacy
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

/** Of a session that does not say. */
export const DEFAULT_PRIVACY: Privacy = 'private'

/** Who pays nothing has no claims. */
export const OPEN_POLICY: MatchPolicy = {
  sla: 'medium',
  mode: 'ephemeral',
  redundancy: 1,
  reservedNodes: 0,
  reserveMs: 0,
  reservedExecutions: 0,
  dedicated: new Set(),
  minLevel: {},
  maxPriceMicroPerKilotoken: Number.POSITIVE_INFINITY,
  minStake: 0n,
  stakeAbove: 0n,
  privacy: DEFAULT_PRIVACY
}

/** Tokens in the unit of a session's price, over those in the unit of an offer's. */
const KILOTOKENS_PER_MEGATOKEN = 1_000

/** What the terms of a session have no field for. */
export type Preferences = Pick<MatchPolicy, 'dedicated' | 'minLevel' | 'minStake' | 'privacy' | 'stakeAbove'>

/** Room for a hundred node ids. */
const MAX_METADATA_BYTES = 8_192
const MAX_DEDICATED = 100
const MAX_LEVEL = 10

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The levels that a text or a request asks for; a category that nobody knows, or a level that none can have, makes it null. */
export function readMinLevel(value: unknown): MatchPolicy['minLevel'] | null {
  const entries = isRecord(value) ? Object.entries(value) : []
  const isLevel = ([category, level]: [string, unknown]): boolean =>
    QUIZ_CATEGORIES.some((known) => known === category) && typeof level === 'number' && level >= 0 && level <= MAX_LEVEL
  return entries.every(isLevel) ? (Object.fromEntries(entries) as MatchPolicy['minLevel']) : null
}

/** More digits than the supply of any token needs. */
const AMOUNT = /^[0-9]{1,30}$/

/** An amount in micro-COR as a text of digits, since JSON keeps no large integers; `missing` when there is none, else `malformed`. */
const readAmount = (value: unknown, missing: TokenAmount, malformed: TokenAmount): TokenAmount =>
  value === undefined ? missing : typeof value === 'string' && AMOUNT.test(value) ? BigInt(value) : malformed

/** Above what any node can have staked. */
const UNREACHABLE_STAKE = 10n ** 30n

/**
 * Preferences in a session's metadata, which is JSON with `dedicated` (node ids), `minLevel` (levels by category), `minStake` and
 * `stakeAbove` (texts of micro-COR) and `privacy` (`public` or `private`). Metadata may be anything else: then there are none. What is
 * malformed in it is left out, but a level or a stake that cannot be read asks for the impossible, and a privacy that is not `public` is
 * private: who wanted to be safe is not served by everybody, nor read.
 */
export function preferencesOf(metadata: string): Preferences {
  const none: Preferences = { dedicated: new Set(), minLevel: {}, minStake: 0n, stakeAbove: 0n, privacy: DEFAULT_PRIVACY }
  if (!metadata.startsWith('{') || utf8Length(metadata) > MAX_METADATA_BYTES) {
    return none
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(metadata)
  } catch {
    return none
  }
  const { dedicated, minLevel, minStake, privacy = DEFAULT_PRIVACY, stakeAbove } = isRecord(parsed) ? parsed : {}
  const nodes = Array.isArray(dedicated) ? dedicated.filter((node) => typeof node === 'string').slice(0, MAX_DEDICATED) : []
  return {
    dedicated: new Set(nodes as NodeId[]),
    minLevel: readMinLevel(minLevel) ?? IMPOSSIBLE,
    minStake: readAmount(minStake, 0n, UNREACHABLE_STAKE),
    stakeAbove: readAmount(stakeAbove, 0n, 0n),
    privacy: privacy === 'public' ? 'public' : 'private'
  }
}

/** Nobody's lower tenth is above the scale. */
const IMPOSSIBLE: MatchPolicy['minLevel'] = { [QUIZ_CATEGORIES[0] as QuizCategory]: MAX_LEVEL + 1 }

/** The policy of a session's terms. */
export function policyOf(terms: SessionTerms, preferences: Partial<Preferences> = {}): MatchPolicy {
  const reserveMs = terms.reservedNodes === 0 ? 0 : Math.min(MAX_RESERVE_MS, terms.reserveSeconds * 1_000)
  return {
    sla: terms.sla,
    mode: terms.mode,
    redundancy: terms.redundant ? Math.max(2, Math.min(terms.minNodes, terms.maxNodes)) : 1,
    reservedNodes: reserveMs === 0 ? 0 : terms.reservedNodes,
    reserveMs,
    reservedExecutions: reserveMs === 0 ? 0 : MAX_RESERVED_EXECUTIONS,
    dedicated: preferences.dedicated ?? new Set(),
    minLevel: preferences.minLevel ?? {},
    maxPriceMicroPerKilotoken: Number(terms.maxPrice) / KILOTOKENS_PER_MEGATOKEN,
    minStake: preferences.minStake ?? 0n,
    stakeAbove: preferences.stakeAbove ?? 0n,
    privacy: preferences.privacy ?? DEFAULT_PRIVACY
  }
}

/** The higher of two demands in every category. */
export function stricterLevels(a: MatchPolicy['minLevel'], b: MatchPolicy['minLevel']): MatchPolicy['minLevel'] {
  const both = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<QuizCategory>
  return Object.fromEntries([...both].map((category) => [category, Math.max(a[category] ?? 0, b[category] ?? 0)]))
}

/** What a miner must have staked for a task that costs so much at most. */
export const neededStake = (
  { minStake, stakeAbove }: Pick<MatchPolicy, 'minStake' | 'stakeAbove'>,
  cost: TokenAmount
): TokenAmount => (cost > stakeAbove ? minStake : 0n)
