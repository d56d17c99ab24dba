import {
  type Chain,
  type Clock,
  errorMessage,
  type GatewaySession,
  type KeyValue,
  type Logger,
  type ModelId,
  type NodeId,
  type Session,
  type SessionId,
  type TaskId,
  type TokenAmount,
  type UnixMs
} from '@cortensor/interface'
import { maxHeaderPrice } from '@cortensor/protocols'
import { type MatchPolicy, policyOf, preferencesOf } from '@cortensor/scheduler'
import { createRememberedReads } from '@cortensor/utils'
import { createExecutions } from './executions.js'
import { createHolds, type Reservation } from './holds.js'

export type { Reservation } from './holds.js'

export interface SessionBookInit {
  chain: Chain
  keyValue: KeyValue
  clock: Clock
  logger: Logger
  /** This router. */
  self: NodeId
  /** Those that this router is configured with. */
  served: readonly SessionId[]
}

/** What a session lets this router do right now. */
export type SessionCover =
  | { isCovered: true; left: TokenAmount; maxPriceMicroPerKilotoken: number; policy: MatchPolicy; model: ModelId | null }
  | { isCovered: false; reason: string }

/** What a report says of money that was spent. */
export interface ChargedReport {
  cutoffMs: UnixMs
  /** Those that it holds results of. */
  tasks: ReadonlySet<TaskId>
  /** By session, in all epochs. */
  spent: ReadonlyMap<SessionId, TokenAmount>
}

/**
 * What this router may spend: the escrow that the chain shows, less what reports say was spent, less what this router has promised and no
 * report holds yet. Other routers' promises are not in it; the report charges nobody more than the escrow all the same.
 */
export interface SessionBook {
  load(): Promise<void>
  /** Reads the chain when what is known is old, or does not cover. `model` is null while it is not chosen yet. */
  cover(session: SessionId, model: ModelId | null): Promise<SessionCover>
  /** Takes one task, and an amount, out of what is left; or says why there is not so much. */
  reserve(session: SessionId, amount: TokenAmount): Reservation | string
  /** Learns what was charged. */
  onReport(report: ChargedReport): Promise<void>
  /** True when the escrow has paid at least this much of the session's spending. */
  hasPaid(session: SessionId, spent: TokenAmount): Promise<boolean>
  /** What is known of the configured ones. */
  status(): Promise<GatewaySession[]>
}

/** How long what was read stands without another look, in ms: a block or two. */
const FRESH_MS = 2_000
/** One that does not cover is read again after this, in ms. */
const REFUSED_FRESH_MS = 500
/** Sessions that are remembered: whoever asks may name any. */
const REMEMBERED_SESSIONS = 10_000

interface Known {
  session: Session | null
}

const USED_UP = 'The session of this request has had as many tasks as it may have; its owner can allow more'

const tooDear = (most: TokenAmount): string =>
  `This request may cost ${most} micro-COR, more than the session has left; ask for fewer tokens, or add to its deposit`

const isGreater = (a: bigint, b: bigint): boolean => a > b

export function createSessionBook({ chain, clock, keyValue, logger, self, served }: SessionBookInit): SessionBook {
  const reads = createRememberedReads<SessionId, Known>({
    ...{ clock, limit: REMEMBERED_SESSIONS, freshMs: FRESH_MS, refusedFreshMs: REFUSED_FRESH_MS },
    async read(id) {
      const [session] = await chain.sessions({ ids: [id] })
      return { session: session ?? null }
    },
    onError: (id, error) => logger.warn('A session could not be read', { session: id, error: errorMessage(error) })
  })
  const reported = new Map<SessionId, TokenAmount>()
  const holds = createHolds({ keyValue, logger })
  const executions = createExecutions({ keyValue, logger })

  const spentOf = (session: Session): TokenAmount => {
    const inReports = reported.get(session.id) ?? 0n
    return isGreater(session.settled, inReports) ? session.settled : inReports
  }
  const leftOf = (session: Session): TokenAmount => {
    const left = session.balance + session.paid - spentOf(session) - holds.of(session.id)
    return left > 0n ? left : 0n
  }
  const isUsedUp = ({ id, terms }: Session): boolean => terms.maxExecutions > 0 && executions.of(id) >= terms.maxExecutions
  const coverOf = ({ session }: Known, model: ModelId | null): SessionCover => {
    const refuse = (reason: string): SessionCover => ({ isCovered: false, reason })
    if (session === null) {
      return refuse('The session of this request is not on the chain')
    }
    if (session.closed !== null) {
      return refuse('The session of this request is closed')
    }
    if (!session.routers.includes(self)) {
      return refuse('The session of this request does not list this router; its owner can add it')
    }
    if (session.model !== null && model !== null && session.model !== model) {
      return refuse('The session of this request is for another model')
    }
    if (isUsedUp(session)) {
      return refuse(USED_UP)
    }
    const left = leftOf(session)
    return left === 0n
      ? refuse('The deposit of the session is spent; its owner can add to it')
      : {
          isCovered: true,
          left,
          maxPriceMicroPerKilotoken: Number(maxHeaderPrice(session.terms.maxPrice)),
          policy: policyOf(session.terms, preferencesOf(session.metadata)),
          model: session.model
        }
  }

  return {
    async load() {
      await Promise.all([holds.load(), executions.load()])
      await Promise.all(served.map(reads.refresh))
    },
    async cover(id, model) {
      const found = await reads.find(id, (known) => coverOf(known, model).isCovered)
      return found === null
        ? { isCovered: false, reason: 'The session of this request cannot be read from the chain right now' }
        : coverOf(found, model)
    },
    reserve(id, amount) {
      const session = reads.known(id)?.value.session ?? null
      if (session === null || isGreater(amount, leftOf(session))) {
        return tooDear(amount)
      }
      if (isUsedUp(session)) {
        return USED_UP
      }
      const hold = holds.take(id, amount)
      const execution = executions.begin(id)
      return {
        release() {
          hold.release()
          execution.release()
        },
        keep(...kept) {
          hold.keep(...kept)
          execution.keep()
        }
      }
    },
    async onReport({ cutoffMs, spent, tasks }) {
      for (const [id, amount] of spent) {
        reported.set(id, amount)
      }
      await holds.forget(tasks, cutoffMs)
    },
    async hasPaid(id, spent) {
      const isPaid = (found: Known | null | undefined): boolean =>
        found?.session != null && !isGreater(spent, found.session.settled)
      const before = reads.known(id)
      const isFresh = before !== undefined && clock.now() - before.readMs < FRESH_MS
      return isPaid(before?.value) || (!isFresh && isPaid(await reads.refresh(id)))
    },
    async status() {
      const found = await Promise.all(served.map(async (id) => (await reads.refresh(id)) ?? reads.known(id)?.value))
      return found.flatMap((each) => {
        const session = each?.session ?? null
        if (session === null) {
          return []
        }
        const { balance, closed, id, owner, paid } = session
        const spent = spentOf(session)
        const held = holds.of(id)
        return [{ session: id, owner, isOpen: closed === null, escrow: balance, paid, spent, held, left: leftOf(session) }]
      })
    }
  }
}
