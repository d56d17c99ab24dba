import { sessionIdOf, sessionNumber, settlementLeaf } from '@cortensor/contracts'
import { verifyMerkleProof } from '@cortensor/crypto'
import type {
  ChainEvent,
  EpochNumber,
  Session,
  SessionChange,
  SessionId,
  SessionProfile,
  TokenAmount
} from '@cortensor/interface'
import { type Call, type Context, check, claimableRoot, pull, transfer } from './context.js'

const MAX_ROUTERS = 16
const ESCAPE_MS = 30 * 86_400_000

function checkTerms({ terms }: SessionProfile): void {
  const isOrdered = terms.minNodes > 0 && terms.minNodes <= terms.maxNodes
  check(isOrdered, 'InvalidTerms')
}

function sessionOf({ ledger }: Context, id: SessionId): Session {
  const session = ledger.session(id)
  check(session !== null, 'UnknownSession', sessionNumber(id))
  return session as Session
}

function ownSession(context: Context, id: SessionId): Session {
  const session = sessionOf(context, id)
  check(session.owner === context.from, 'NotOwner', context.from)
  return session
}

const checkOpen = ({ id, closed }: Session): void => check(closed === null, 'SessionIsClosed', sessionNumber(id))

function changed({ ledger, block }: Context, session: Session, change: SessionChange, amount: TokenAmount = 0n): ChainEvent[] {
  ledger.setSession(block.number, session)
  return [{ type: 'session', block, session: session.id, change, amount }]
}

const profileOf = ({ terms, model, name, metadata }: SessionProfile): SessionProfile => ({
  terms: { ...terms },
  model,
  name,
  metadata
})

export function createSession(context: Context, call: Call<'createSession'>): ChainEvent[] {
  checkTerms(call)
  const id = sessionIdOf(context.ledger.sessionCount + 1)
  const created: Session = {
    id,
    owner: context.from,
    ...profileOf(call),
    routers: [],
    balance: 0n,
    settled: 0n,
    paid: 0n,
    closed: null,
    createdBy: context.transactionHash
  }
  const events = changed(context, created, 'created')
  return [...events, ...call.routers.flatMap((router) => listRouter(context, id, router, true))]
}

export function updateSession(context: Context, call: Call<'updateSession'>): ChainEvent[] {
  const session = ownSession(context, call.session)
  checkOpen(session)
  checkTerms(call)
  return changed(context, { ...session, ...profileOf(call) }, 'updated')
}

export function setSessionRouter(context: Context, { session: id, router, isAllowed }: Call<'setSessionRouter'>): ChainEvent[] {
  checkOpen(ownSession(context, id))
  return listRouter(context, id, router, isAllowed)
}

function listRouter(context: Context, id: SessionId, router: Session['routers'][0], isAllowed: boolean): ChainEvent[] {
  const session = sessionOf(context, id)
  check(session.routers.includes(router) !== isAllowed, 'RouterUnchanged', router)
  check(!isAllowed || session.routers.length < MAX_ROUTERS, 'TooManyRouters')
  const others = session.routers.filter((each) => each !== router)
  return changed(context, { ...session, routers: isAllowed ? [...others, router].sort() : others }, 'router')
}

export function depositSession(context: Context, { session: id, amount }: Call<'depositSession'>): ChainEvent[] {
  const session = sessionOf(context, id)
  checkOpen(session)
  check(amount > 0n, 'NoAmount')
  pull(context, context.ledger.settings.sessions, amount)
  return changed(context, { ...session, balance: session.balance + amount }, 'deposited', amount)
}

export function settleSession(context: Context, { session: id, cumulative, proof }: Call<'settleSession'>): ChainEvent[] {
  const { ledger, block } = context
  const { sessions, distributor } = ledger.settings
  const session = sessionOf(context, id)
  const leaf = settlementLeaf(sessionNumber(id), cumulative)
  check(verifyMerkleProof(claimableRoot(ledger, block), leaf, proof), 'InvalidSettlement')
  check(cumulative > session.settled, 'NothingToSettle', sessionNumber(id), session.settled)
  const due = cumulative - session.settled
  const isShort = due > session.balance
  const amount = isShort ? session.balance : due
  transfer(ledger, sessions, distributor, amount)
  ledger.increaseFunding(block.number, amount)
  const { balance, paid } = session
  return changed(context, { ...session, balance: balance - amount, paid: paid + amount, settled: cumulative }, 'settled', amount)
}

const nextEpoch = ({ ledger }: Context): number => (ledger.commits.at(-1)?.epoch ?? 0) + 1

export function closeSession(context: Context, { session: id }: Call<'closeSession'>): ChainEvent[] {
  const { ledger, block } = context
  const session = ownSession(context, id)
  checkOpen(session)
  const lastEpoch = nextEpoch(context) as EpochNumber
  const closed = { lastEpoch, releaseAtMs: block.timestampMs + settlementMsOf(ledger) }
  return changed(context, { ...session, closed }, 'closed')
}

const settlementMsOf = ({ settings }: Context['ledger']): number =>
  (settings.settlementSeconds + settings.claimDelaySeconds) * 1000

export function withdrawSession(context: Context, { session: id }: Call<'withdrawSession'>): ChainEvent[] {
  const { ledger, block, from } = context
  const session = ownSession(context, id)
  const { closed, balance } = session
  check(closed !== null, 'SessionIsOpen', sessionNumber(id))
  const { lastEpoch, releaseAtMs } = closed as NonNullable<Session['closed']>
  const isOver = nextEpoch(context) - 1 > lastEpoch
  const isEscape = block.timestampMs >= releaseAtMs - settlementMsOf(ledger) + ESCAPE_MS
  check(block.timestampMs >= releaseAtMs && (isOver || isEscape), 'StillSettling', lastEpoch, releaseAtMs)
  check(balance > 0n, 'NoAmount')
  transfer(ledger, ledger.settings.sessions, from, balance)
  return changed(context, { ...session, balance: 0n }, 'withdrawn', balance)
}
