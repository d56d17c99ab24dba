import { type NetworkParams, SWARM_PARAMS } from '@cortensor/config'
import { sha256, ZERO_HEX32 } from '@cortensor/crypto'
import type {
  Chain,
  ChainEvent,
  CommittedEpoch,
  EpochNumber,
  HandlerLimits,
  Hex32,
  ModelId,
  Network,
  NodeId,
  SamplingParams,
  Signer
} from '@cortensor/interface'
import {
  createMemoryWorld,
  type MemoryNode,
  type ScriptedEngine,
  type ScriptedEngineInit,
  scriptedModelId
} from '@cortensor/memory'
import {
  createPublisher,
  createSequence,
  decodeInferFrame,
  decodeQuizMessage,
  decodeResultMessage,
  encodeInferPayload,
  encodeInferRequest,
  encodeReport,
  encodeTaskHeader,
  INFER_LIMITS,
  type InferFrame,
  type InferPayload,
  type LedgerState,
  leaderOf,
  type NodeSkill,
  networkIdOf,
  OPEN_SESSION,
  openEnvelope,
  type Publisher,
  payloadCommitment,
  type QuizMessage,
  type ResultMessage,
  sealEnvelope,
  streamProtocol,
  type TaskHeader,
  taskIdOf,
  topicName,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { initialLedger } from '@cortensor/scoring'
import { createDeferred, startAll, stopAll, utf8ToBytes } from '@cortensor/utils'
import { miner } from '../src/index.js'

/** Without open challenges, unless a test says otherwise. */
export const params: NetworkParams = { ...SWARM_PARAMS, quiz: { ...SWARM_PARAMS.quiz, openAnswerers: 0 } }
export const MODEL = scriptedModelId('chat')
export const LATENCY_MS = 10
/** Digest of the only commit that a test makes. */
export const COMMITTED = `0x${'cc'.repeat(32)}` as Hex32

export interface TaskInit {
  text?: string
  /** Makes different tasks of equal requests. */
  nonce?: string
  assigned?: NodeId[]
  header?: Partial<TaskHeader>
  sampling?: Partial<SamplingParams>
  messages?: InferPayload['messages']
  /** What really goes over the stream, when it is not what the header commits to. */
  sentText?: string
  lifetimeMs?: number
}

type EngineInit = Omit<ScriptedEngineInit, 'clock' | 'rng'>

export interface WorldInit {
  engine?: EngineInit
  /** @default none, see `params` */
  openAnswerers?: number
  miner?: { priceMicroPerKilotoken?: number; maxQueuedTasks?: number }
}

const withOpen = (openAnswerers: number): NetworkParams => ({ ...params, quiz: { ...params.quiz, openAnswerers } })

/** One miner, one router, four oracles, and everything that the miner says on the mesh. */
export async function createWorld(init: WorldInit = {}) {
  const world = createMemoryWorld({ hub: { latencyMs: { min: LATENCY_MS, max: LATENCY_MS } } })
  const { chain, clock, verifier } = world
  const networkId = networkIdOf(chain.chainId, chain.deployment.registry)
  const engineInit: EngineInit = { models: [{ name: 'chat', contextLength: 64 }], decodeTokensPerSecond: 100, ...init.engine }
  const node = world.node('miner', { engine: engineInit })
  const router = world.node('router')
  const oracles = [0, 1, 2, 3].map((i) => world.node(`oracle-${i}`))
  const engine = node.engine as ScriptedEngine
  const sequence = createSequence(clock)
  const publisherOf = ({ logger, network, signer }: MemoryNode): Publisher =>
    createPublisher({ network, signer, networkId, sequence, nowMs: () => clock.now(), logger })
  let last: CommittedEpoch | null = null
  const events: ChainEvent[] = []
  const waiting = new Set<() => void>()
  const roleChain: Chain = {
    ...node.chain,
    lastCommit: async () => last,
    async *follow(_from, { signal } = {}) {
      // Everybody who follows is told everything.
      for (let next = 0; signal?.aborted !== true; ) {
        const event = events[next]
        if (event === undefined) {
          const more = createDeferred<void>()
          waiting.add(more.resolve)
          signal?.addEventListener('abort', () => more.resolve(), { once: true })
          await more.promise
        } else {
          next++
          yield event
        }
      }
    }
  }
  const handled = new Map<string, HandlerLimits | undefined>()
  const network: Network = {
    ...node.network,
    handle(protocol, handler, limits) {
      handled.set(protocol, limits)
      return node.network.handle(protocol, handler, limits)
    }
  }
  const role = miner({ networkId, params: withOpen(init.openAnswerers ?? 0), ...init.miner })({
    ...node,
    chain: roleChain,
    network,
    engine,
    publisher: publisherOf(node),
    randomBytes: (length) => world.rng.fork(`salt ${clock.events}`).bytes(length)
  })
  const all = [node, router, ...oracles]
  const parts = [chain, ...all.flatMap(({ chain, network, store }) => [network, store, chain]), engine]
  await clock.complete(startAll([...parts, role]))

  const said: { atMs: number; message: ResultMessage | QuizMessage }[] = []
  const hear = async (family: 'result' | 'quiz', decode: (payload: Uint8Array) => ResultMessage | QuizMessage) => {
    const oracle = oracles[0] as MemoryNode
    await oracle.network.subscribe(topicName(networkId, family), async (data) => {
      const envelope = await openEnvelope(data, { networkId, family, verifier, nowMs: clock.now() })
      if (envelope.sender === node.signer.nodeId) {
        said.push({ atMs: clock.now(), message: decode(envelope.payload) })
      }
      return 'accept'
    })
  }
  await hear('result', decodeResultMessage)
  await hear('quiz', decodeQuizMessage)

  const request = async (task: TaskInit = {}, by: Signer = router.signer) => {
    const text = task.text ?? 'hello there'
    const sampling = { maxTokens: 16, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [], ...task.sampling }
    const payloadOf = (content: string) =>
      encodeInferPayload({ messages: task.messages ?? [{ role: 'user', content }], sampling, seed: null })
    const salt = sha256(utf8ToBytes('salt'))
    const header: TaskHeader = {
      sessionId: OPEN_SESSION,
      modelId: MODEL,
      decodeSpec: VERIFIABLE_DECODE_SPEC,
      payloadCommitment: payloadCommitment(salt, payloadOf(text)),
      assigned: task.assigned ?? [node.signer.nodeId],
      redundancy: 1,
      priceMicroPerKilotoken: task.header?.sessionId === undefined ? 0 : 100,
      maxTokens: 16,
      deadlineMs: clock.now() + 30_000,
      nonce: sha256(utf8ToBytes(task.nonce ?? 'nonce')),
      attempt: 1,
      privacy: 'public',
      ...task.header
    }
    const payload = encodeTaskHeader(header)
    const expiryMs = clock.now() + (task.lifetimeMs ?? 60_000)
    const envelope = await sealEnvelope(by, { networkId, family: 'task', sequence: sequence(), expiryMs, payload })
    const bytes = encodeInferRequest({ header: envelope, payload: payloadOf(task.sentText ?? text), salt })
    return { bytes, header, taskId: taskIdOf(networkId, by.nodeId, payload) }
  }
  /** Sends a request and collects the frames with the time each came; time must be moved by the caller. */
  const send = async (bytes: Uint8Array, signal?: AbortSignal) => {
    const frames: { atMs: number; frame: InferFrame }[] = []
    const stream = router.network.request(node.signer.nodeId, streamProtocol(networkId, 'infer'), bytes, {
      maxResponseBytes: INFER_LIMITS.maxFrameBytes,
      signal
    })
    for await (const message of stream) {
      frames.push({ atMs: clock.now(), frame: decodeInferFrame(message) })
    }
    return frames
  }
  const ask = async (task: TaskInit = {}): Promise<InferFrame[]> =>
    (await clock.complete(send((await request(task)).bytes))).map(({ frame }) => frame)
  /** The chain's last commit, of epoch 1, names a report with these skills. */
  const commitReport = async (
    skills: NodeSkill[],
    isServed = true,
    changes: Partial<Pick<LedgerState, 'authored' | 'commissions' | 'panels'>> = {}
  ): Promise<void> => {
    const { committee } = chain
    const epoch = 1 as EpochNumber
    const totals = { results: 0, rewards: 0n }
    const { digest: _digest, ...state } = initialLedger(clock.now())
    const { blocks, cid: reportCid } = encodeReport({
      ...{ version: 1, networkId, config: committee.config, epoch, prev: ZERO_HEX32, prevReport: null, observations: [] },
      anchor: {
        block: { number: 1, hash: ZERO_HEX32 },
        draw: null,
        registrations: [],
        sessions: [],
        funding: { funded: 0n, maxRewardPerSecond: 0n, genesisMs: 0 }
      },
      ...{
        paidMs: 0,
        results: [],
        outcomes: [],
        audits: [],
        opinions: [],
        failures: [],
        rewards: [],
        exclusions: [],
        excluded: 0,
        totals
      },
      ...{ resultsRoot: ZERO_HEX32, rewardsRoot: ZERO_HEX32 },
      state: { ...state, epoch, skills, ...changes }
    })
    const [oracle] = oracles as [MemoryNode]
    for (const block of isServed ? blocks.values() : []) {
      await clock.complete(oracle.store.put(block, 'dag-cbor'))
    }
    last = {
      ...{ epoch, prev: ZERO_HEX32, resultsRoot: ZERO_HEX32, rewardsRoot: ZERO_HEX32, reportCid, totals, digest: COMMITTED },
      ...{ config: committee.config, view: 0, transactionHash: ZERO_HEX32 },
      block: { number: 1, hash: ZERO_HEX32, timestampMs: clock.now() }
    }
    events.push({ type: 'epoch', block: last.block, commit: last })
    for (const wake of waiting) {
      wake()
    }
    waiting.clear()
  }
  return {
    ...world,
    networkId,
    commitReport,
    node,
    addNode: world.node,
    router,
    oracles,
    engine,
    role,
    /** Limits of the streams that the miner serves, by protocol. */
    handled,
    /** The chain as the miner sees it. */
    chainPort: roleChain,
    said,
    request,
    send,
    ask,
    /** The oracle that leads a view of an epoch. */
    leader: (view = 0, epoch = 1) =>
      oracles.find(({ signer }) => signer.nodeId === leaderOf(chain.committee, epoch, view)) as MemoryNode,
    publisherOf,
    stop: () => clock.complete(stopAll([...parts, role]))
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>

export const textOf = (frames: readonly InferFrame[]): string =>
  frames.flatMap((frame) => (frame.type === 'token' ? [frame.text] : [])).join('')

export const otherModel = scriptedModelId('other') as ModelId
