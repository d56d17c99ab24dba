import {
  type Address,
  type Chain,
  type Clock,
  errorMessage,
  type Logger,
  type NodeId,
  ROLE_BITS,
  type TokenAmount
} from '@cortensor/interface'
import type { DirectoryNode } from '@cortensor/scheduler'
import { createDeferred } from '@cortensor/utils'

export interface StakesInit {
  chain: Pick<Chain, 'registrations' | 'minimumStake'>
  clock: Clock
  logger: Logger
}

type Miner = Pick<DirectoryNode, 'nodeId' | 'operator'>

/** Which miners the chain knows, and with what stake. A presence says who its operator is; only the registry says that it has staked. */
export interface Stakes {
  /** Null for a pair that is not registered as a miner, or has less than the role needs. Nobody is known before the first `look`. */
  stakeOf(miner: Miner): TokenAmount | null
  /**
   * Reads the registry again when what is known of it is old, or lacks one of these. Waits for it only while none of them is known, and until
   * `signal` aborts. A chain that cannot be read leaves everything as it is. Of nobody there is nothing to learn.
   */
  look(miners: readonly Miner[], signal: AbortSignal): Promise<void>
}

/** How long what was read stands: a stake takes days to leave the registry, and what is slashed of it shows a little later. In ms. */
const FRESH_MS = 30_000
/**
 * Somebody who is not there may have registered since: read again after so long; while others are there, after twice as long each time that
 * this has shown none of those who were missing. In ms.
 */
const MISSING_FRESH_MS = 500
/** One announcement by somebody who never registers must not have a router read all of a registry twice a second. In ms. */
const MISSING_FRESH_MOST_MS = 8_000

/** Waits for work that goes on all the same when the signal aborts. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = createDeferred<void>()
  const onAbort = (): void => aborted.resolve()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, signal.aborted ? undefined : aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** One reading at a time; what is kept is the registry's miners, and the registry charges for every entry. */
export function createStakes({ chain, clock, logger }: StakesInit): Stakes {
  /** By node, then operator: who looks for a pair makes no text of it, since paid tasks look for every miner of their model. */
  let stakes: ReadonlyMap<NodeId, ReadonlyMap<Address, TokenAmount>> = new Map()
  let readMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null
  let missingFreshMs = MISSING_FRESH_MS

  const stakeOf = ({ nodeId, operator }: Miner): TokenAmount | null => stakes.get(nodeId)?.get(operator) ?? null
  const read = async (missing: readonly Miner[]): Promise<void> => {
    try {
      const [least, registrations] = await Promise.all([chain.minimumStake(ROLE_BITS.miner), chain.registrations()])
      const staked = registrations.filter(({ roles, stake }) => (roles & ROLE_BITS.miner) !== 0 && stake >= least)
      stakes = new Map(
        [...Map.groupBy(staked, ({ nodeId }) => nodeId)].map(([nodeId, pairs]) => [
          nodeId,
          new Map(pairs.map(({ operator, stake }) => [operator, stake]))
        ])
      )
      const isInVain = missing.length > 0 && missing.every((miner) => stakeOf(miner) === null)
      missingFreshMs = isInVain ? Math.min(2 * missingFreshMs, MISSING_FRESH_MOST_MS) : MISSING_FRESH_MS
    } catch (error) {
      logger.warn('The registry could not be read; paid tasks go to the miners that are known', { error: errorMessage(error) })
    } finally {
      // After a failure, too: a chain that is away is not asked for every request.
      readMs = clock.now()
      reading = null
    }
  }
  return {
    stakeOf,
    async look(miners, signal) {
      if (miners.length === 0) {
        return
      }
      const ageMs = clock.now() - readMs
      if (reading === null && ageMs < MISSING_FRESH_MS) {
        return
      }
      const missing = miners.filter((miner) => stakeOf(miner) === null)
      const isNobodyKnown = missing.length === miners.length
      if (ageMs >= (missing.length === 0 ? FRESH_MS : isNobodyKnown ? MISSING_FRESH_MS : missingFreshMs)) {
        reading ??= read(missing)
      }
      if (isNobodyKnown && reading !== null) {
        await unlessAborted(reading, signal)
      }
    }
  }
}
