import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address } from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { computeAddress } from 'ethers'
import { currentFees } from '../fees.js'
import { createRpc } from '../rpc.js'
import { asQuantity, toAddress } from '../values.js'
import { type DeployInit, deployNetwork } from './deploy.js'
import { createDevChain, DEPLOYER_KEY } from './dev-chain.js'
import type { DeploymentStep } from './plan.js'

/** What a deployment would do. */
export interface Rehearsal {
  chainId: number
  deployer: Address
  steps: { name: DeploymentStep['name']; gasUsed: bigint }[]
  gasUsed: bigint
  /** At the fees of now, in the coin's smallest unit; a rollup adds what it pays for data on its base chain. */
  cost: bigint
  /** What the deployer holds of that coin. */
  balance: bigint
}

const MAX_FEE_PER_GAS = 500_000_000_000n

/**
 * Deploys the same network to a chain of its own in this machine's memory, and asks the real one only for its fees and the balance:
 * the later steps of a deployment cannot be estimated before the earlier ones are on the chain. Errors as those of `deployNetwork`.
 */
export async function rehearseDeployment(init: DeployInit): Promise<Rehearsal> {
  const rpc = createRpc({ urls: init.rpcUrls, timeoutMs: 10_000, clock: createRealClock(), chainId: init.chainId })
  const dataDir = await mkdtemp(join(tmpdir(), 'cortensor-rehearsal-'))
  const dev = createDevChain({ dataDir, blockTimeSeconds: 0.2 })
  const deployer = toAddress(computeAddress(init.privateKey))
  const steps: Rehearsal['steps'] = []
  try {
    const [chainId, fees, balance] = await Promise.all([
      rpc.chainId(),
      currentFees(rpc, MAX_FEE_PER_GAS),
      rpc.call('eth_getBalance', [deployer, 'latest'])
    ])
    await dev.start()
    const { start, onStart, logger, ...network } = init
    await deployNetwork({
      ...network,
      rpcUrls: [dev.rpcUrl],
      chainId: dev.chainId,
      privateKey: DEPLOYER_KEY,
      pipelined: true,
      confirmations: 1,
      onStep: (step) => steps.push(step)
    })
    const gasUsed = steps.reduce((sum, step) => sum + step.gasUsed, 0n)
    return { chainId, deployer, steps, gasUsed, cost: gasUsed * fees.maxFeePerGas, balance: asQuantity(balance) }
  } finally {
    await Promise.all([rpc.close(), dev.stop()])
    await rm(dataDir, { recursive: true, force: true })
  }
}
