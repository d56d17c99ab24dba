import type { NetworkParams } from '@cortensor/config'
import type { NetworkId } from '@cortensor/interface'

export interface MinerInit {
  networkId: NetworkId
  params: NetworkParams
  /** The least this miner takes, in micro-COR for 1,000 tokens. @default 0 */
  priceMicroPerKilotoken?: number
  /** User tasks that may wait for a free sequence; more are declined. @default 16 */
  maxQueuedTasks?: number
}
