import type { EpochNumber, ModelId, SessionId } from '@cortensor/interface'
import { blockAmount, blockBytes, blockInt, blockList, blockRow } from '../../common/v1/block-checks.js'
import { readAddress, readDistinct, readId, readNodeId, writeAddress, writeId, writeNodeId } from '../../common/v1/checks.js'
import type { RowCodec } from './row-codec.js'
import type { AnchoredSession, Due, Settlement } from './settlements.js'

/** As in the contract. */
const MAX_ROUTERS = 16

const readSession = (block: unknown, field: string): SessionId => readId<SessionId>(blockBytes(block, field), field)

export const sessionRows: RowCodec<AnchoredSession> = {
  keyOf: ({ session }) => session,
  toBlock: ({ balance, lastEpoch, maxPrice, model, paid, routers, session }) => [
    writeId(session, 'sessions.session'),
    routers.map((router) => writeNodeId(router, 'sessions.routers')),
    model === null ? null : writeId(model, 'sessions.model'),
    maxPrice,
    balance,
    paid,
    lastEpoch
  ],
  fromBlock(block) {
    const [session, routers, model, maxPrice, balance, paid, lastEpoch] = blockRow(block, 7, 'sessions')
    const nodes = blockList(routers, MAX_ROUTERS, 'sessions.routers').map((router) =>
      readNodeId(blockBytes(router, 'sessions.routers'), 'sessions.routers')
    )
    return {
      session: readSession(session, 'sessions.session'),
      routers: readDistinct(nodes, String, 'sessions.routers'),
      model: model === null ? null : readId<ModelId>(blockBytes(model, 'sessions.model'), 'sessions.model'),
      maxPrice: blockAmount(maxPrice, 'sessions.maxPrice'),
      balance: blockAmount(balance, 'sessions.balance'),
      paid: blockAmount(paid, 'sessions.paid'),
      lastEpoch:
        lastEpoch === null ? null : (blockInt(lastEpoch, 1, Number.MAX_SAFE_INTEGER, 'sessions.lastEpoch') as EpochNumber)
    }
  }
}

/** A settlement without its dues, which are rows of their own: there may be many. */
export type SettlementRow = Omit<Settlement, 'dues'>

export const settlementRows: RowCodec<SettlementRow> = {
  keyOf: ({ session }) => session,
  toBlock: ({ credited, final, session, spent }) => [writeId(session, 'settlements.session'), spent, final, credited],
  fromBlock(block) {
    const [session, spent, final, credited] = blockRow(block, 4, 'settlements')
    return {
      session: readSession(session, 'settlements.session'),
      spent: blockAmount(spent, 'settlements.spent'),
      final: blockAmount(final, 'settlements.final'),
      credited: blockAmount(credited, 'settlements.credited')
    }
  }
}

export interface DueRow extends Due {
  session: SessionId
}

export const dueRows: RowCodec<DueRow> = {
  keyOf: ({ node, operator, session }) => `${session}/${node}/${operator}`,
  toBlock: ({ amount, node, operator, session }) => [
    writeId(session, 'dues.session'),
    writeNodeId(node, 'dues.node'),
    writeAddress(operator, 'dues.operator'),
    amount
  ],
  fromBlock(block) {
    const [session, node, operator, amount] = blockRow(block, 4, 'dues')
    return {
      session: readSession(session, 'dues.session'),
      node: readNodeId(blockBytes(node, 'dues.node'), 'dues.node'),
      operator: readAddress(blockBytes(operator, 'dues.operator'), 'dues.operator'),
      amount: blockAmount(amount, 'dues.amount')
    }
  }
}

export const settlementsToRows = (settlements: readonly Settlement[]): { settlements: SettlementRow[]; dues: DueRow[] } => ({
  settlements: settlements.map(({ dues: _dues, ...settlement }) => settlement),
  dues: settlements.flatMap(({ dues, session }) => dues.map((due) => ({ ...due, session })))
})

/** Dues of a session without a settlement are dropped; a report that has them is in no one's form. */
export function settlementsFromRows(settlements: readonly SettlementRow[], dues: readonly DueRow[]): Settlement[] {
  const bySession = Map.groupBy(dues, ({ session }) => session)
  return settlements.map((settlement) => ({
    ...settlement,
    dues: (bySession.get(settlement.session) ?? []).map(({ session: _session, ...due }) => due)
  }))
}
