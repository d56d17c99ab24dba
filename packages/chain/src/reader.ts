import { bytesToHex32, nodeIdToPublicKey } from '@cortensor/crypto'
import {
  type AbortOptions,
  type Address,
  type AttestedEpoch,
  type Balances,
  type BlockRef,
  type CommittedEpoch,
  type CommittedView,
  type Committee,
  type Deployment,
  type EpochNumber,
  type Funding,
  type Hex32,
  isCortensorError,
  type NodeId,
  type Registration,
  type Session,
  type SessionId,
  type Stake,
  type TokenAmount
} from '@cortensor/interface'
import type { Interface } from 'ethers'
import { committeeAbi, distributorAbi, registryAbi, tokenAbi } from './abi.js'
import { decodeAttestations } from './calls.js'
import { chainError } from './errors.js'
import {
  commitFilter,
  configFilter,
  foldRegistrations,
  fundingFilter,
  logToCommit,
  logToConfig,
  logToFunding,
  logToView,
  registryFilter
} from './events.js'
import { fetchHead, fetchHeader } from './headers.js'
import { createLogCache } from './log-cache.js'
import { type Log, type LogFilter, logsOfRange, newestLogsOfRange } from './logs.js'
import { isReverted, refusalToError } from './reverts.js'
import type { Rpc } from './rpc.js'
import { foldSessions, sessionsFilter } from './sessions.js'
import { asHex, asHex32, asObject, asQuantity, toAddress, toBlockRef } from './values.js'

const noContract = (message: string, address: Address, cause?: unknown) =>
  chainError('CHAIN_NO_CONTRACT', message, { cause, details: { address } })

/** The result of a contract's view, as ethers decodes it. */
export async function callView(
  rpc: Rpc,
  abi: Interface,
  to: Address,
  name: string,
  args: readonly unknown[],
  options?: AbortOptions
): Promise<readonly unknown[]> {
  let data: string
  try {
    data = asHex(await rpc.call('eth_call', [{ to, data: abi.encodeFunctionData(name, [...args]) }, 'latest'], options))
  } catch (error) {
    throw refusalToError(error)
  }
  if (data === '0x') {
    throw noContract(`There is no ${name}() at ${to}; check the registry address`, to)
  }
  try {
    return abi.decodeFunctionResult(name, data).toArray()
  } catch (error) {
    throw noContract(`The contract at ${to} has another ${name}(); check the registry address`, to, error)
  }
}

/** Alternatives for one topic; some RPCs take no more. */
const IDS_PER_REQUEST = 100

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

/** The last commit takes two reads, and a reorg or another backend may come between them. */
const HEAD_ATTEMPTS = 3
const SECONDS_TO_MS = 1000
const ZERO_ADDRESS = `0x${'00'.repeat(20)}`

/** Throws `CHAIN_NO_CONTRACT` unless a linked registry is at this address. */
export async function findDeployment(rpc: Rpc, registry: Address, options?: AbortOptions): Promise<Deployment> {
  const code = asHex(await rpc.call('eth_getCode', [registry, 'latest'], options))
  if (code === '0x') {
    throw noContract(`There is no contract at ${registry} on this chain; check the registry address and the RPC URL`, registry)
  }
  const view = async (name: string): Promise<string> => String((await callView(rpc, registryAbi, registry, name, [], options))[0])
  const names = ['token', 'committee', 'distributor', 'sessions', 'deploymentBlock', 'genesis'] as const
  let found: Record<(typeof names)[number], string>
  try {
    const values = await Promise.all(names.map(view))
    found = Object.fromEntries(names.map((name, i) => [name, values[i]])) as typeof found
  } catch (error) {
    const isForeign = isReverted(error) || (isCortensorError(error) && error.code === 'CHAIN_NO_CONTRACT')
    throw isForeign
      ? noContract(`The contract at ${registry} is not a Cortensor registry; check the registry address`, registry, error)
      : error
  }
  if (found.committee === ZERO_ADDRESS) {
    throw noContract(`The registry at ${registry} is not linked to its committee yet; finish the deployment`, registry)
  }
  return {
    registry,
    token: toAddress(found.token),
    committee: toAddress(found.committee),
    distributor: toAddress(found.distributor),
    sessions: toAddress(found.sessions),
    fromBlock: Number(found.deploymentBlock),
    genesisMs: Number(found.genesis) * SECONDS_TO_MS
  }
}

/** What the chain says, without a cursor. */
export function createReader(rpc: Rpc, deployment: Deployment) {
  const configs = new Map<Hex32, Committee>()
  /** The contract never changes it. */
  let maxRewardPerSecond: bigint | undefined

  const block = async (number: number, options?: AbortOptions): Promise<BlockRef | null> => {
    const header = await fetchHeader(rpc, number, options)
    return header === null ? null : toBlockRef(header)
  }

  const head = async (options?: AbortOptions): Promise<BlockRef> => toBlockRef(await fetchHead(rpc, options))

  const newestLog = async (filter: LogFilter, options?: AbortOptions): Promise<Log | undefined> => {
    const { number } = await head(options)
    const range = { count: 1, from: deployment.fromBlock, to: number }
    return (await newestLogsOfRange(rpc, filter, range, options)).at(-1)
  }

  const committeeOf = async (config: Hex32, options?: AbortOptions): Promise<Committee> => {
    const known = configs.get(config)
    if (known !== undefined) {
      return structuredClone(known)
    }
    const log = await newestLog(configFilter(deployment, config), options)
    if (log === undefined) {
      throw chainError('CHAIN_RPC_UNREACHABLE', "The chain's RPC no longer has the committee's events; use an RPC with all logs")
    }
    const found = { config, ...logToConfig(log) }
    configs.set(config, found)
    return structuredClone(found)
  }

  const committee = async (options?: AbortOptions): Promise<Committee> =>
    committeeOf(asHex32((await callView(rpc, committeeAbi, deployment.committee, 'config', [], options))[0]), options)

  const commit = async (epoch: EpochNumber, options?: AbortOptions): Promise<CommittedEpoch | null> => {
    const log = await newestLog(commitFilter(deployment, epoch), options)
    const at = log === undefined ? null : await block(log.blockNumber, options)
    // A different hash: the chain was reorganised between the two reads, and this commit is gone.
    return log === undefined || at === null || at.hash !== log.blockHash ? null : logToCommit(log, at)
  }

  const views = async ({ from, to, ...options }: AbortOptions & { from: number; to: number }): Promise<CommittedView[]> => {
    const epochs = Array.from({ length: to - from + 1 }, (_, i) => from + i)
    const { number } = await head(options)
    const range = { count: epochs.length, from: deployment.fromBlock, to: number }
    const logs = await newestLogsOfRange(rpc, commitFilter(deployment, ...epochs), range, options)
    const found = logs.map(logToView)
    if (found.length < epochs.length || found.some(({ epoch }, i) => epoch !== epochs[i])) {
      throw chainError('CHAIN_RPC_UNREACHABLE', `The chain's RPC has not all commits of epochs ${from} to ${to}; use another RPC`)
    }
    return found
  }

  const attestations = async (epoch: EpochNumber, options?: AbortOptions): Promise<AttestedEpoch | null> => {
    const found = await commit(epoch, options)
    if (found === null) {
      return null
    }
    const { transactionHash } = found
    const answer = await rpc.call('eth_getTransactionByHash', [transactionHash], options)
    if (answer === null) {
      throw chainError('CHAIN_RPC_UNREACHABLE', `The chain's RPC no longer has transaction ${transactionHash}; use another RPC`)
    }
    const { to, input } = asObject(answer)
    const isDirect = to !== null && toAddress(asHex(to)) === deployment.committee
    const signatures = isDirect ? decodeAttestations(asHex(input), epoch) : null
    if (signatures === null) {
      throw chainError(
        'CHAIN_INDIRECT_COMMIT',
        `Epoch ${epoch} was not committed by a direct call: take its signatures from a trace of transaction ${transactionHash}`,
        { details: { epoch, transactionHash } }
      )
    }
    return { commit: found, committee: await committeeOf(found.config, options), attestations: signatures }
  }

  const lastCommit = async (options?: AbortOptions): Promise<CommittedEpoch | null> => {
    for (let attempt = 0; attempt < HEAD_ATTEMPTS; attempt++) {
      const [epoch] = await callView(rpc, committeeAbi, deployment.committee, 'head', [], options)
      if (epoch === 0n) {
        return null
      }
      const found = await commit(Number(epoch) as EpochNumber, options)
      if (found !== null) {
        return found
      }
    }
    throw chainError('CHAIN_RPC_UNREACHABLE', "The chain's RPC has no event of its last commit; use an RPC with all logs")
  }

  const { fromBlock } = deployment
  const registryLogs = createLogCache({ rpc, filter: registryFilter(deployment), fromBlock })
  const sessionLogs = createLogCache({ rpc, filter: sessionsFilter(deployment, undefined), fromBlock })
  const fundingLogs = createLogCache({ rpc, filter: fundingFilter(deployment), fromBlock })

  const registrations = async (options: AbortOptions & { toBlock?: number } = {}): Promise<Registration[]> =>
    foldRegistrations(await registryLogs(options))

  const sessions = async (options: AbortOptions & { toBlock?: number; ids?: readonly SessionId[] } = {}): Promise<Session[]> => {
    if (options.ids?.length === 0) {
      return []
    }
    if (options.ids === undefined) {
      return foldSessions(await sessionLogs(options))
    }
    const { number } = await head(options)
    const to = Math.min(options.toBlock ?? number, number)
    const sessions: Session[] = []
    for (const some of chunksOf(options.ids, IDS_PER_REQUEST)) {
      sessions.push(...foldSessions(await logsOfRange(rpc, sessionsFilter(deployment, some), fromBlock, to, options)))
    }
    return sessions.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  const funding = async (options: AbortOptions & { toBlock?: number } = {}): Promise<Funding> => {
    maxRewardPerSecond ??= (
      await callView(rpc, committeeAbi, deployment.committee, 'maxRewardPerSecond', [], options)
    )[0] as bigint
    const newest = (await fundingLogs(options)).at(-1)
    return { funded: newest === undefined ? 0n : logToFunding(newest), maxRewardPerSecond }
  }

  const minimumStake = async (roles: number, options?: AbortOptions): Promise<TokenAmount> =>
    (await callView(rpc, registryAbi, deployment.registry, 'minimumStake', [roles], options))[0] as bigint

  const stake = async (operator: Address, nodeId: NodeId, options?: AbortOptions): Promise<Stake | null> => {
    const key = bytesToHex32(nodeIdToPublicKey(nodeId))
    const [, amount, releaseAt] = await callView(rpc, registryAbi, deployment.registry, 'nodeOf', [operator, key], options)
    const isGone = amount === 0n && releaseAt === 0n
    return isGone ? null : { amount: amount as bigint, releaseAtMs: releaseAt === 0n ? null : Number(releaseAt) * SECONDS_TO_MS }
  }

  const claimed = async (operator: Address, options?: AbortOptions): Promise<TokenAmount> =>
    (await callView(rpc, distributorAbi, deployment.distributor, 'claimed', [operator], options))[0] as bigint

  const balances = async (account: Address, options?: AbortOptions): Promise<Balances> => {
    const [native, token] = await Promise.all([
      rpc.call('eth_getBalance', [account, 'latest'], options),
      callView(rpc, tokenAbi, deployment.token, 'balanceOf', [account], options)
    ])
    return { native: asQuantity(native), token: token[0] as bigint }
  }

  return {
    head,
    block,
    committee,
    lastCommit,
    commit,
    views,
    attestations,
    registrations,
    sessions,
    funding,
    minimumStake,
    stake,
    claimed,
    balances
  }
}
