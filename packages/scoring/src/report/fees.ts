import type { RewardParams } from '@cortensor/config'
import type { Address, CommitteeMember, EpochNumber, ModelId, NodeId, SessionId, TokenAmount } from '@cortensor/interface'
import { type AnchoredSession, type Due, feeOf, OPEN_SESSION, refusalOf, type Settlement } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import { apportion } from './apportion.js'
import type { OpenedItem } from './types.js'

/** A counted result, as far as money goes: who asked for it, who answered, and at what price. */
export interface PricedResult {
  session: SessionId
  router: NodeId
  miner: NodeId
  model: ModelId
  priceMicroPerKilotoken: number
  completionTokens: number
}

/** Sessions that a report has to know: those of headers, and those that still owe something. */
export function namedSessions(items: readonly OpenedItem[], settlements: readonly Settlement[]): SessionId[] {
  const named = items.flatMap((item) =>
    item.kind === 'header' && item.header.sessionId !== OPEN_SESSION ? [item.header.sessionId] : []
  )
  const owing = settlements.filter(({ dues }) => dues.length > 0).map(({ session }) => session)
  return sortedBy(new Set([...named, ...owing]), String)
}

export interface FeesInit {
  epoch: EpochNumber
  /** As of the anchor. */
  sessions: readonly AnchoredSession[]
  /** After the epoch before. */
  settlements: readonly Settlement[]
}

/**
 * What each result is charged, in the order of the results. One under the open session, or that its session does not cover, costs nothing;
 * when the escrow runs out, the rest of it is charged, and then nothing.
 */
export function chargeResults(results: readonly PricedResult[], { epoch, sessions, settlements }: FeesInit): TokenAmount[] {
  const byId = new Map(sessions.map((session) => [session.session, session]))
  const spent = new Map(settlements.map((settlement) => [settlement.session, settlement.spent]))
  return results.map((result) => {
    const session = byId.get(result.session)
    if (session === undefined || refusalOf(session, { ...result, modelId: result.model }, result.router, epoch) !== null) {
      return 0n
    }
    const before = spent.get(result.session) ?? 0n
    const left = session.balance + session.paid - before
    const price = feeOf(result.priceMicroPerKilotoken, result.completionTokens)
    const isShort = left < price
    const fee = isShort ? (left > 0n ? left : 0n) : price
    spent.set(result.session, before + fee)
    return fee
  })
}

export interface FeeSharesInit {
  reward: Pick<RewardParams, 'minerFeeBps' | 'routerFeeBps' | 'oracleFeeBps' | 'auditorFeeBps'>
  miners: ReadonlyMap<NodeId, Address>
  routers: ReadonlyMap<NodeId, Address>
  /** The members whose observations the report is made of. */
  oracles: readonly CommitteeMember[]
  /** How many audits that ended in this epoch each node has done. */
  auditors: ReadonlyMap<NodeId, bigint>
}

/**
 * The fees of one session and epoch, divided among those who earned them; the dues add up to the fees exactly. Miners and routers share
 * their parts in proportion to the fees of their results, oracles equally, auditors by the audits that ended in this epoch, whoever's answers they were. The part of
 * auditors goes to the oracles when there was no audit; so does that of a router whose operator is not known.
 */
export function shareFees(
  charged: readonly (Pick<PricedResult, 'miner' | 'router'> & { fee: TokenAmount })[],
  init: FeeSharesInit
): Due[] {
  const { reward } = init
  const total = charged.reduce((sum, { fee }) => sum + fee, 0n)
  const parts = apportion(
    total,
    new Map([
      ['auditors', BigInt(reward.auditorFeeBps)],
      ['miners', BigInt(reward.minerFeeBps)],
      ['oracles', BigInt(reward.oracleFeeBps)],
      ['routers', BigInt(reward.routerFeeBps)]
    ])
  )
  const amounts = new Map<string, Due>()
  const give = (
    part: TokenAmount,
    weights: ReadonlyMap<NodeId, bigint>,
    operators: ReadonlyMap<NodeId, Address>
  ): TokenAmount => {
    let given = 0n
    for (const [node, amount] of apportion(part, weights)) {
      const operator = operators.get(node) as Address
      const before = amounts.get(`${node}/${operator}`)?.amount ?? 0n
      amounts.set(`${node}/${operator}`, { node, operator, amount: before + amount })
      given += amount
    }
    return part - given
  }
  const feesBy = (key: 'miner' | 'router', operators: ReadonlyMap<NodeId, Address>): Map<NodeId, bigint> => {
    const fees = new Map<NodeId, bigint>()
    for (const result of charged) {
      if (operators.has(result[key])) {
        fees.set(result[key], (fees.get(result[key]) ?? 0n) + result.fee)
      }
    }
    return fees
  }
  const unclaimed =
    give(parts.get('miners') ?? 0n, feesBy('miner', init.miners), init.miners) +
    give(parts.get('routers') ?? 0n, feesBy('router', init.routers), init.routers)
  const known = new Map([...init.auditors].filter(([node]) => init.miners.has(node)))
  const unaudited = give(parts.get('auditors') ?? 0n, known, init.miners)
  const oracles = new Map(init.oracles.map(({ nodeId, operator }) => [nodeId, operator]))
  give((parts.get('oracles') ?? 0n) + unaudited + unclaimed, new Map([...oracles.keys()].map((node) => [node, 1n])), oracles)
  return sortedDues([...amounts.values()].filter(({ amount }) => amount > 0n))
}

export const sortedDues = (dues: readonly Due[]): Due[] =>
  sortedBy(
    dues,
    ({ node }) => node,
    ({ operator }) => operator
  )
