import { sessionIdOf, sessionNumber } from '@cortensor/contracts'
import type { Address, Chain, Hex32, NodeId, Session, SessionProfile, TokenAmount } from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import { settlementProof } from '@cortensor/proofs'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'
import { loadRewards } from './load-rewards.js'

export interface SessionView extends Omit<Session, 'id'> {
  /** The session's number in the contract. */
  number: number
}

export const viewSession = ({ id, ...session }: Session): SessionView => ({ number: Number(sessionNumber(id)), ...session })

/** Throws `NODE_NO_SESSION`. */
export async function getSession(chain: Chain, number: number): Promise<SessionView> {
  const [session] = await chain.sessions({ ids: [sessionIdOf(number)] })
  if (session === undefined) {
    throw nodeError('NODE_NO_SESSION', `The chain has no session ${number}; cortensor session list shows those there are`)
  }
  return viewSession(session)
}

export interface OpenedSession {
  session: SessionView
  txHash: Hex32
}

/** Puts tokens of the sender into a session's escrow. */
export async function depositInto(chain: Chain, number: number, amount: TokenAmount): Promise<Hex32> {
  await chain.send({ type: 'approve', spender: chain.deployment().sessions, amount })
  return (await chain.send({ type: 'depositSession', session: sessionIdOf(number), amount })).transactionHash
}

/** Opens a session of the sender, with a first deposit if there is one. */
export async function openSession(
  chain: Chain,
  init: SessionProfile & { routers: readonly NodeId[]; deposit: TokenAmount }
): Promise<OpenedSession> {
  const { deposit, ...profile } = init
  const { block, transactionHash } = await chain.send({ type: 'createSession', ...profile })
  const created = (await chain.sessions({ toBlock: block.number })).find(({ createdBy }) => createdBy === transactionHash)
  if (created === undefined) {
    throw nodeError('NODE_NO_SESSION', `The session of transaction ${transactionHash} is not on the chain; was it reorganised?`)
  }
  const number = Number(sessionNumber(created.id))
  if (deposit > 0n) {
    await depositInto(chain, number, deposit)
  }
  return { session: await getSession(chain, number), txHash: transactionHash }
}

export interface ConsumerSessionInit {
  routers: readonly NodeId[]
  /** What the escrow holds after; a session that has more than half of it is left alone. */
  deposit: TokenAmount
  /** Highest price, in micro-COR for a million tokens. */
  maxPrice: TokenAmount
}

/** An open session of the sender that lists these routers and has money, from the faucet of a development chain if needed. */
export async function ensureConsumerSession(chain: Chain, init: ConsumerSessionInit): Promise<SessionView> {
  const owner = chain.account
  if (owner === null) {
    throw new TypeError('A consumer has an account')
  }
  const own = (await chain.sessions()).filter((session) => session.owner === owner && session.closed === null)
  const fitting = own.find(({ routers }) => init.routers.every((router) => routers.includes(router)))
  const missing = init.deposit - (fitting?.balance ?? 0n)
  if (fitting !== undefined && missing <= init.deposit / 2n) {
    return viewSession(fitting)
  }
  const { token } = await chain.balances(owner)
  if (token < missing) {
    await chain.send({ type: 'faucet', to: owner, amount: missing - token })
  }
  if (fitting !== undefined) {
    const number = Number(sessionNumber(fitting.id))
    await depositInto(chain, number, missing)
    return getSession(chain, number)
  }
  const { session } = await openSession(chain, {
    terms: {
      ...{ mode: 'ephemeral', sla: 'low', redundant: false, minNodes: 1, maxNodes: 1, validators: 0, reservedNodes: 0 },
      ...{ reserveSeconds: 300, maxExecutions: 0, maxPrice: init.maxPrice }
    },
    ...{ model: null, name: 'local swarm', metadata: '', routers: init.routers, deposit: init.deposit }
  })
  return session
}

export interface SettleOutcome {
  number: number
  owner: Address
  /** The epoch whose root was proved against. */
  epoch: number
  /** Moved from the escrow by this call, in micro-COR. */
  paid: TokenAmount
  /** Spent since the beginning, in micro-COR. */
  spent: TokenAmount
  txHash: Hex32
}

/** An epoch takes many blocks, so that losing the race twice in a row means that something else is wrong. */
const MAX_ATTEMPTS = 3

/** Moves what a session has spent to those who worked, with the proof of the last report. Anyone may. Throws `NODE_NOTHING_TO_SETTLE`. */
export async function settleSession(client: Client, number: number): Promise<SettleOutcome> {
  const { chain } = client
  for (let attempt = 1; ; attempt++) {
    const epoch = (await chain.lastCommit())?.epoch
    try {
      return await settleNow(client, number)
    } catch (error) {
      // The contract knows the newest root only, which may have come while the settlement was on its way.
      const isOutdated = isCortensorError(error) && error.code === 'CHAIN_REVERTED' && attempt < MAX_ATTEMPTS
      if (!isOutdated || (await chain.lastCommit())?.epoch === epoch) {
        throw error
      }
    }
  }
}

async function settleNow(client: Client, number: number): Promise<SettleOutcome> {
  const { chain } = client
  const before = await getSession(chain, number)
  const commit = await chain.lastCommit()
  const nothing = `Session ${number} has nothing to settle; ${before.settled} micro-COR were settled before`
  if (commit === null) {
    throw nodeError('NODE_NOTHING_TO_SETTLE', nothing)
  }
  const rewards = await loadRewards(client, commit)
  const session = sessionIdOf(number)
  const found = settlementProof(rewards, session)
  if (found === null || found.amount <= before.settled) {
    throw nodeError('NODE_NOTHING_TO_SETTLE', nothing)
  }
  const receipt = await chain.send({ type: 'settleSession', session, cumulative: found.amount, proof: found.proof })
  const after = await getSession(chain, number)
  return {
    number,
    owner: before.owner,
    epoch: commit.epoch,
    paid: after.paid - before.paid,
    spent: found.amount,
    txHash: receipt.transactionHash
  }
}
