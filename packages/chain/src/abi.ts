import {
  cortensorTokenAbi,
  nodeRegistryAbi,
  oracleCommitteeAbi,
  rewardDistributorAbi,
  sessionManagerAbi
} from '@cortensor/contracts'
import { Interface } from 'ethers'

export const tokenAbi = new Interface(cortensorTokenAbi)
export const registryAbi = new Interface(nodeRegistryAbi)
export const committeeAbi = new Interface(oracleCommitteeAbi)
export const distributorAbi = new Interface(rewardDistributorAbi)
export const sessionsAbi = new Interface(sessionManagerAbi)

export const allAbis: readonly Interface[] = [tokenAbi, registryAbi, committeeAbi, distributorAbi, sessionsAbi]

/** Topic 0 of an event that surely exists. */
export function topicOf(abi: Interface, event: string): string {
  const fragment = abi.getEvent(event)
  if (fragment === null) {
    throw new RangeError(`No event ${event}`)
  }
  return fragment.topicHash
}
