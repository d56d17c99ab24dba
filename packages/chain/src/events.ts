import { cidFromHex32, hex32ToBytes, publicKeyToNodeId } from '@cortensor/crypto'
import type {
  Address,
  BlockRef,
  ChainEvent,
  CommittedEpoch,
  CommitteeMember,
  Deployment,
  EpochNumber,
  NodeId,
  Registration
} from '@cortensor/interface'
import { hexToBytes } from '@cortensor/utils'
import type { Interface, LogDescription } from 'ethers'
import { committeeAbi, distributorAbi, registryAbi, topicOf } from './abi.js'
import { chainError } from './errors.js'
import type { Log, LogFilter } from './logs.js'
import { asHex32, toAddress } from './values.js'

const OPERATOR_BYTES = 20
const NODE_ID_BYTES = 32

function parse(abi: Interface, log: Log): LogDescription {
  const parsed = abi.parseLog(log)
  if (parsed === null) {
    throw chainError('CHAIN_NO_CONTRACT', `The contract at ${log.address} is not of this version; check the registry address`)
  }
  return parsed
}

export const nodeIdFromHex = (hex: string): NodeId => publicKeyToNodeId(hex32ToBytes(hex))

export const registryFilter = (deployment: Deployment): LogFilter => ({
  address: [deployment.registry],
  topics: [['Registered', 'PayoutChanged', 'Unbonding'].map((name) => topicOf(registryAbi, name))]
})

export const commitFilter = (deployment: Deployment, epoch?: EpochNumber): LogFilter => ({
  address: [deployment.committee],
  topics: [topicOf(committeeAbi, 'EpochCommitted'), ...(epoch === undefined ? [] : [`0x${epoch.toString(16).padStart(64, '0')}`])]
})

export const configFilter = (deployment: Deployment, config: string): LogFilter => ({
  address: [deployment.committee],
  topics: [topicOf(committeeAbi, 'ConfigScheduled'), config]
})

/** Everything that a follower passes on. */
export const followFilter = (deployment: Deployment): LogFilter => ({
  address: [deployment.registry, deployment.committee, deployment.distributor],
  topics: [[topicOf(registryAbi, 'Registered'), topicOf(committeeAbi, 'EpochCommitted'), topicOf(distributorAbi, 'Claimed')]]
})

export function logToCommit(log: Log, block: BlockRef): CommittedEpoch {
  const { args } = parse(committeeAbi, log)
  return {
    epoch: Number(args.epoch) as EpochNumber,
    digest: asHex32(args.digest),
    config: asHex32(args.config),
    prev: asHex32(args.prev),
    view: Number(args.viewNumber),
    resultsRoot: asHex32(args.resultsRoot),
    rewardsRoot: asHex32(args.rewardsRoot),
    reportCid: cidFromHex32(asHex32(args.reportCid)),
    totals: { results: Number(args.results), rewards: BigInt(args.rewards) },
    block,
    transactionHash: log.transactionHash
  }
}

export interface ScheduledConfig {
  members: CommitteeMember[]
  faults: number
  attestations: number
}

export function logToConfig(log: Log): ScheduledConfig {
  const { args } = parse(committeeAbi, log)
  const operators = hexToBytes(String(args.operators))
  const nodeIds = hexToBytes(String(args.nodeIds))
  const members = Array.from({ length: nodeIds.byteLength / NODE_ID_BYTES }, (_, i) => ({
    operator: `0x${Buffer.from(operators.subarray(i * OPERATOR_BYTES, (i + 1) * OPERATOR_BYTES)).toString('hex')}` as Address,
    nodeId: publicKeyToNodeId(nodeIds.subarray(i * NODE_ID_BYTES, (i + 1) * NODE_ID_BYTES))
  }))
  return { members, faults: Number(args.faults), attestations: Number(args.attestations) }
}

function logToRegistration(description: LogDescription): Registration {
  const { args } = description
  return {
    operator: toAddress(args.operator),
    nodeId: nodeIdFromHex(args.nodeId),
    roles: Number(args.roles),
    stake: BigInt(args.stake),
    payout: toAddress(args.payout)
  }
}

/** The registry after these events: nodes that are leaving are out, and payout addresses hold for all nodes of an operator. */
export function foldRegistrations(logs: readonly Log[]): Registration[] {
  const nodes = new Map<string, Registration>()
  const payouts = new Map<Address, Address>()
  for (const log of logs) {
    const event = parse(registryAbi, log)
    if (event.name === 'Registered') {
      const registration = logToRegistration(event)
      nodes.set(`${registration.operator} ${registration.nodeId}`, registration)
    } else if (event.name === 'PayoutChanged') {
      payouts.set(toAddress(event.args.operator), toAddress(event.args.payout))
    } else {
      nodes.delete(`${toAddress(event.args.operator)} ${nodeIdFromHex(event.args.nodeId)}`)
    }
  }
  return [...nodes.values()].map((node) => ({ ...node, payout: payouts.get(node.operator) ?? node.payout }))
}

export function logToEvent(deployment: Deployment, log: Log, block: BlockRef): ChainEvent {
  if (log.address === deployment.committee) {
    return { type: 'epoch', block, commit: logToCommit(log, block) }
  }
  if (log.address === deployment.registry) {
    return { type: 'registered', block, registration: logToRegistration(parse(registryAbi, log)) }
  }
  const { args } = parse(distributorAbi, log)
  return {
    type: 'claimed',
    block,
    operator: toAddress(args.operator),
    amount: BigInt(args.amount),
    cumulative: BigInt(args.cumulative)
  }
}
