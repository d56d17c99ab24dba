import { SWARM_PARAMS } from '@cortensor/config'
import { ZERO_HEX32 } from '@cortensor/crypto'
import type {
  Address,
  CommittedEpoch,
  CompletionEvent,
  CompletionRequest,
  EpochNumber,
  HandlerLimits,
  Hex32,
  ModelId,
  NodeId,
  RequestHandler,
  Session,
  SessionId,
  TaskId
} from '@cortensor/interface'
import { ROLE_BITS } from '@cortensor/interface'
import { createMemoryWorld, type MemoryNode, memoryAddress, scriptedModelId } from '@cortensor/memory'
import {
  auditedAnswers,
  createPublisher,
  createSequence,
  decodeResultMessage,
  decodeTaskHeader,
  encodeReport,
  type NodeReputation,
  type NodeSkill,
  networkIdOf,
  type OpenedEnvelope,
  openEnvelope,
  type PendingAudit,
  type Presence,
  type Report,
  type ReportedResult,
  type Settlement,
  type TaskHeader,
  topicName
} from '@cortensor/protocols'
import { createDirectory, type PresenceEvent } from '@cortensor/scheduler'
import { drawBlockOf } from '@cortensor/scoring'
import { startAll } from '@cortensor/utils'
import { type FinishedTask, type RouterInit, router } from '../src/index.js'
import { type Act, type Asked, handleInfer } from './scripted-miner.js'
import { createTestChain, ROLE_STAKE } from './test-chain.js'

export const params = SWARM_PARAMS
export const MODEL = scriptedModelId('chat')

function acknowledgedTask({ payload }: OpenedEnvelope): TaskId {
  const message = decodeResultMessage(payload)
  if (message.type !== 'acknowledgement') {
    throw new Error(`a router sends no ${message.type}`)
  }
  return message.taskId
}

export async function createWorld(init: Partial<RouterInit> = {}) {
  const world = createMemoryWorld({ hub: { latencyMs: { min: 10, max: 10 } } })
  const { clock } = world
  const networkId = networkIdOf(world.chain.chainId, world.chain.deployment.registry)
  const own = world.node('router')
  const oracle = world.node('oracle-0')
  const { chain, commit, counts, registry, sessions } = createTestChain(world.chain.committee)
  const directory = createDirectory({ leaseMs: params.deadlines.presenceLeaseMs })
  const listeners = new Set<(event: PresenceEvent) => void>()
  const finished: FinishedTask[] = []
  const { keyValue, logger, metrics, network, rng, signer, store } = own
  const sequence = createSequence(clock)
  const handled = new Map<string, HandlerLimits | undefined>()
  const components = {
    network: {
      ...network,
      handle(protocol: string, handler: RequestHandler, limits?: HandlerLimits) {
        handled.set(protocol, limits)
        return network.handle(protocol, handler, limits)
      }
    },
    publisher: createPublisher({ network, signer, networkId, sequence, nowMs: () => clock.now(), logger }),
    store,
    keyValue,
    chain,
    presence: {
      directory,
      onPresence(listener: (event: PresenceEvent) => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      }
    },
    signer,
    verifier: world.verifier,
    clock,
    rng,
    randomBytes: (length: number) => rng.fork(`bytes ${clock.events} ${sequence()}`).bytes(length),
    logger,
    metrics
  }
  const create = () => router({ networkId, params, onTask: (task) => finished.push(task), ...init })(components)
  const role = create()
  const headers: TaskHeader[] = []
  await clock.complete(startAll([network, store, keyValue, oracle.network, oracle.store, role]))
  await oracle.network.subscribe(topicName(networkId, 'task'), async (data) => {
    const envelope = await openEnvelope(data, { networkId, family: 'task', verifier: world.verifier, nowMs: clock.now() })
    headers.push(decodeTaskHeader(envelope.payload))
    return 'accept'
  })

  const acknowledged: { miner: NodeId; taskId: TaskId }[] = []
  await oracle.network.subscribe(topicName(networkId, 'result'), async (data) => {
    const envelope = await openEnvelope(data, { networkId, family: 'result', verifier: world.verifier, nowMs: clock.now() })
    acknowledged.push({ miner: envelope.sender, taskId: acknowledgedTask(envelope) })
    return 'accept'
  })

  const asked: Asked[] = []
  let isQuiet = false
  /** Everybody who was announced so far falls silent, until their leases have lapsed. */
  const outlive = async (): Promise<void> => {
    isQuiet = true
    await clock.advance(params.deadlines.presenceLeaseMs)
  }
  const announce = (nodeId: NodeId, change: Partial<Presence> = {}): void => {
    const binding = {
      operator: memoryAddress(nodeId),
      operatorSignature: new Uint8Array(64),
      nodeSignature: new Uint8Array(64)
    }
    const presence: Presence = {
      generation: 1,
      roles: ['miner'],
      binding,
      models: [offer()],
      fingerprint: 'engine',
      freeSlots: 4,
      totalSlots: 4,
      queueLength: 0,
      addresses: [],
      agent: 'test',
      ...change
    }
    const result = directory.apply(nodeId, presence, clock.now())
    for (const listener of listeners) {
      listener({ nodeId, presence, envelope: {} as OpenedEnvelope, change: result })
    }
  }
  const register = (nodeId: NodeId, stake = ROLE_STAKE, operator = memoryAddress(nodeId), roles = ROLE_BITS.miner): void => {
    registry.set(nodeId, { operator, nodeId, roles, stake, payout: operator })
  }
  /** A registered miner that does the same for every task. */
  const addMiner = async (label: string, acts: readonly Act[], change: Partial<Presence> = {}): Promise<MemoryNode> => {
    const node = world.node(label)
    await node.network.start()
    await handleInfer(node, { label, acts, asked, clock, networkId, verifier: world.verifier })
    register(node.signer.nodeId, ROLE_STAKE, change.binding?.operator)
    announce(node.signer.nodeId, change)
    clock.every(params.deadlines.presenceIntervalMs, () => {
      if (!isQuiet) {
        announce(node.signer.nodeId, change)
      }
    })
    return node
  }
  const request = (change: Partial<CompletionRequest> = {}): CompletionRequest => ({
    model: 'chat',
    messages: [{ role: 'user', content: 'hello' }],
    sampling: { maxTokens: 8 },
    ...change
  })
  const collect = async (change: Partial<CompletionRequest> = {}, signal?: AbortSignal): Promise<CompletionEvent[]> => {
    const events: CompletionEvent[] = []
    for await (const event of role.complete(request(change), { signal })) {
      events.push(event)
    }
    return events
  }
  /** The chain takes an epoch with these results; the oracle serves its report. */
  const commitEpoch = async (
    epoch: number,
    results: ReportedResult[],
    isServed = true,
    settlements: Settlement[] = [],
    skills: NodeSkill[] = [],
    reputations: NodeReputation[] = [],
    /** Audits that are drawn, too, by a block that is there. */
    pending: PendingAudit[] = []
  ) => {
    const committee = world.chain.committee
    const report: Report = {
      version: 1,
      networkId,
      config: committee.config,
      epoch: epoch as EpochNumber,
      prev: ZERO_HEX32,
      prevReport: null,
      observations: [],
      anchor: {
        block: { number: 1, hash: ZERO_HEX32 },
        draw: null,
        registrations: [],
        sessions: [],
        funding: { funded: 0n, maxRewardPerSecond: 0n, genesisMs: 0 }
      },
      paidMs: 0,
      results,
      outcomes: [],
      audits: [],
      opinions: [],
      failures: [],
      rewards: [],
      exclusions: [],
      excluded: 0,
      resultsRoot: ZERO_HEX32,
      rewardsRoot: ZERO_HEX32,
      totals: { results: results.length, rewards: 0n },
      state: {
        ...{ epoch: epoch as EpochNumber, cutoffMs: clock.now(), bindings: [], cumulative: [], skills, consumed: [] },
        reputations,
        throughputs: [],
        calibrations: [],
        settlements,
        reported: auditedAnswers({ results, outcomes: [], opinions: [] }),
        pending,
        honesty: [],
        commissions: [],
        authored: [],
        panels: [],
        judges: [],
        slashings: []
      }
    }
    const { blocks, cid: reportCid } = encodeReport(report)
    for (const block of isServed ? blocks.values() : []) {
      await oracle.store.put(block, 'dag-cbor')
    }
    const committed: CommittedEpoch = {
      epoch: epoch as EpochNumber,
      prev: ZERO_HEX32,
      resultsRoot: ZERO_HEX32,
      rewardsRoot: ZERO_HEX32,
      reportCid,
      totals: report.totals,
      digest: ZERO_HEX32,
      config: committee.config,
      view: 0,
      block: { number: epoch, hash: ZERO_HEX32, timestampMs: clock.now() },
      transactionHash: ZERO_HEX32
    }
    const number = drawBlockOf(committed.block.number, params.epoch.confirmationDepth)
    commit(committed, pending.length === 0 ? undefined : { ...committed.block, number })
    return committed
  }
  return {
    ...world,
    networkId,
    own,
    oracle,
    role,
    /** Limits of the streams that the router serves, by protocol. */
    handled,
    create,
    directory,
    asked,
    headers,
    /** What the oracle heard of tasks that were left undone. */
    acknowledged,
    finished,
    /** On the chain; the tests change them. */
    sessions,
    registry,
    register,
    counts,
    chainPort: chain,
    announce,
    outlive,
    addMiner,
    request,
    collect,
    commitEpoch,
    /** Runs a request to its end. */
    run: (change?: Partial<CompletionRequest>) => clock.complete(collect(change))
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>

export const offer = (change: Partial<Presence['models'][number]> = {}): Presence['models'][number] => ({
  id: MODEL,
  name: 'chat',
  kind: 'chat',
  quantisation: 'F16',
  contextLength: 2048,
  decodeTokensPerSecond: 0,
  prefillTokensPerSecond: 0,
  priceMicroPerKilotoken: 0,
  ...change
})

export const modelId = (name: string): ModelId => scriptedModelId(name)

export const textOf = (events: readonly CompletionEvent[]): string =>
  events.flatMap((event) => (event.type === 'delta' ? [event.text] : [])).join('')

export const SESSION = '01'.padStart(64, '0') as SessionId

/** An open session that lists the router of this world. */
export const sessionOf = (world: World, changes: Partial<Session> = {}, terms: Partial<Session['terms']> = {}): Session => ({
  id: SESSION,
  owner: `0x${'aa'.repeat(20)}` as Address,
  terms: {
    ...{ mode: 'ephemeral', sla: 'low', redundant: false, minNodes: 1, maxNodes: 1, validators: 0, reservedNodes: 0 },
    ...{ reserveSeconds: 0, maxExecutions: 0, maxPrice: 2_000_000n, ...terms }
  },
  model: null,
  ...{ name: '', metadata: '', routers: [world.own.signer.nodeId], balance: 100n, settled: 0n, paid: 0n, closed: null },
  createdBy: `0x${'00'.repeat(32)}` as Hex32,
  ...changes
})
