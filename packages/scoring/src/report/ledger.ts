import { ZERO_HEX32 } from '@cortensor/crypto'
import type { BlockRef, EpochNumber, Registration, Session, TokenAmount, UnixMs } from '@cortensor/interface'
import { type Anchor, type AnchoredSession, type LedgerState, spendingRulesOf } from '@cortensor/protocols'
import { sortedBy } from '../order.js'

/** Before the first epoch: nobody is known and nothing is owed. */
export function initialLedger(genesisMs: UnixMs): LedgerState {
  return {
    epoch: 0 as EpochNumber,
    digest: ZERO_HEX32,
    cutoffMs: genesisMs,
    bindings: [],
    cumulative: [],
    skills: [],
    reputations: [],
    throughputs: [],
    calibrations: [],
    consumed: [],
    settlements: [],
    reported: [],
    pending: [],
    honesty: [],
    commissions: [],
    authored: [],
    panels: [],
    judges: [],
    slashings: []
  }
}

/** Amounts of a report fit a signed integer of 64 bits; a session may name a higher price, which no header reaches. */
const MAX_AMOUNT = (1n << 63n) - 1n

const boundAmount = (amount: TokenAmount): TokenAmount => {
  const isTooLarge = amount > MAX_AMOUNT
  return isTooLarge ? MAX_AMOUNT : amount
}

function anchoredSession(session: Session): AnchoredSession {
  const { lastEpoch, maxPrice, model, routers } = spendingRulesOf(session)
  const { balance, id, paid } = session
  return { session: id, routers: sortedBy(routers, String), model, maxPrice: boundAmount(maxPrice), balance, paid, lastEpoch }
}

/** What a report reads from the chain, all as of one block. */
export interface AnchorFacts {
  block: Pick<BlockRef, 'number' | 'hash'>
  /** Null for the first report. */
  draw: Pick<BlockRef, 'number' | 'hash'> | null
  registrations: readonly Registration[]
  sessions: readonly Session[]
  funding: Anchor['funding']
}

/** What a report keeps of the chain. */
export function anchorOf({ block, draw, funding, registrations, sessions }: AnchorFacts): Anchor {
  const kept = registrations.map(({ operator, nodeId, roles }) => ({ operator, node: nodeId, roles }))
  return {
    block: { number: block.number, hash: block.hash },
    draw: draw === null ? null : { number: draw.number, hash: draw.hash },
    registrations: sortedBy(
      kept,
      ({ operator }) => operator,
      ({ node }) => node
    ),
    sessions: sortedBy(sessions.map(anchoredSession), ({ session }) => session),
    funding: {
      funded: boundAmount(funding.funded),
      maxRewardPerSecond: boundAmount(funding.maxRewardPerSecond),
      genesisMs: funding.genesisMs
    }
  }
}
