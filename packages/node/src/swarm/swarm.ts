import { join } from 'node:path'
import { generateApiKey, hashApiKey } from '@cortensor/api'
import { createApiClient } from '@cortensor/api/client'
import { createDevChain, type DevChain } from '@cortensor/chain/dev'
import type { NetworkParamsOverrides } from '@cortensor/config'
import type { Deployment, Startable, TokenAmount } from '@cortensor/interface'
import { createRealClock, stopAll } from '@cortensor/utils'
import type { NodeConfigInput } from '../config/node-config.js'
import { makeDataDir, openExclusively } from '../data-dir.js'
import { nodeError } from '../errors.js'
import type { NodeEvent } from '../events.js'
import { type Identity, loadIdentity } from '../identity/identity.js'
import type { NodeDependencies } from '../node.js'
import { checkPort } from './check-port.js'
import { createChildMember } from './child-process.js'
import { openConsumerSession } from './consumer.js'
import { createInProcessMember } from './in-process.js'
import type { SwarmMember } from './member.js'
import { MINER_PRICE, type PlannedNode, planSwarm, type SwarmSize } from './plan.js'
import { removeSwarmFile, writeSwarmFile } from './swarm-file.js'

export interface SwarmInit extends SwarmSize {
  dataDir: string
  /** Of the first router; further ones take the ports after it. 0 takes any free one. */
  apiPort: number
  /** Values that take the place of the preset's. @default none */
  params?: NetworkParamsOverrides | undefined
  /** Elapsed time from one epoch to the next. @default the preset's */
  epochSeconds?: number | undefined
  /** Makes the nodes' keys reproducible. @default random keys */
  seed?: string | undefined
  /** The script that runs `cortensor`, to give every node a process of its own. @default all nodes in this process */
  cliEntry?: string | undefined
}

export interface SwarmReady {
  api: { url: string; key: string }
  chain: { rpcUrl: string; chainId: number; contracts: Pick<Deployment, 'registry' | 'token' | 'committee' | 'distributor'> }
  networkId: string
  /** What pays for tasks: the number of the session, and what is in escrow, in micro-COR. */
  session: { number: number; escrow: TokenAmount }
  nodes: { name: string; role: string; nodeId: string; operator: string; multiaddrs: string[] }[]
}

export interface SwarmDependencies extends NodeDependencies {
  /** Told of every step while the swarm starts. */
  onProgress?: (step: string) => void
}

export interface Swarm {
  /** Resolves when every miner is in the router's sight. A failed start leaves nothing running. */
  start(): Promise<SwarmReady>
  stop(): Promise<void>
  /** Where the routers' APIs are. */
  apiUrls(): string[]
  /** Ends a node's process without a word. Throws `NODE_UNKNOWN`. */
  kill(name: string): Promise<void>
  /** Starts a killed node again, with what is on its disk. Throws `NODE_UNKNOWN`. */
  revive(name: string): Promise<void>
}

/** Rounds come once an epoch, but never so often that one ends after the next has begun. */
const MIN_QUIZ_INTERVAL_MS = 8_000

function paramsFor(init: SwarmInit): NetworkParamsOverrides {
  if (init.epochSeconds === undefined) {
    return init.params ?? {}
  }
  const epochMs = Math.round(init.epochSeconds * 1000)
  const quizIntervalMs = Math.max(MIN_QUIZ_INTERVAL_MS, Math.min(epochMs, 60_000))
  return { epoch: { epochMs, heartbeatMs: Math.max(60_000, epochMs) }, deadlines: { quizIntervalMs } }
}

/** A whole network on this machine: a dev chain with the contracts, and real nodes on loopback. */
export function createSwarm(init: SwarmInit, dependencies: SwarmDependencies): Swarm {
  const clock = createRealClock()
  const plan = planSwarm(init)
  const params = paramsFor(init)
  const progress = (step: string): void => dependencies.onProgress?.(step)
  let started: Startable[] = []
  const byName = new Map<string, SwarmMember>()
  let stopping: Promise<void> | undefined
  const toldEpochs = new Set<string>()

  /** Every oracle tells of every epoch; the first word counts. */
  const onEvent = (event: NodeEvent): void => {
    const key =
      event.event === 'epoch' ? `epoch/${event.epoch}/${event.txHash}` : event.event === 'quiz' ? `quiz/${event.round}` : null
    if (key !== null && toldEpochs.has(key)) {
      return
    }
    if (key !== null) {
      toldEpochs.add(key)
    }
    dependencies.onEvent?.(event)
  }
  const begin = async <T extends Startable>(part: T): Promise<T> => {
    if (stopping !== undefined) {
      throw nodeError('NODE_CHILD_FAILED', 'The swarm was stopped while it started')
    }
    started.push(part)
    await part.start()
    return part
  }
  const folderOf = (node: PlannedNode): string => join(init.dataDir, node.name)
  const identityOf = (node: PlannedNode): Identity =>
    loadIdentity(folderOf(node), init.seed === undefined ? undefined : `${init.seed}/${node.name}`)

  const configOf = (
    node: PlannedNode,
    chain: DevChain,
    registry: string,
    bootstrap: string[],
    keyHashes: ApiKeyHash[],
    session: number
  ): NodeConfigInput => {
    const routerIndex = Number(node.name.split('-')[1]) - 1
    return {
      role: node.role,
      dataDir: folderOf(node),
      preset: 'swarm',
      params: params as NonNullable<NodeConfigInput['params']>,
      chain: { rpcUrls: [chain.rpcUrl], registry, chainId: chain.chainId, faucet: true },
      network: { bootstrap, local: true },
      miner: { models: node.models, threads: 1, priceMicroPerKilotoken: MINER_PRICE },
      router: { port: init.apiPort === 0 ? 0 : init.apiPort + routerIndex, apiKeys: keyHashes, session }
    }
  }
  const createMember = (node: PlannedNode, config: NodeConfigInput): SwarmMember => {
    const told = { ...dependencies, onEvent }
    const member =
      init.cliEntry === undefined
        ? createInProcessMember(node.name, config, told)
        : createChildMember({ name: node.name, role: node.role, config, cliEntry: init.cliEntry }, told)
    byName.set(node.name, member)
    return member
  }
  const memberOf = (name: string): SwarmMember => {
    const member = byName.get(name)
    if (member === undefined) {
      throw nodeError('NODE_UNKNOWN', `The swarm has no node ${name}; there are ${[...byName.keys()].join(', ')}`)
    }
    return member
  }
  const startMembers = async (create: (node: PlannedNode, bootstrap: string[]) => SwarmMember): Promise<SwarmMember[]> => {
    const [first, ...others] = plan as [PlannedNode, ...PlannedNode[]]
    const seed = await begin(create(first, []))
    const bootstrap = seed.facts().multiaddrs
    const outcomes = await Promise.allSettled(others.map((node) => begin(create(node, bootstrap))))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failure !== undefined) {
      throw failure.reason
    }
    return [seed, ...outcomes.map((outcome) => (outcome as PromiseFulfilledResult<SwarmMember>).value)]
  }
  const untilMinersSeen = async (url: string, key: string): Promise<void> => {
    const client = createApiClient({ url, key })
    const deadline = clock.now() + DISCOVERY_TIMEOUT_MS
    for (;;) {
      const { nodes } = await client.status()
      const seen = nodes.filter((node) => node.roles.includes('miner')).length
      if (seen >= init.miners) {
        return
      }
      if (clock.now() > deadline) {
        throw nodeError(
          'NODE_CHILD_FAILED',
          `The router sees only ${seen} of ${init.miners} miners after ${DISCOVERY_TIMEOUT_MS / 1000} s`
        )
      }
      await clock.sleep(100)
    }
  }
  const bringUp = async (): Promise<SwarmReady> => {
    makeDataDir(init.dataDir)
    // First of all: a second swarm in the same folder would write over the chain of the first.
    await begin(openExclusively(init.dataDir, 'lock'))
    await checkPort(init.apiPort)
    progress('keys')
    const identities = new Map(plan.map((node) => [node, identityOf(node)]))
    progress('chain')
    const chain = await begin(createDevChain({ dataDir: join(init.dataDir, 'chain'), logger: dependencies.logger }))
    const members = plan.filter((node) => node.role === 'oracle').map((node) => (identities.get(node) as Identity).signer)
    progress('contracts')
    const deployment = await chain.deploy({ members: members.map(({ nodeId, operator }) => ({ nodeId, operator })) })
    await Promise.all([...identities.values()].map(({ signer }) => chain.fundAccount(signer.operator)))

    const userKey = generateApiKey()
    const statusKey = generateApiKey()
    const keyHashes: ApiKeyHash[] = [
      { hash: hashApiKey(userKey), scopes: ['inference', 'metrics'] },
      { hash: hashApiKey(statusKey), scopes: ['admin', 'metrics'] }
    ]
    progress('session')
    const routers = plan.filter((node) => node.role === 'router').map((node) => (identities.get(node) as Identity).signer.nodeId)
    const session = await openConsumerSession({
      ...{ dev: chain, registry: deployment.registry, routers, logger: dependencies.logger },
      ...{ dataDir: join(init.dataDir, 'consumer'), seed: init.seed === undefined ? undefined : `${init.seed}/consumer` }
    })
    progress('nodes')
    const nodes = await startMembers((node, bootstrap) =>
      createMember(node, configOf(node, chain, deployment.registry, bootstrap, keyHashes, session.number))
    )
    progress('discovery')
    const router = nodes.find((node) => node.role === 'router')
    const url = router?.facts().apiUrl ?? ''
    if (router !== undefined) {
      await untilMinersSeen(url, statusKey)
    }
    const { committee, distributor, registry, token } = deployment
    const facts = nodes.map((node) => {
      const { multiaddrs, nodeId, operator } = node.facts()
      return { name: node.name, role: node.role, nodeId, operator, multiaddrs }
    })
    const networkId = nodes[0]?.facts().networkId ?? ''
    const bootstrap = facts.filter((node) => node.role === 'oracle').flatMap((node) => node.multiaddrs)
    writeSwarmFile(init.dataDir, {
      version: 1,
      pid: process.pid,
      api: { url, key: statusKey },
      chain: { rpcUrl: chain.rpcUrl, chainId: chain.chainId, registry },
      networkId,
      bootstrap,
      params,
      session: session.number,
      nodes: facts
    })
    return {
      api: { url, key: userKey },
      chain: { rpcUrl: chain.rpcUrl, chainId: chain.chainId, contracts: { registry, token, committee, distributor } },
      networkId,
      session: { number: session.number, escrow: session.balance },
      nodes: facts
    }
  }
  const stop = async (): Promise<void> => {
    const [lock, chain, ...nodes] = started
    started = []
    if (chain !== undefined) {
      removeSwarmFile(init.dataDir)
    }
    // Nodes do not need one another to stop, but all of them need the chain until they have.
    const outcomes = await Promise.allSettled(nodes.map((node) => node.stop()))
    await stopAll([lock, chain].filter((part) => part !== undefined))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failure !== undefined) {
      throw failure.reason
    }
  }
  return {
    async start() {
      try {
        return await bringUp()
      } catch (error) {
        await this.stop().catch(() => {})
        throw error
      }
    },
    stop() {
      stopping ??= stop()
      return stopping
    },
    apiUrls: () => [...byName.values()].flatMap((member) => member.facts().apiUrl ?? []),
    kill: async (name) => memberOf(name).kill?.(),
    revive: (name) => memberOf(name).start()
  }
}

interface ApiKeyHash {
  hash: string
  scopes: ('inference' | 'admin' | 'metrics')[]
}

/** Presence comes every three seconds; more than a few slots without it mean that the mesh has not formed. */
const DISCOVERY_TIMEOUT_MS = 60_000
