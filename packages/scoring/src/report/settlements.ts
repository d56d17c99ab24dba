import type { EpochNumber, SessionId, TokenAmount } from '@cortensor/interface'
import type { AnchoredSession, Due, Settlement } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import { apportion } from './apportion.js'
import { sortedDues } from './fees.js'

export interface CreditInit {
  /** After the epoch before. */
  settlements: readonly Settlement[]
  /** As of the anchor. */
  sessions: readonly AnchoredSession[]
  epoch: EpochNumber
  /** By how much the rewards of all epochs may rise. */
  room: TokenAmount
}

/** What a session's payment lets its dues become, and how much of all dues that is. */
export interface Credit {
  session: SessionId
  /** What is credited now. */
  amount: TokenAmount
  /** The dues that it is divided over, in proportion, and their sum. */
  dues: readonly Due[]
  owed: TokenAmount
}

export interface CreditedFees {
  credits: Credit[]
  /** What each node gets now, over all sessions; by node, then operator. */
  rewards: Due[]
  /** What is left to be credited; sessions that are over are gone. */
  settlements: Settlement[]
}

const sumOf = (dues: readonly Due[]): TokenAmount => dues.reduce((sum, { amount }) => sum + amount, 0n)

const keyOf = ({ node, operator }: Due): string => `${node}/${operator}`

/** The dues of the same node and operator added up. */
export function mergeDues(dues: readonly Due[]): Due[] {
  const merged = new Map<string, Due>()
  for (const due of dues) {
    const before = merged.get(keyOf(due))?.amount ?? 0n
    merged.set(keyOf(due), { ...due, amount: before + due.amount })
  }
  return sortedDues([...merged.values()].filter(({ amount }) => amount > 0n))
}

/** What is credited, divided over the dues: no more than each, and together exactly that. */
export function shareCredit({ amount, dues }: Pick<Credit, 'amount' | 'dues'>): Due[] {
  const shares = apportion(amount, new Map(dues.map((due) => [keyOf(due), due.amount])))
  return dues.map((due) => ({ ...due, amount: shares.get(keyOf(due)) ?? 0n })).filter((due) => due.amount > 0n)
}

/** What one session's payment allows, within the room that is left. */
function creditOf(settlement: Settlement, session: AnchoredSession | undefined, room: TokenAmount): Credit {
  const { credited, dues } = settlement
  const owed = sumOf(dues)
  const bounds = [owed, (session?.paid ?? 0n) - credited, room]
  const amount = bounds.reduce((least, bound) => (bound < least ? bound : least))
  return { session: settlement.session, amount: amount > 0n ? amount : 0n, dues, owed }
}

/** Nothing more will be spent, and nothing more can be paid: either all of it has been, or the escrow is empty. */
const isOver = (
  { dues }: Settlement,
  { balance, lastEpoch, paid }: AnchoredSession,
  credited: TokenAmount,
  epoch: EpochNumber
): boolean => lastEpoch !== null && epoch > lastEpoch && (dues.length === 0 || (balance === 0n && paid === credited))

/**
 * Turns dues into rewards as far as their sessions have paid, as the chain says at the anchor. So rewards never promise what no escrow
 * has yet given, and a network without emission can live on fees alone.
 */
export function creditFees({ epoch, room, sessions, settlements }: CreditInit): CreditedFees {
  const byId = new Map(sessions.map((session) => [session.session, session]))
  const credits: Credit[] = []
  const rewards: Due[] = []
  const left: Settlement[] = []
  let roomLeft = room
  for (const settlement of sortedBy(settlements, ({ session }) => session)) {
    const session = byId.get(settlement.session)
    const credit = creditOf(settlement, session, roomLeft)
    const shares = shareCredit(credit)
    const paidOut = new Map(shares.map((due) => [keyOf(due), due.amount]))
    const dues = settlement.dues
      .map((due) => ({ ...due, amount: due.amount - (paidOut.get(keyOf(due)) ?? 0n) }))
      .filter(({ amount }) => amount > 0n)
    const credited = settlement.credited + credit.amount
    roomLeft -= credit.amount
    if (credit.amount > 0n) {
      credits.push(credit)
      rewards.push(...shares)
    }
    const next = { ...settlement, credited, dues }
    if (session === undefined || !isOver(next, session, credited, epoch)) {
      left.push(next)
    }
  }
  return { credits, rewards: mergeDues(rewards), settlements: left }
}

/** Adds what an epoch's results cost; by session. */
export function addFees(settlements: readonly Settlement[], fees: ReadonlyMap<SessionId, readonly Due[]>): Settlement[] {
  const byId = new Map(settlements.map((settlement) => [settlement.session, settlement]))
  for (const [session, dues] of fees) {
    const amount = sumOf(dues)
    if (amount > 0n) {
      const before = byId.get(session) ?? { session, spent: 0n, final: 0n, credited: 0n, dues: [] }
      byId.set(session, { ...before, spent: before.spent + amount, dues: mergeDues([...before.dues, ...dues]) })
    }
  }
  return sortedBy(byId.values(), ({ session }) => session)
}
