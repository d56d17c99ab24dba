import type { ExtractAbiErrorNames } from 'abitype'
import type { cortensorTokenAbi } from './generated/cortensor-token.js'
import type { nodeRegistryAbi } from './generated/node-registry.js'
import type { oracleCommitteeAbi } from './generated/oracle-committee.js'
import type { rewardDistributorAbi } from './generated/reward-distributor.js'
import type { sessionManagerAbi } from './generated/session-manager.js'

/** Why a contract refuses a call: the name of its custom error, as found in `details.reason` of `CHAIN_REVERTED`. */
export type RevertReason = ExtractAbiErrorNames<
  | typeof cortensorTokenAbi
  | typeof nodeRegistryAbi
  | typeof oracleCommitteeAbi
  | typeof rewardDistributorAbi
  | typeof sessionManagerAbi
>
