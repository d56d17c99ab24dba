import { sha256 } from '@cortensor/crypto'
import type { Address, Deployment } from '@cortensor/interface'
import { bytesToHex, hexToBytes } from '@cortensor/utils'
import { committeeAbi } from '../abi.js'
import { callView, findDeployment } from '../reader.js'
import type { Rpc } from '../rpc.js'
import { asHex, toAddress } from '../values.js'
import { devChainError } from './errors.js'
import type { DeploymentPlan, RuntimeCode } from './plan.js'

/** Whether a contract has this code; its immutables, which the constructor put in, do not count. */
export async function hasCode(rpc: Rpc, address: Address, { sha256: expected, immutables }: RuntimeCode): Promise<boolean> {
  const code = hexToBytes(asHex(await rpc.call('eth_getCode', [address, 'latest'])))
  for (const [start, length] of immutables) {
    code.fill(0, start, start + length)
  }
  return bytesToHex(sha256(code)) === expected
}

const mismatch = (what: string): Error =>
  devChainError(
    'CHAIN_DEPLOYMENT_BROKEN',
    `The deployment does not hold: ${what}. Do not use it; remove its file and deploy anew from an account that sends nothing else`
  )

/**
 * Reads back what a plan was to put on the chain: code, links, committee, governor, funding.
 * Throws `CHAIN_DEPLOYMENT_BROKEN` naming the first thing that is not so.
 */
export async function verifyDeployment(rpc: Rpc, plan: DeploymentPlan): Promise<Deployment> {
  for (const { name, creates } of plan.steps) {
    if (creates !== undefined && !(await hasCode(rpc, creates.address, creates.code))) {
      throw mismatch(`the code at ${creates.address} is not that of the ${name} contract of this version`)
    }
  }
  const found = await findDeployment(rpc, plan.registry)
  for (const name of ['token', 'committee', 'sessions'] as const) {
    if (found[name] !== plan[name]) {
      throw mismatch(`the registry names ${found[name]} for ${name}, not ${plan[name]}`)
    }
  }
  const view = async (name: string): Promise<readonly unknown[]> => callView(rpc, committeeAbi, plan.committee, name, [])
  const [[config], [governor], head] = await Promise.all([view('config'), view('governor'), view('head')])
  if (config !== plan.config && head[0] === 0n) {
    throw mismatch('the committee has other members or parameters')
  }
  if (toAddress(String(governor)) !== plan.governor) {
    throw mismatch(`the governor is ${String(governor)}, not ${plan.governor}`)
  }
  if ((head[2] as bigint) < plan.funding) {
    throw mismatch('the distributor is not funded')
  }
  return found
}
