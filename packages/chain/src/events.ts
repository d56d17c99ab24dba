import { cidFromHex32, hex32ToBytes, publicKeyToNodeId } from '@cortensor/crypto'
import type {
  Address,
  BlockRef,
  ChainEvent,
  CommittedEpoch,
  CommittedView,
  CommitteeMember,
  Deployment,
  EpochNumber,
  NodeId,
  Registration,
  TokenAmount
} from '@cortensor/interface'
import { hexToBytes } from '@cortensor/utils'
import type { Interface, LogDescription } from 'ethers'
import { committeeAbi, distributorAbi, registryAbi, topicOf } from './abi.js'
import { chainError } from './errors.js'
import type { Log, LogFilter } from './logs.js'
import { asHex32, toAddress } from './values.js'

const OPERATOR_BYTES = 20
const NODE_ID_BYTES = 32

/** Logs that are kept are read again and again. */
const parsedLogs = new WeakMap<Log, LogDescription>()

/** Throws `CHAIN_NO_CONTRACT` for an event that this version's contract does not have. */
export function parseLog(abi: Interface, log: Log): LogDescription {
  const parsed = parsedLogs.get(log) ?? abi.parseLog(log)
  if (parsed === null) {
    throw chainError('CHAIN_NO_CONTRACT', `The contract at ${log.address} is not of this version; check the registry address`)
  }
  parsedLogs.set(log, parsed)
  return parsed
}

export const nodeIdFromHex = (hex: string): NodeId => publicKeyToNodeId(hex32ToBytes(hex))

export const registryFilter = (deployment: Deployment): LogFilter => ({
  address: [deployment.registry],
  topics: [['Registered', 'PayoutChanged', 'Unbonding'].map((name) => topicOf(registryAbi, name))]
})

/** Of all epochs, or of these. */
export const commitFilter = (deployment: Deployment, ...epochs: readonly number[]): LogFilter => ({
  address: [deployment.committee],
  topics: [
    topicOf(committeeAbi, 'EpochCommitted'),
    ...(epochs.length === 0 ? [] : [epochs.map((epoch) => `0x${epoch.toString(16).padStart(64, '0')}`)])
  ]
})

export const configFilter = (deployment: Deployment, config: string): LogFilter => ({
  address: [deployment.committee],
  topics: [topicOf(committeeAbi, 'ConfigScheduled'), config]
})

export const fundingFilter = (deployment: Deployment): LogFilter => ({
  address: [deployment.distributor],
  topics: [topicOf(distributorAbi, 'Funded')]
})

export const logToFunding = (log: Log): TokenAmount => BigInt(parseLog(distributorAbi, log).args.funded)

export function logToView(log: Log): CommittedView {
  const { args } = parseLog(committeeAbi, log)
  return { epoch: Number(args.epoch) as EpochNumber, config: asHex32(args.config), view: Number(args.viewNumber) }
}

export function logToCommit(log: Log, block: BlockRef): CommittedEpoch {
  const { args } = parseLog(committeeAbi, log)
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
  const { args } = parseLog(committeeAbi, log)
  const operators = hexToBytes(String(args.operators))
  const nodeIds = hexToBytes(String(args.nodeIds))
  const members = Array.from({ length: nodeIds.byteLength / NODE_ID_BYTES }, (_, i) => ({
    operator: `0x${Buffer.from(operators.subarray(i * OPERATOR_BYTES, (i + 1) * OPERATOR_BYTES)).toString('hex')}` as Address,
    nodeId: publicKeyToNodeId(nodeIds.subarray(i * NODE_ID_BYTES, (i + 1) * NODE_ID_BYTES))
  }))
  return { members, faults: Number(args.faults), attestations: Number(args.attestations) }
}

export function logToRegistration(log: Log): Registration {
  const { args } = parseLog(registryAbi, log)
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
    const event = parseLog(registryAbi, log)
    if (event.name === 'Registered') {
      const registration = logToRegistration(log)
      nodes.set(`${registration.operator} ${registration.nodeId}`, registration)
    } else if (event.name === 'PayoutChanged') {
      payouts.set(toAddress(event.args.operator), toAddress(event.args.payout))
    } else {
      nodes.delete(`${toAddress(event.args.operator)} ${nodeIdFromHex(event.args.nodeId)}`)
    }
  }
  return [...nodes.values()].map((node) => ({ ...node, payout: payouts.get(node.operator) ?? node.payout }))
}

export function logToClaim(log: Log, block: BlockRef): ChainEvent {
  const { args } = parseLog(distributorAbi, log)
  return { type: 'claimed', block, operator: toAddress(args.operator), cumulative: BigInt(args.cumulative) }
}
