import {
  configHash,
  cortensorTokenBytecode,
  cortensorTokenRuntime,
  nodeRegistryBytecode,
  nodeRegistryRuntime,
  oracleCommitteeBytecode,
  oracleCommitteeRuntime,
  packNodeIds,
  packOperators,
  sessionManagerBytecode,
  sessionManagerRuntime
} from '@cortensor/contracts'
import type { Address, CommitteeMember, Hex32, TokenAmount } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import { getCreateAddress, type Interface } from 'ethers'
import { committeeAbi, distributorAbi, registryAbi, sessionsAbi, tokenAbi } from '../abi.js'
import type { CallData } from '../calls.js'
import { toAddress } from '../values.js'

export interface NetworkInit {
  /** The oracles, in order. */
  members: readonly CommitteeMember[]
  /** f. @default floor((n - 1) / 3), at least 1 */
  faults?: number
  /** A, from f+1 to n-f. @default f + 1 */
  attestations?: number
  /** Smallest stakes in micro-COR. @default 100, 1000 and 500 COR */
  stakes?: { miner: TokenAmount; oracle: TokenAmount; router: TokenAmount }
  /** Wait before a leaving node's stake is paid out, in seconds. @default 3600 */
  unbondingSeconds?: number
  /** Who may change the committee; never needed for commits. @default the deployer */
  governor?: Address
  /** Silence after which the governor may replace the committee at once, in seconds. @default 86,400 */
  recoverySeconds?: number
  /** Emission cap in micro-COR a second. @default 10 COR */
  maxRewardPerSecond?: TokenAmount
  /** Age at which a root becomes claimable, in seconds. @default 0 */
  claimDelaySeconds?: number
  /** Time to settle a session after it was closed, on top of the claim delay, in seconds. @default 3600 */
  settlementSeconds?: number
  /** What the distributor gets at once, in micro-COR. @default 300 million COR, years of emission */
  funding?: TokenAmount
  /** Let anybody draw tokens: for development chains only. @default false */
  faucet?: boolean
}

/** Where a deployment begins: what its addresses and its first event follow from. */
export interface DeploymentStart {
  deployer: Address
  /** Of the deployer's first transaction for it. */
  nonce: number
  /** Nothing of the deployment is in an earlier block. */
  fromBlock: number
}

/** How the code of a contract of ours is told. */
export interface RuntimeCode {
  sha256: string
  immutables: readonly (readonly [number, number])[]
}

export interface DeploymentStep {
  name: 'token' | 'registry' | 'committee' | 'sessions' | 'link' | 'approve' | 'fund'
  call: CallData
  /** What the step creates, and where. */
  creates?: { address: Address; code: RuntimeCode }
}

export interface DeploymentPlan {
  steps: DeploymentStep[]
  token: Address
  registry: Address
  committee: Address
  sessions: Address
  governor: Address
  funding: TokenAmount
  /** Of the committee that the deployment starts with. */
  config: Hex32
}

const COR = 1_000_000n
const DEFAULT_STAKES = { miner: 100n * COR, oracle: 1000n * COR, router: 500n * COR }
/** A hundred million COR to give away, a hundred thousand at a time: a test network never runs dry. */
const FAUCET = { reserve: 100_000_000n * COR, limit: 100_000n * COR }

const toHex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`

const creation = (abi: Interface, bytecode: string, args: readonly unknown[]): CallData => ({
  to: null,
  data: bytecode + abi.encodeDeploy([...args]).slice(2)
})

/** The seven transactions of a deployment, in their order; addresses follow from the deployer's nonce. */
export function planDeployment(init: NetworkInit, chainId: number, start: DeploymentStart): DeploymentPlan {
  const { deployer, nonce, fromBlock } = start
  const addressAt = (step: number): Address => toAddress(getCreateAddress({ from: deployer, nonce: nonce + step }))
  const [token, registry, committee, sessions] = [0, 1, 2, 3].map(addressAt) as [Address, Address, Address, Address]
  const { members } = init
  const faults = init.faults ?? Math.max(1, Math.floor((members.length - 1) / 3))
  const attestations = init.attestations ?? faults + 1
  const stakes = init.stakes ?? DEFAULT_STAKES
  const faucet = init.faucet === true ? FAUCET : { reserve: 0n, limit: 0n }
  const funding = init.funding ?? 300_000_000n * COR
  const governor = init.governor ?? deployer
  const registryArgs = [token, stakes.miner, stakes.oracle, stakes.router, init.unbondingSeconds ?? 3600]
  const committeeArgs = [
    registry,
    init.maxRewardPerSecond ?? 10n * COR,
    init.claimDelaySeconds ?? 0,
    governor,
    init.recoverySeconds ?? 86_400,
    toHex(packOperators(members)),
    toHex(packNodeIds(members)),
    faults,
    attestations
  ]
  // The committee's contract is the distributor too.
  const sessionsArgs = [registry, committee, committee, init.settlementSeconds ?? 3600]
  const link = registryAbi.encodeFunctionData('link', [committee, committee, sessions, fromBlock])
  const steps: DeploymentStep[] = [
    {
      name: 'token',
      call: creation(tokenAbi, cortensorTokenBytecode, [faucet.reserve, faucet.limit]),
      creates: { address: token, code: cortensorTokenRuntime }
    },
    {
      name: 'registry',
      call: creation(registryAbi, nodeRegistryBytecode, registryArgs),
      creates: { address: registry, code: nodeRegistryRuntime }
    },
    {
      name: 'committee',
      call: creation(committeeAbi, oracleCommitteeBytecode, committeeArgs),
      creates: { address: committee, code: oracleCommitteeRuntime }
    },
    {
      name: 'sessions',
      call: creation(sessionsAbi, sessionManagerBytecode, sessionsArgs),
      creates: { address: sessions, code: sessionManagerRuntime }
    },
    { name: 'link', call: { to: registry, data: link } },
    { name: 'approve', call: { to: token, data: tokenAbi.encodeFunctionData('approve', [committee, funding]) } },
    { name: 'fund', call: { to: committee, data: distributorAbi.encodeFunctionData('fund', [funding]) } }
  ]
  const config = configHash({ chainId, committee, members, faults, attestations, nonce: 0 })
  return { steps, token, registry, committee, sessions, governor, funding, config }
}
