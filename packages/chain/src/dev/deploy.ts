import type { Address, Deployment, Logger } from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { SigningKey } from 'ethers'
import { committeeAbi, registryAbi } from '../abi.js'
import { fetchHead } from '../headers.js'
import { callView } from '../reader.js'
import { createRpc, type Rpc } from '../rpc.js'
import { createTransactionQueue } from '../transactions.js'
import { asHex, asSafeNumber, toAddress } from '../values.js'
import { devChainError } from './errors.js'
import { type DeploymentPlan, type DeploymentStart, type DeploymentStep, type NetworkInit, planDeployment } from './plan.js'
import { verifyDeployment } from './verify-deployment.js'

export interface DeployInit extends NetworkInit {
  rpcUrls: readonly string[]
  /** An RPC of another chain is refused. @default whichever answers */
  chainId?: number
  /** Of the deployer, who pays the gas and gets what is left of the supply. */
  privateKey: `0x${string}`
  /** Goes on with a deployment that began here: what is done is not done again. @default a new one */
  start?: DeploymentStart
  /** Before the first transaction of a new deployment: whoever keeps this can go on with it. */
  onStart?: (start: DeploymentStart) => void
  /** After each transaction. */
  onStep?: (step: { name: DeploymentStep['name']; gasUsed: bigint }) => void
  /**
   * Send everything at once, for chains whose pending state counts in estimates; otherwise one after the other.
   *
   * @default false
   */
  pipelined?: boolean
  /** Blocks that must hold and follow each transaction. @default 1 */
  confirmations?: number
  /** In ms. @default 100 */
  pollIntervalMs?: number
  logger?: Logger
  /** Gives up waiting; what was sent may still be mined. */
  signal?: AbortSignal
}

const ZERO_ADDRESS = `0x${'00'.repeat(20)}`

/** Names of the steps that the chain has already. */
async function stepsDone(rpc: Rpc, plan: DeploymentPlan): Promise<Set<DeploymentStep['name']>> {
  const done = new Set<DeploymentStep['name']>()
  for (const { name, creates } of plan.steps) {
    if (creates !== undefined && asHex(await rpc.call('eth_getCode', [creates.address, 'latest'])) !== '0x') {
      done.add(name)
    }
  }
  if (done.has('registry')) {
    const [committee] = await callView(rpc, registryAbi, plan.registry, 'committee', [])
    if (committee !== ZERO_ADDRESS) {
      done.add('link')
    }
  }
  if (done.has('committee')) {
    const [, , funded] = await callView(rpc, committeeAbi, plan.committee, 'head', [])
    if ((funded as bigint) >= plan.funding) {
      done.add('approve').add('fund')
    }
  }
  return done
}

/** Contracts' addresses follow from nonces, so a foreign transaction in between ends the plan. */
function checkNonces(plan: DeploymentPlan, done: ReadonlySet<string>, start: DeploymentStart, nonce: number): void {
  const missing = plan.steps.findIndex(({ name, creates }) => creates !== undefined && !done.has(name))
  if (missing >= 0 && nonce !== start.nonce + missing) {
    throw devChainError(
      'CHAIN_DEPLOYMENT_BROKEN',
      `${start.deployer} has sent something else since this deployment began (its nonce is ${nonce}, the ${plan.steps[missing]?.name} contract ` +
        `needs ${start.nonce + missing}). Remove the file of the deployment that is under way, and deploy anew`
    )
  }
}

/**
 * Puts a whole network on a chain, or what is missing of it, and reads it back. Throws `CHAIN_DEPLOYMENT_BROKEN`; other errors as those of
 * the `Chain` port.
 */
export async function deployNetwork(init: DeployInit): Promise<Deployment> {
  const clock = createRealClock()
  const rpc = createRpc({ urls: init.rpcUrls, timeoutMs: 10_000, clock, chainId: init.chainId })
  const chainId = await rpc.chainId().catch(async (error: unknown) => {
    await rpc.close()
    throw error
  })
  const queue = createTransactionQueue({
    rpc,
    key: new SigningKey(init.privateKey),
    chainId,
    clock,
    pollIntervalMs: init.pollIntervalMs ?? 100,
    stuckAfterMs: 30_000,
    sendTimeoutMs: 180_000,
    confirmations: init.confirmations ?? 1,
    maxFeePerGas: 500_000_000_000n,
    logger: init.logger
  })
  const giveUp = (): void => void queue.stop()
  init.signal?.addEventListener('abort', giveUp)
  const begin = async (nonce: number): Promise<DeploymentStart> => {
    // Nothing of this deployment can be in a block that is there already.
    const start = { deployer: queue.account, nonce, fromBlock: (await fetchHead(rpc)).number }
    init.onStart?.(start)
    return start
  }
  try {
    init.signal?.throwIfAborted()
    const nonce = asSafeNumber(await rpc.call('eth_getTransactionCount', [queue.account, 'pending']))
    const start = init.start ?? (await begin(nonce))
    requireDeployer(start.deployer, queue.account)
    const plan = planDeployment(init, chainId, start)
    const done = init.start === undefined ? new Set<string>() : await stepsDone(rpc, plan)
    checkNonces(plan, done, start, nonce)
    const sent: Promise<unknown>[] = []
    for (const { name, call } of plan.steps.filter((step) => !done.has(step.name))) {
      const sending = queue.send(call).then(({ gasUsed }) => init.onStep?.({ name, gasUsed }))
      sent.push(sending)
      if (init.pipelined !== true) {
        await sending
      }
    }
    await Promise.all(sent)
    return await verifyDeployment(rpc, plan)
  } finally {
    init.signal?.removeEventListener('abort', giveUp)
    const closed = rpc.close()
    await queue.stop()
    await closed
  }
}

function requireDeployer(began: Address, now: Address): void {
  if (toAddress(began) !== now) {
    throw devChainError(
      'CHAIN_DEPLOYMENT_BROKEN',
      `This deployment was begun by ${began}, and the key is that of ${now}; use the same key, or remove the file of that deployment`
    )
  }
}
