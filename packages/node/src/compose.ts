import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type ApiServer, createApiServer, createKeyring } from '@cortensor/api'
import { createEthersChain } from '@cortensor/chain'
import { sessionIdOf } from '@cortensor/contracts'
import { createVerifier } from '@cortensor/crypto'
import { createLlamaEngine, type LlamaEngine } from '@cortensor/engine'
import type { Chain, CommittedEpoch, ContentStore, KeyValue, Logger, NetworkId, NodeId, Startable } from '@cortensor/interface'
import { miner } from '@cortensor/miner'
import { createLibp2pNetwork, type Libp2pNetwork } from '@cortensor/network'
import { oracle, requireMember } from '@cortensor/oracle'
import { type PresenceDetails, type PresenceRole, presenceRole } from '@cortensor/presence'
import {
  createPublisher,
  createSequence,
  networkIdOf,
  type Publisher,
  type Report,
  TOPIC_FAMILIES,
  TOPIC_LIMITS,
  topicName
} from '@cortensor/protocols'
import { router } from '@cortensor/router'
import { createHeliaStore } from '@cortensor/store'
import { bytesToHex, createRealClock, createSeededRng, stopAll } from '@cortensor/utils'
import type { NodeConfig } from './config/node-config.js'
import { makeDataDir, openExclusively } from './data-dir.js'
import { epochEvents } from './events.js'
import type { Identity } from './identity/identity.js'
import { resolveModel } from './models.js'
import type { NodeDependencies } from './node.js'
import { ensureRegistered } from './registration.js'

/** The running parts of a node, in the order in which they started. */
export interface Composition {
  parts: Startable[]
  networkId: NetworkId
  network: Libp2pNetwork
  chain: Chain
  api: ApiServer | null
}

/** What the roles are built from. */
interface Foundation {
  config: NodeConfig
  dependencies: NodeDependencies
  identity: Identity
  networkId: NetworkId
  network: Libp2pNetwork
  store: ContentStore
  keyValue: KeyValue
  /** Of a miner. */
  engine: LlamaEngine | null
  chain: Chain
  publisher: Publisher
  logger: Logger
  clock: ReturnType<typeof createRealClock>
  verifier: ReturnType<typeof createVerifier>
  randomBytes: (length: number) => Uint8Array
}

/** Builds and starts everything; what had started is stopped again when a later part fails or the signal aborts. */
export async function compose(
  config: NodeConfig,
  identity: Identity,
  dependencies: NodeDependencies,
  signal: AbortSignal
): Promise<Composition> {
  const parts: Startable[] = []
  const begin = async <T extends Startable>(part: T): Promise<T> => {
    signal.throwIfAborted()
    parts.push(part)
    await part.start()
    return part
  }
  try {
    const { network, networkId, chain, api } = await startParts(config, identity, dependencies, begin, signal)
    signal.throwIfAborted()
    return { parts, network, networkId, chain, api }
  } catch (error) {
    await stopAll(parts).catch(() => {})
    throw error
  }
}

type Begin = <T extends Startable>(part: T) => Promise<T>

async function startParts(
  config: NodeConfig,
  identity: Identity,
  dependencies: NodeDependencies,
  begin: Begin,
  signal: AbortSignal
) {
  const { signer } = identity
  const logger = dependencies.logger.child({ node: signer.nodeId.slice(-6) })
  const { metrics } = dependencies
  const clock = createRealClock()
  makeDataDir(config.dataDir)
  // First, because its lock on the folder keeps a second process with the same identity out.
  const keyValue = await begin(openExclusively(config.dataDir, 'state'))
  // Before anything is staked: a model that does not load is the likeliest thing to go wrong.
  const engine = config.role === 'miner' ? await begin(createEngine(config, logger, metrics)) : null
  const chain = await begin(
    createEthersChain({
      rpcUrls: config.chain.rpcUrls,
      registry: config.chain.registry,
      privateKey: `0x${bytesToHex(identity.operatorKey)}`,
      ...(config.chain.chainId === undefined ? {} : { expectedChainId: config.chain.chainId }),
      pollIntervalMs: config.chain.pollIntervalMs,
      maxLagBlocks: config.chain.maxLagBlocks,
      maxHeadAgeMs: config.chain.maxHeadAgeSeconds * 1000,
      keyValue,
      rng: createSeededRng(bytesToHex(randomBytes(16))),
      logger,
      metrics
    })
  )
  if (config.role === 'oracle') {
    requireMember(await chain.committee(), signer)
  }
  const networkId = networkIdOf(chain.chainId(), config.chain.registry)
  const network = await begin(
    createLibp2pNetwork({
      seed: identity.nodeSeed,
      networkId,
      topics: TOPIC_FAMILIES.map((family) => ({ name: topicName(networkId, family), maxBytes: TOPIC_LIMITS[family].maxBytes })),
      listen: config.network.listen,
      announce: config.network.announce,
      bootstrap: config.network.bootstrap,
      localNetwork: config.network.local,
      datastoreDir: join(config.dataDir, 'peers'),
      logger,
      metrics
    })
  )
  const store = await begin(createHeliaStore({ network, networkId, dir: join(config.dataDir, 'blocks'), logger }))
  const publisher = createPublisher({
    network,
    signer,
    networkId,
    sequence: createSequence(clock),
    nowMs: () => clock.now(),
    logger
  })
  const foundation: Foundation = {
    config,
    dependencies,
    identity,
    networkId,
    network,
    store,
    keyValue,
    engine,
    chain,
    publisher,
    logger,
    clock,
    verifier: createVerifier(),
    randomBytes: (length) => new Uint8Array(randomBytes(length))
  }
  const registering = { chain, signer, role: config.role, payout: config.payout, faucet: config.chain.faucet, logger }
  await ensureRegistered(registering, AbortSignal.any([signal, AbortSignal.timeout(REGISTRATION_TIMEOUT_MS)]))
  const api = await START_ROLE[config.role](foundation, begin)
  return { network, networkId, chain, api }
}

/** Three transactions on a slow chain. */
const REGISTRATION_TIMEOUT_MS = 300_000

function createEngine(config: NodeConfig, logger: Logger, metrics: NodeDependencies['metrics']): LlamaEngine {
  const { gpu, maxContextLength, models, sequences, threads } = config.miner
  return createLlamaEngine({
    models: models.map(resolveModel),
    sequences,
    threads,
    maxContextLength,
    gpu: gpu ? 'auto' : false,
    logger,
    metrics
  })
}

function startPresence(foundation: Foundation, begin: Begin, describe?: () => Promise<PresenceDetails>): Promise<PresenceRole> {
  const { chain, config, dependencies } = foundation
  const { presenceIntervalMs, presenceLeaseMs } = config.params.deadlines
  return begin(
    presenceRole({
      networkId: foundation.networkId,
      chainId: chain.chainId(),
      registry: config.chain.registry,
      roles: [config.role],
      agent: dependencies.agent,
      intervalMs: presenceIntervalMs,
      leaseMs: presenceLeaseMs,
      subscribe: config.role !== 'miner'
    })({ ...foundation, signer: foundation.identity.signer, metrics: dependencies.metrics, describe })
  )
}

const START_ROLE: Readonly<Record<NodeConfig['role'], (foundation: Foundation, begin: Begin) => Promise<ApiServer | null>>> = {
  async miner(foundation, begin) {
    const { config, dependencies, engine, identity, networkId } = foundation
    if (engine === null) {
      throw new TypeError('A miner has an engine')
    }
    const { priceMicroPerKilotoken } = config.miner
    const components = { ...foundation, engine, signer: identity.signer, metrics: dependencies.metrics }
    const role = await begin(miner({ networkId, params: config.params, priceMicroPerKilotoken })(components))
    await startPresence(foundation, begin, () => role.describe())
    return null
  },

  async oracle(foundation, begin) {
    const { chain, config, dependencies, identity, networkId } = foundation
    const presence = await startPresence(foundation, begin)
    const init = { networkId, chainId: chain.chainId(), registry: config.chain.registry, params: config.params }
    const onEpoch = (commit: CommittedEpoch, report: Report, leader: NodeId): void => {
      for (const event of epochEvents(commit, report, leader)) {
        dependencies.onEvent?.(event)
      }
    }
    const components = { ...foundation, presence, signer: identity.signer, metrics: dependencies.metrics }
    await begin(oracle({ ...init, onEpoch })(components))
    return null
  },

  async router(foundation, begin) {
    const { config, dependencies, identity, logger, networkId } = foundation
    const presence = await startPresence(foundation, begin)
    const { host, maxPriceMicroPerKilotoken, port, probeShare, session } = config.router
    const apiKeys = config.router.apiKeys.map((key) => ({
      ...key,
      session: key.session === undefined ? undefined : sessionIdOf(key.session)
    }))
    const gateway = await begin(
      router({
        networkId,
        params: config.params,
        probeShare,
        ...(session === undefined ? {} : { session: sessionIdOf(session) }),
        ...(maxPriceMicroPerKilotoken === undefined ? {} : { maxPriceMicroPerKilotoken }),
        otherSessions: apiKeys.flatMap((key) => key.session ?? []),
        onTask: (task) => dependencies.onEvent?.({ event: 'task', ...task })
      })({
        ...foundation,
        presence,
        signer: identity.signer,
        rng: createSeededRng(bytesToHex(foundation.randomBytes(16))),
        metrics: dependencies.metrics
      })
    )
    const { metrics } = dependencies
    return begin(
      createApiServer({ gateway, keys: createKeyring({ keys: apiKeys }), logger, metrics, metricsPage: metrics, host, port })
    )
  }
}
