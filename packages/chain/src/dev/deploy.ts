import {
  cortensorTokenBytecode,
  nodeRegistryBytecode,
  oracleCommitteeBytecode,
  packNodeIds,
  packOperators,
  sessionManagerBytecode
} from '@cortensor/contracts'
import type { Address, CommitteeMember, Deployment, Logger, TokenAmount } from '@cortensor/interface'
import { bytesToHex, createRealClock } from '@cortensor/utils'
import { getCreateAddress, type Interface, SigningKey } from 'ethers'
import { committeeAbi, distributorAbi, registryAbi, sessionsAbi, tokenAbi } from '../abi.js'
import type { CallData } from '../calls.js'
import { fetchHead } from '../headers.js'
import { findDeployment } from '../reader.js'
import { createRpc } from '../rpc.js'
import { createTransactionQueue } from '../transactions.js'
import { asSafeNumber, toAddress } from '../values.js'

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

export interface DeployInit extends NetworkInit {
  rpcUrl: string
  /** Of the deployer, who pays the gas and gets what is left of the supply. */
  privateKey: `0x${string}`
  /**
   * Send everything at once, for chains whose pending state counts in estimates; otherwise one after the other.
   *
   * @default false
   */
  pipelined?: boolean
  /** In ms. @default 100 */
  pollIntervalMs?: number
  logger?: Logger
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

interface Plan {
  steps: CallData[]
  registry: Address
}

/** The seven transactions of a deployment; addresses follow from the deployer's nonce. */
function plan(init: NetworkInit, deployer: Address, nonce: number, fromBlock: number): Plan {
  const addressAt = (step: number): Address => toAddress(getCreateAddress({ from: deployer, nonce: nonce + step }))
  const [token, registry, committee, sessions] = [0, 1, 2, 3].map(addressAt) as [Address, Address, Address, Address]
  const faults = init.faults ?? Math.max(1, Math.floor((init.members.length - 1) / 3))
  const stakes = init.stakes ?? DEFAULT_STAKES
  const faucet = init.faucet === true ? FAUCET : { reserve: 0n, limit: 0n }
  const funding = init.funding ?? 300_000_000n * COR
  const steps: CallData[] = [
    creation(tokenAbi, cortensorTokenBytecode, [faucet.reserve, faucet.limit]),
    creation(registryAbi, nodeRegistryBytecode, [
      token,
      stakes.miner,
      stakes.oracle,
      stakes.router,
      init.unbondingSeconds ?? 3600
    ]),
    creation(committeeAbi, oracleCommitteeBytecode, [
      registry,
      init.maxRewardPerSecond ?? 10n * COR,
      init.claimDelaySeconds ?? 0,
      init.governor ?? deployer,
      init.recoverySeconds ?? 86_400,
      toHex(packOperators(init.members)),
      toHex(packNodeIds(init.members)),
      faults,
      init.attestations ?? faults + 1
    ]),
    // The committee's contract is the distributor too.
    creation(sessionsAbi, sessionManagerBytecode, [registry, committee, committee, init.settlementSeconds ?? 3600]),
    { to: registry, data: registryAbi.encodeFunctionData('link', [committee, committee, sessions, fromBlock]) },
    { to: token, data: tokenAbi.encodeFunctionData('approve', [committee, funding]) },
    { to: committee, data: distributorAbi.encodeFunctionData('fund', [funding]) }
  ]
  return { steps, registry }
}

/** Puts a whole network on a chain. Errors as those of the `Chain` port. */
export async function deployNetwork(init: DeployInit): Promise<Deployment> {
  const clock = createRealClock()
  const rpc = createRpc({ urls: [init.rpcUrl], timeoutMs: 10_000, clock })
  const queue = createTransactionQueue({
    rpc,
    key: new SigningKey(init.privateKey),
    chainId: asSafeNumber(await rpc.call('eth_chainId')),
    clock,
    pollIntervalMs: init.pollIntervalMs ?? 100,
    stuckAfterMs: 30_000,
    sendTimeoutMs: 180_000,
    confirmations: 1,
    maxFeePerGas: 500_000_000_000n,
    logger: init.logger
  })
  try {
    const nonce = asSafeNumber(await rpc.call('eth_getTransactionCount', [queue.account, 'pending']))
    // Nothing of this deployment can be in a block that is there already.
    const { number } = await fetchHead(rpc)
    const { steps, registry } = plan(init, queue.account, nonce, number)
    const sent: Promise<unknown>[] = []
    for (const step of steps) {
      const done = queue.send(step)
      sent.push(done)
      if (init.pipelined !== true) {
        await done
      }
    }
    await Promise.all(sent)
    return await findDeployment(rpc, registry)
  } finally {
    const closed = rpc.close()
    await queue.stop()
    await closed
  }
}
