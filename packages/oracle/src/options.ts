import type { NetworkParams } from '@cortensor/config'
import type { Address, NetworkId } from '@cortensor/interface'

export interface OracleInit {
  networkId: NetworkId
  chainId: number
  registry: Address
  params: NetworkParams
  /** How often the clock is looked at, in ms. @default 250 */
  tickMs?: number
}

/** How far a round's opening may lie from the receiver's clock, in ms: as loose as clocks kept by NTP ever need. */
export const CLOCK_TOLERANCE_MS = 2_000
