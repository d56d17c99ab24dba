import type { Chain, Clock, ContentStore, Logger, Metrics, Network, Rng, Signer, Verifier } from '@cortensor/interface'
import { createSeededRng } from '@cortensor/utils'
import { createMemoryChain, type MemoryChain } from './chain/memory-chain.js'
import type { MemoryChainInit } from './chain/options.js'
import { createVirtualClock, type VirtualClock } from './clock/virtual-clock.js'
import type { ScriptedEngineInit } from './engine/options.js'
import { createScriptedEngine, type ScriptedEngine } from './engine/scripted-engine.js'
import { createMemoryKeyValue, type MemoryKeyValue } from './key-value.js'
import { createMemoryLogger, type MemoryLogger } from './logger.js'
import { createMemoryMetrics, type MemoryMetrics } from './metrics.js'
import { createMemoryHub, type MemoryHub } from './network/hub.js'
import type { MemoryHubInit, MemoryNetworkInit } from './network/options.js'
import { createMemorySigner, createMemoryVerifier } from './signer.js'
import { createTrace, type Trace } from './trace.js'

export interface MemoryWorldInit {
  /** Everything random follows from it. @default 'memory' */
  seed?: string
  /** @default that of `createVirtualClock` */
  startMs?: number
  /** Labels of the oracles, in the committee's order. @default oracle-0 to oracle-3 */
  oracles?: readonly string[]
  hub?: Omit<MemoryHubInit, 'clock' | 'rng' | 'trace'>
  chain?: Omit<MemoryChainInit, 'clock' | 'verifier' | 'committee'>
  /** Lines of log kept. @default 1000 */
  logLimit?: number
}

export interface MemoryNodeInit extends Omit<MemoryNetworkInit, 'self'> {
  /** What the scripted engine can do; without it the node has none. */
  engine?: Omit<ScriptedEngineInit, 'clock' | 'rng'>
  /** What a restarted node finds again. @default an empty disk */
  disk?: Pick<MemoryNode, 'store' | 'keyValue'>
}

/** What a role is made with; nothing is started. */
export interface MemoryNode {
  signer: Signer
  verifier: Verifier
  network: Network
  store: ContentStore
  keyValue: MemoryKeyValue
  chain: Chain
  /** Undefined unless asked for. */
  engine: ScriptedEngine | undefined
  clock: Clock
  rng: Rng
  logger: Logger
  metrics: Metrics
}

/** One deterministic world: time, links, a chain with its committee, and as many nodes as wanted. */
export interface MemoryWorld {
  clock: VirtualClock
  rng: Rng
  hub: MemoryHub
  chain: MemoryChain
  verifier: Verifier
  logger: MemoryLogger
  metrics: MemoryMetrics
  trace: Trace
  signer(label: string): Signer
  /** Ports of the node of a label. Asked twice, it makes the same node anew, as after a restart. */
  node(label: string, init?: MemoryNodeInit): MemoryNode
}

const DEFAULT_ORACLES = ['oracle-0', 'oracle-1', 'oracle-2', 'oracle-3']

export function createMemoryWorld(init: MemoryWorldInit = {}): MemoryWorld {
  const clock = createVirtualClock(init.startMs === undefined ? {} : { startMs: init.startMs })
  const rng = createSeededRng(init.seed ?? 'memory')
  const trace = createTrace()
  const verifier = createMemoryVerifier()
  const logger = createMemoryLogger({ clock, ...(init.logLimit === undefined ? {} : { limit: init.logLimit }) })
  const metrics = createMemoryMetrics()
  const signer = (label: string): Signer => createMemorySigner({ label })
  const members = (init.oracles ?? DEFAULT_ORACLES).map(signer)
  const hub = createMemoryHub({ ...init.hub, clock, rng: rng.fork('hub'), trace })
  const chain = createMemoryChain({ ...init.chain, clock, verifier, committee: { members } })
  return {
    clock,
    rng,
    hub,
    chain,
    verifier,
    logger,
    metrics,
    trace,
    signer,
    node(label, node = {}) {
      const own = signer(label)
      const { engine, disk, ...network } = node
      const stream = rng.fork(`node/${label}`)
      return {
        signer: own,
        verifier,
        network: hub.createNetwork({ ...network, self: own.nodeId }),
        store: disk?.store ?? hub.createContentStore({ self: own.nodeId }),
        keyValue: disk?.keyValue ?? createMemoryKeyValue(),
        chain: chain.connect(own.operator),
        engine: engine === undefined ? undefined : createScriptedEngine({ ...engine, clock, rng: stream.fork('engine') }),
        clock,
        rng: stream,
        logger: logger.child({ node: label }),
        metrics
      }
    }
  }
}
