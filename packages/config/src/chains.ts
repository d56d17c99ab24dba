import type { Address, TokenAmount } from '@cortensor/interface'

/** What the contracts of a network are made with. Changed only by deploying anew. */
export interface ContractParams {
  /** Smallest stakes in micro-COR. */
  stakes: { miner: TokenAmount; oracle: TokenAmount; router: TokenAmount }
  /** Wait before a leaving node's stake is paid out, in seconds. */
  unbondingSeconds: number
  /** Silence after which the governor may replace the committee at once, in seconds. */
  recoverySeconds: number
  /** Emission cap in micro-COR a second; at least five quarters of the rewards' own rate. */
  maxRewardPerSecond: TokenAmount
  /** Age at which a root becomes claimable, in seconds: what is left to notice a bad one. */
  claimDelaySeconds: number
  /** Time to settle a session after it was closed, on top of the claim delay, in seconds. */
  settlementSeconds: number
  /** What the distributor gets at once, in micro-COR. */
  funding: TokenAmount
  /** Whether anybody may draw tokens. */
  faucet: boolean
}

/** A chain that networks are known to run on. */
export interface ChainPreset {
  /** For people. */
  title: string
  chainId: number
  /** Open to everybody and slowed down for all; empty where there is none. */
  rpcUrls: readonly string[]
  /** Usual time between two blocks, in ms. */
  blockTimeMs: number
  /** Blocks after which the chain's word is taken as final. */
  confirmationDepth: number
  /** Of the network that is deployed there; null until one is. */
  registry: Address | null
  contracts: ContractParams
}

export type ChainName = 'dev' | 'arbitrum-sepolia' | 'base-sepolia'

const COR = 1_000_000n

const DEV_CONTRACTS: ContractParams = {
  stakes: { miner: 100n * COR, oracle: 1_000n * COR, router: 500n * COR },
  unbondingSeconds: 3_600,
  recoverySeconds: 86_400,
  maxRewardPerSecond: 10n * COR,
  claimDelaySeconds: 0,
  settlementSeconds: 3_600,
  funding: 300_000_000n * COR,
  faucet: true
}

/** The same economy with delays that leave people time; COR is worth nothing there, so that it is given away too. */
const TESTNET_CONTRACTS: ContractParams = {
  ...DEV_CONTRACTS,
  unbondingSeconds: 86_400,
  recoverySeconds: 7 * 86_400,
  maxRewardPerSecond: COR,
  claimDelaySeconds: 600,
  settlementSeconds: 86_400
}

export const CHAINS: Readonly<Record<ChainName, ChainPreset>> = {
  dev: {
    title: 'the local development chain',
    chainId: 31_337,
    rpcUrls: [],
    // As `createDevChain` mines by default.
    blockTimeMs: 1_000,
    confirmationDepth: 1,
    registry: null,
    contracts: DEV_CONTRACTS
  },
  'arbitrum-sepolia': {
    title: 'Arbitrum Sepolia',
    chainId: 421_614,
    rpcUrls: ['https://sepolia-rollup.arbitrum.io/rpc'],
    // The sequencer makes a block every 250 ms when there is something to put into it; URL and chain id as in docs.arbitrum.io/chain-info.
    blockTimeMs: 250,
    // The sequencer alone orders blocks and takes none back unless it fails; this is five seconds of its word.
    confirmationDepth: 20,
    registry: null,
    contracts: TESTNET_CONTRACTS
  },
  'base-sepolia': {
    title: 'Base Sepolia',
    chainId: 84_532,
    rpcUrls: ['https://sepolia.base.org'],
    // A sealed block every 2 s, as docs.base.org/base-chain/flashblocks says; its parts, which come every 200 ms, do not count here.
    blockTimeMs: 2_000,
    // As above: ten seconds of the sequencer's word.
    confirmationDepth: 5,
    registry: null,
    contracts: TESTNET_CONTRACTS
  }
}

export const CHAIN_NAMES = Object.keys(CHAINS) as ChainName[]
