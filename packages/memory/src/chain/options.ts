import type { Address, Clock, CommitteeMember, TokenAmount, Verifier } from '@cortensor/interface'

export interface MemoryCommitteeInit {
  members: readonly CommitteeMember[]
  /** f. @default floor((n - 1) / 3), at least 1 */
  faults?: number
  /** A. @default f + 1 */
  attestations?: number
}

export interface MemoryChainInit {
  clock: Clock
  /** Checks the committee's signatures. */
  verifier: Verifier
  committee: MemoryCommitteeInit
  /** @default 31337 */
  chainId?: number
  /** From one block to the next. @default 1000 */
  blockTimeMs?: number
  /** Every call, and every event of a follower, takes this long. @default 0 */
  rpcLatencyMs?: number
  /** A call that is in no block by then fails with `CHAIN_TIMEOUT`, in ms. @default 120000 */
  sendTimeoutMs?: number
  /** Smallest stakes in micro-COR. @default 100, 1000 and 500 COR */
  minimumStakes?: { miner: TokenAmount; oracle: TokenAmount; router: TokenAmount }
  /** Wait before a leaving node's stake is paid out, in seconds. @default 3600 */
  unbondingSeconds?: number
  /** Time to settle a closed session, on top of the claim delay, in seconds. @default 3600 */
  settlementSeconds?: number
  /** What the distributor holds from the start, in micro-COR. @default 300 million COR */
  funded?: TokenAmount
  /** Emission cap in micro-COR a second. @default 10 COR */
  maxRewardPerSecond?: TokenAmount
  /** A root pays after this long, in seconds. @default 0 */
  claimDelaySeconds?: number
  /** Most that one faucet call pays, in micro-COR; 0 switches it off. @default 100,000 COR */
  faucetLimit?: TokenAmount
  /** What every account holds from the start, in micro-COR. @default 0 */
  tokenBalance?: TokenAmount
  /** What every account holds from the start, in wei. @default 10^20 */
  nativeBalance?: bigint
}

/** The options with their defaults, and where the contracts are. */
export type ChainSettings = Required<Omit<MemoryChainInit, 'clock' | 'verifier' | 'committee'>> & {
  registry: Address
  distributor: Address
  sessions: Address
  token: Address
  genesisMs: number
}

const COR = 1_000_000n
const DEFAULT_STAKES = { miner: 100n * COR, oracle: 1000n * COR, router: 500n * COR }

export function resolveSettings(
  init: MemoryChainInit,
  contracts: Pick<ChainSettings, 'registry' | 'distributor' | 'sessions' | 'token' | 'genesisMs'>
): ChainSettings {
  return {
    ...contracts,
    chainId: init.chainId ?? 31_337,
    blockTimeMs: init.blockTimeMs ?? 1000,
    rpcLatencyMs: init.rpcLatencyMs ?? 0,
    sendTimeoutMs: init.sendTimeoutMs ?? 120_000,
    minimumStakes: init.minimumStakes ?? DEFAULT_STAKES,
    unbondingSeconds: init.unbondingSeconds ?? 3600,
    settlementSeconds: init.settlementSeconds ?? 3600,
    funded: init.funded ?? 300_000_000n * COR,
    maxRewardPerSecond: init.maxRewardPerSecond ?? 10n * COR,
    claimDelaySeconds: init.claimDelaySeconds ?? 0,
    faucetLimit: init.faucetLimit ?? 100_000n * COR,
    tokenBalance: init.tokenBalance ?? 0n,
    nativeBalance: init.nativeBalance ?? 10n ** 20n
  }
}
