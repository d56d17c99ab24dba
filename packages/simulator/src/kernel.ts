import type { NetworkParams } from '@cortensor/config'
import type { NetworkId, NodeId, Rng, Verifier } from '@cortensor/interface'
import {
  createMemoryChain,
  createMemoryHub,
  createMemoryLogger,
  createMemoryMetrics,
  createMemorySigner,
  createMemoryVerifier,
  createTrace,
  createVirtualClock,
  type Hears,
  type MemoryChain,
  type MemoryHub,
  type MemoryLogger,
  type MemoryMetrics,
  type TopicLimit,
  type Trace,
  type VirtualClock
} from '@cortensor/memory'
import type { LoadDuties } from '@cortensor/miner'
import type { readTranscript } from '@cortensor/proofs'
import { networkIdOf, TOPIC_FAMILIES, TOPIC_LIMITS, topicName } from '@cortensor/protocols'
import type { DerivedReport, LoadDraw, ReportInput } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'
import { createJudgeKnowledge, type JudgeKnowledge } from './judge-knowledge.js'
import { createModelAnswers, type ModelAnswers } from './model-answers.js'
import type { SimulationOptions } from './options.js'
import { createSharedDraws, createSharedDuties } from './shared-draws.js'
import { createSharedReports } from './shared-reports.js'
import { createSharedTranscripts } from './shared-transcripts.js'

/** What nodes have in common: time, links, the chain, and the instruments of whoever watches. */
export interface Kernel {
  clock: VirtualClock
  rng: Rng
  verifier: Verifier
  hub: MemoryHub
  chain: MemoryChain
  logger: MemoryLogger
  metrics: MemoryMetrics
  trace: Trace
  params: NetworkParams
  /** What miners ask. */
  priceMicroPerKilotoken: number
  networkId: NetworkId
  topics: readonly TopicLimit[]
  regionOf: (label: string) => string
  modelAnswers: ModelAnswers
  /** Which answers models that can judge find better. */
  judging: JudgeKnowledge
  /** Makes the report of an epoch, for all oracles. */
  derive: (input: ReportInput) => DerivedReport
  loadDraw: LoadDraw
  loadDuties: LoadDuties
  readTranscript: typeof readTranscript
  /**
   * What an honest miner does not only forward: on topic `quiz` what committee members say, and those who write for this
   * epoch's rounds.
   */
  hearsRounds: Hears
  minersHearAll: boolean
}

/** One call of a node's RPC over a local connection, in ms; above 0, so that answers come in another order than questions. */
const RPC_LATENCY_MS = 5

/** More than any role's stake, in micro-COR, so that registering needs no faucet. */
const START_BALANCE = 1_000_000_000_000n

export const oracleLabel = (index: number): string => `oracle-${index}`

export function createKernel(options: SimulationOptions): Kernel {
  const clock = createVirtualClock()
  const rng = createSeededRng(options.seed)
  const trace = createTrace(options.onLine === undefined ? {} : { onLine: options.onLine })
  const verifier = createMemoryVerifier()
  const members = Array.from({ length: options.oracles }, (_, i) => createMemorySigner({ label: oracleLabel(i) }))
  const chain = createMemoryChain({
    clock,
    verifier,
    committee: { members },
    rpcLatencyMs: RPC_LATENCY_MS,
    tokenBalance: START_BALANCE
  })
  const networkId = networkIdOf(chain.chainId, chain.deployment.registry)
  const topics = TOPIC_FAMILIES.map((family) => ({ name: topicName(networkId, family), maxBytes: TOPIC_LIMITS[family].maxBytes }))
  const quiz = topicName(networkId, 'quiz')
  const judging = createJudgeKnowledge()
  /** Who writes for the rounds of this epoch: heard by everybody, as the oracles are. */
  let authors: ReadonlySet<NodeId> = new Set()
  const committee = new Set(chain.committee.members.map(({ nodeId }) => nodeId))
  return {
    clock,
    rng,
    verifier,
    hub: createMemoryHub({
      ...options.links,
      ...(options.createMesh === undefined ? { topology: 'mesh' } : { createMesh: options.createMesh }),
      clock,
      rng: rng.fork('hub'),
      trace,
      topics,
      bootstrap: chain.committee.members.map(({ nodeId }) => nodeId)
    }),
    chain,
    logger: createMemoryLogger({ clock }),
    metrics: createMemoryMetrics(),
    trace,
    params: options.params,
    priceMicroPerKilotoken: options.priceMicroPerKilotoken,
    networkId,
    topics,
    regionOf: options.regionOf,
    modelAnswers: createModelAnswers(),
    judging,
    derive: createSharedReports(),
    loadDraw: createSharedDraws(),
    readTranscript: createSharedTranscripts(),
    loadDuties: createSharedDuties(({ commissions, panels }) => {
      judging.learn(panels)
      const last = Math.max(...commissions.map(({ epoch }) => epoch))
      authors = new Set(commissions.filter(({ epoch }) => epoch === last).map(({ node }) => node))
    }),
    hearsRounds: (topic, from) => topic !== quiz || committee.has(from) || authors.has(from),
    minersHearAll: options.minersHearAll
  }
}
