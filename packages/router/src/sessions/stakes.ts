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
   * Reads the registry again when what is known of it is old, or lacks one of these. Waits for it only while none of them is known. A chain
   * that cannot be read leaves everything as it is. Of nobody there is nothing to learn.
   */
  look(miners: readonly Miner[]): Promise<void>
}

/** How long what was read stands: a stake takes days to leave the registry, and what is slashed of it shows a little later. In ms. */
const FRESH_MS = 30_000
/** Somebody who is not there may have registered since: read again after so long. In ms. */
const MISSING_FRESH_MS = 500

const keyOf = (operator: Address, nodeId: NodeId): string => `${operator}/${nodeId}`

/** One reading at a time; what is kept is the registry's miners, and the registry charges for every entry. */
export function createStakes({ chain, clock, logger }: StakesInit): Stakes {
  let stakes: ReadonlyMap<string, TokenAmount> = new Map()
  let readMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  const stakeOf = ({ nodeId, operator }: Miner): TokenAmount | null => stakes.get(keyOf(operator, nodeId)) ?? null
  const read = async (): Promise<void> => {
    try {
      const [least, registrations] = await Promise.all([chain.minimumStake(ROLE_BITS.miner), chain.registrations()])
      stakes = new Map(
        registrations
          .filter(({ roles, stake }) => (roles & ROLE_BITS.miner) !== 0 && stake >= least)
          .map(({ nodeId, operator, stake }) => [keyOf(operator, nodeId), stake])
      )
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
    async look(miners) {
      if (miners.length === 0) {
        return
      }
      const ageMs = clock.now() - readMs
      const known = miners.filter((miner) => stakeOf(miner) !== null).length
      if (ageMs >= (known < miners.length ? MISSING_FRESH_MS : FRESH_MS)) {
        reading ??= read()
      }
      if (known === 0) {
        await reading
      }
    }
  }
}
