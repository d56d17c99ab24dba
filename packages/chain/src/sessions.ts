import { sessionIdOf, sessionNumber } from '@cortensor/contracts'
import { bytesToHex32, nodeIdToPublicKey, ZERO_HEX32 } from '@cortensor/crypto'
import type {
  BlockRef,
  ChainCall,
  ChainEvent,
  Deployment,
  EpochNumber,
  Hex32,
  ModelId,
  NodeId,
  Session,
  SessionChange,
  SessionId,
  SessionProfile,
  SessionTerms
} from '@cortensor/interface'
import type { LogDescription, Result } from 'ethers'
import { sessionsAbi, topicOf } from './abi.js'
import { nodeIdFromHex, parseLog } from './events.js'
import type { Log, LogFilter } from './logs.js'
import { asHex32, toAddress } from './values.js'

const MODES: readonly SessionTerms['mode'][] = ['ephemeral', 'hybrid', 'dedicated']
const LEVELS: readonly SessionTerms['sla'][] = ['low', 'medium', 'high']
const SECONDS_TO_MS = 1000

const CHANGES: Readonly<Record<string, SessionChange>> = {
  SessionCreated: 'created',
  SessionUpdated: 'updated',
  RouterChanged: 'router',
  Deposited: 'deposited',
  Settled: 'settled',
  SessionClosed: 'closed',
  SessionWithdrawn: 'withdrawn'
}

export const sessionTopics: readonly string[] = Object.keys(CHANGES).map((name) => topicOf(sessionsAbi, name))

/** Everything that changes sessions; of all of them, or of these. */
export const sessionsFilter = (deployment: Deployment, ids?: readonly SessionId[]): LogFilter => ({
  address: [deployment.sessions],
  topics: [sessionTopics, ...(ids === undefined ? [] : [ids.map((id) => `0x${id}`)])]
})

const toKey = (nodeId: NodeId): Hex32 => bytesToHex32(nodeIdToPublicKey(nodeId))

const profileToArgs = ({ terms, model, name, metadata }: SessionProfile) => ({
  terms: [
    MODES.indexOf(terms.mode),
    LEVELS.indexOf(terms.sla),
    terms.redundant,
    terms.minNodes,
    terms.maxNodes,
    terms.validators,
    terms.reservedNodes,
    terms.reserveSeconds,
    terms.maxExecutions,
    terms.maxPrice
  ],
  model: model === null ? ZERO_HEX32 : `0x${model}`,
  name,
  metadata
})

type SessionCall = Extract<ChainCall, { type: `${string}Session` | 'setSessionRouter' }>

/** The input of a call to the sessions contract. */
export function encodeSessionCall(call: SessionCall): string {
  switch (call.type) {
    case 'createSession': {
      const { terms, model, name, metadata } = profileToArgs(call)
      return sessionsAbi.encodeFunctionData('create', [terms, model, call.routers.map(toKey), name, metadata])
    }
    case 'updateSession': {
      const { terms, model, name, metadata } = profileToArgs(call)
      return sessionsAbi.encodeFunctionData('update', [sessionNumber(call.session), terms, model, name, metadata])
    }
    case 'setSessionRouter': {
      const args = [sessionNumber(call.session), toKey(call.router), call.isAllowed]
      return sessionsAbi.encodeFunctionData('setRouter', args)
    }
    case 'depositSession':
      return sessionsAbi.encodeFunctionData('deposit', [sessionNumber(call.session), call.amount])
    case 'settleSession':
      return sessionsAbi.encodeFunctionData('settle', [sessionNumber(call.session), call.cumulative, call.proof])
    case 'closeSession':
      return sessionsAbi.encodeFunctionData('close', [sessionNumber(call.session)])
    case 'withdrawSession':
      return sessionsAbi.encodeFunctionData('withdraw', [sessionNumber(call.session)])
  }
}

function argsToProfile({ terms, model, name, metadata }: Result): SessionProfile {
  return {
    terms: {
      mode: MODES[Number(terms.mode)] ?? 'ephemeral',
      sla: LEVELS[Number(terms.sla)] ?? 'low',
      redundant: Boolean(terms.redundant),
      minNodes: Number(terms.minNodes),
      maxNodes: Number(terms.maxNodes),
      validators: Number(terms.validators),
      reservedNodes: Number(terms.reservedNodes),
      reserveSeconds: Number(terms.reserveSeconds),
      maxExecutions: Number(terms.maxExecutions),
      maxPrice: BigInt(terms.maxPrice)
    },
    model: model === ZERO_HEX32 ? null : (String(model).slice(2) as ModelId),
    name: String(name),
    metadata: String(metadata)
  }
}

/** The session after one more event of it; undefined before its first. */
function applyEvent(session: Session | undefined, { name, args }: LogDescription, log: Log): Session | undefined {
  if (name === 'SessionCreated') {
    return {
      id: sessionIdOf(args.sessionId),
      owner: toAddress(args.owner),
      ...argsToProfile(args),
      routers: [],
      balance: 0n,
      settled: 0n,
      paid: 0n,
      closed: null,
      createdBy: log.transactionHash
    }
  }
  if (session === undefined) {
    return undefined
  }
  switch (name) {
    case 'SessionUpdated':
      return { ...session, ...argsToProfile(args) }
    case 'RouterChanged': {
      const router = nodeIdFromHex(asHex32(args.nodeId))
      const others = session.routers.filter((each) => each !== router)
      return { ...session, routers: args.allowed ? [...others, router].sort() : others }
    }
    case 'Deposited':
      return { ...session, balance: BigInt(args.balance) }
    case 'Settled': {
      const amount = BigInt(args.amount)
      const { balance, paid } = session
      return { ...session, balance: balance - amount, paid: paid + amount, settled: BigInt(args.cumulative) }
    }
    case 'SessionClosed': {
      const closed = { lastEpoch: Number(args.lastEpoch) as EpochNumber, releaseAtMs: Number(args.releaseAt) * SECONDS_TO_MS }
      return { ...session, closed }
    }
    case 'SessionWithdrawn':
      return { ...session, balance: session.balance - BigInt(args.amount) }
    default:
      return session
  }
}

/** The sessions after these events, by id. */
export function foldSessions(logs: readonly Log[]): Session[] {
  const sessions = new Map<SessionId, Session>()
  for (const log of logs) {
    const event = parseLog(sessionsAbi, log)
    const id = sessionIdOf(event.args.sessionId)
    const next = applyEvent(sessions.get(id), event, log)
    if (next !== undefined) {
      sessions.set(id, next)
    }
  }
  return [...sessions.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

export function logToSessionEvent(log: Log, block: BlockRef): ChainEvent {
  const { name, args } = parseLog(sessionsAbi, log)
  const change = CHANGES[name] ?? 'updated'
  const isMoney = change === 'deposited' || change === 'settled' || change === 'withdrawn'
  return { type: 'session', block, session: sessionIdOf(args.sessionId), change, amount: isMoney ? BigInt(args.amount) : 0n }
}
