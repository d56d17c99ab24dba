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
  | { isCovered: true; left: TokenAmount; maxPriceMicroPerKilotoken: number }
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
  /** Reads the chain when what is known is old, or does not cover. */
  cover(session: SessionId, model: ModelId): Promise<SessionCover>
  /** Takes an amount out of what is left, or null when it is more than that. */
  reserve(session: SessionId, amount: TokenAmount): Reservation | null
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

interface Known {
  session: Session | null
  readMs: UnixMs
}

const isGreater = (a: bigint, b: bigint): boolean => a > b

export function createSessionBook({ chain, clock, keyValue, logger, self, served }: SessionBookInit): SessionBook {
  const known = new Map<SessionId, Known>()
  const reading = new Map<SessionId, Promise<Known | null>>()
  const reported = new Map<SessionId, TokenAmount>()
  const holds = createHolds({ keyValue, logger })

  const read = async (id: SessionId): Promise<Known | null> => {
    try {
      const [session] = await chain.sessions({ ids: [id] })
      const found = { session: session ?? null, readMs: clock.now() }
      known.set(id, found)
      return found
    } catch (error) {
      logger.warn('A session could not be read', { session: id, error: errorMessage(error) })
      return null
    } finally {
      reading.delete(id)
    }
  }
  const refresh = (id: SessionId): Promise<Known | null> => {
    const pending = reading.get(id) ?? read(id)
    reading.set(id, pending)
    return pending
  }
  const spentOf = (session: Session): TokenAmount => {
    const inReports = reported.get(session.id) ?? 0n
    return isGreater(session.settled, inReports) ? session.settled : inReports
  }
  const leftOf = (session: Session): TokenAmount => {
    const left = session.balance + session.paid - spentOf(session) - holds.of(session.id)
    return left > 0n ? left : 0n
  }
  const coverOf = ({ session }: Known, model: ModelId): SessionCover => {
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
    if (session.model !== null && session.model !== model) {
      return refuse('The session of this request is for another model')
    }
    const left = leftOf(session)
    return left === 0n
      ? refuse('The deposit of the session is spent; its owner can add to it')
      : { isCovered: true, left, maxPriceMicroPerKilotoken: Number(maxHeaderPrice(session.terms.maxPrice)) }
  }

  return {
    async load() {
      await holds.load()
      await Promise.all(served.map(refresh))
    },
    async cover(id, model) {
      const before = known.get(id)
      const cover = before === undefined ? null : coverOf(before, model)
      const ageMs = before === undefined ? Number.POSITIVE_INFINITY : clock.now() - before.readMs
      if (cover?.isCovered === true) {
        if (ageMs > FRESH_MS) {
          void refresh(id)
        }
        return cover
      }
      if (cover !== null && ageMs < REFUSED_FRESH_MS) {
        return cover
      }
      const found = await refresh(id)
      return found === null
        ? { isCovered: false, reason: 'The session of this request cannot be read from the chain right now' }
        : coverOf(found, model)
    },
    reserve(id, amount) {
      const session = known.get(id)?.session ?? null
      return session === null || isGreater(amount, leftOf(session)) ? null : holds.take(id, amount)
    },
    async onReport({ cutoffMs, spent, tasks }) {
      for (const [id, amount] of spent) {
        reported.set(id, amount)
      }
      await holds.forget(tasks, cutoffMs)
    },
    async hasPaid(id, spent) {
      const isPaid = (entry: Known | null | undefined): boolean =>
        entry?.session != null && !isGreater(spent, entry.session.settled)
      const before = known.get(id)
      const isFresh = before !== undefined && clock.now() - before.readMs < FRESH_MS
      return isPaid(before) || (!isFresh && isPaid(await refresh(id)))
    },
    async status() {
      const found = await Promise.all(served.map(async (id) => (await refresh(id)) ?? known.get(id)))
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
