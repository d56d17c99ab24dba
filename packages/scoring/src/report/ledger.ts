import { ZERO_HEX32 } from '@cortensor/crypto'
import type { BlockRef, EpochNumber, Registration, UnixMs } from '@cortensor/interface'
import type { Anchor, LedgerState } from '@cortensor/protocols'
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
    consumed: []
  }
}

/** What a report keeps of the chain as of one block. */
export function anchorOf(block: Pick<BlockRef, 'number' | 'hash'>, registrations: readonly Registration[]): Anchor {
  const kept = registrations.map(({ operator, nodeId, roles }) => ({ operator, node: nodeId, roles }))
  return {
    block: { number: block.number, hash: block.hash },
    registrations: sortedBy(
      kept,
      ({ operator }) => operator,
      ({ node }) => node
    )
  }
}
