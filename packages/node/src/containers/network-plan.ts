import { hashApiKey } from '@cortensor/api'
import { devRegistry } from '@cortensor/chain/dev'
import { sha256 } from '@cortensor/crypto'
import type { Role } from '@cortensor/interface'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import type { NodeConfigInput } from '../config/node-config.js'
import { seededIdentity } from '../identity/identity.js'
import type { DevNode } from '../swarm/dev-network.js'
import { MINER_PRICE, modelOf } from '../swarm/plan.js'
import { toYaml } from './to-yaml.js'

/** A network of real nodes on a development chain, as containers are to run it. */
export interface ContainerNetworkInit {
  /** Lower-case words joined by hyphens. */
  name: string
  /** Keys of all nodes and of the API follow from it: they are worth nothing outside of the development chain. */
  seed: string
  oracles: number
  routers: number
  miners: number
  preset: 'public' | 'swarm'
  params: Readonly<Record<string, Readonly<Record<string, number | string>>>>
  /** Requests of users, over all routers; 0 for none. */
  tasksPerSecond: number
  /** How long users ask, in ms. */
  durationMs: number
  /** Of the node, as a registry has it. */
  image: string
}

/** Nodes with the same configuration: a workload of Kubernetes, whose pods are called after it and numbered. */
export interface NodeGroup {
  /** Of the group; its nodes are `name-0`, `name-1` and so on. */
  name: string
  role: Role
  count: number
  models: string[]
}

export interface ContainerPlan extends ContainerNetworkInit {
  groups: NodeGroup[]
  apiKey: string
}

/** Where everything is inside a container. */
export const DATA_DIR = '/data'
export const CONFIG_DIR = '/config'
export const NETWORK_FILE = 'network.yaml'
export const READY_FILE = `${DATA_DIR}/ready`
export const NODE_PORT = 4001
export const API_PORT = 8080
export const CHAIN_PORT = 8545
export const CHAIN_HOST = 'chain'
const CHAIN_ID = 31337
/** The first session of a new chain, which the development network opens for its users. */
const SESSION = 1
export const API_KEY_VARIABLE = 'CORTENSOR_API_KEY'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

export function planContainers(init: ContainerNetworkInit): ContainerPlan {
  const models = Map.groupBy(
    Array.from({ length: init.miners }, (_, i) => modelOf(i, init.miners)),
    (model) => model
  )
  const miners = [...models].map(
    ([model, nodes], i): NodeGroup => ({
      ...{ name: models.size === 1 ? 'miner' : `miner-${LETTERS[i]}`, role: 'miner' },
      ...{ count: nodes.length, models: [model] }
    })
  )
  const groups: NodeGroup[] = [
    { name: 'oracle', role: 'oracle', count: init.oracles, models: [] },
    { name: 'router', role: 'router', count: init.routers, models: [] },
    ...miners
  ]
  const apiKey = `ck-${Buffer.from(sha256(utf8ToBytes(`${init.seed}/api`))).toString('base64url')}`
  return { ...init, groups: groups.filter(({ count }) => count > 0), apiKey }
}

export const nodesOf = ({ name, count }: NodeGroup): string[] => Array.from({ length: count }, (_, i) => `${name}-${i}`)

/** What the development network is made of: the file that `cortensor dev-chain` reads. */
export function networkFile({ groups, seed }: ContainerPlan): string {
  const nodes = groups.flatMap((group) => nodesOf(group).map((name): DevNode => ({ name, role: group.role })))
  return toYaml({ seed, nodes })
}

/** The configuration of all nodes of a group. `hostOf` says under which name a node is found by others. */
export function groupConfig(plan: ContainerPlan, group: NodeGroup, hostOf: (group: NodeGroup, node: string) => string): string {
  const oracles = plan.groups.filter(({ role }) => role === 'oracle')
  const bootstrap = oracles.flatMap((oracle) =>
    nodesOf(oracle).map((node) => {
      const { nodeId } = seededIdentity(`${plan.seed}/${node}`).signer
      return `${addressOf(hostOf(oracle, node))}/p2p/${nodeId}`
    })
  )
  const config: NodeConfigInput = {
    role: group.role,
    dataDir: DATA_DIR,
    preset: plan.preset,
    params: plan.params as NonNullable<NodeConfigInput['params']>,
    chain: {
      ...{ rpcUrls: [`http://${CHAIN_HOST}:${CHAIN_PORT}`], registry: devRegistry(), chainId: CHAIN_ID, faucet: true }
    },
    network: { listen: [`/ip4/0.0.0.0/tcp/${NODE_PORT}`], bootstrap, local: true },
    ...(group.role === 'miner' ? { miner: { models: group.models, threads: 1, priceMicroPerKilotoken: MINER_PRICE } } : {}),
    ...(group.role === 'router'
      ? {
          router: {
            ...{ host: '0.0.0.0', port: API_PORT, session: SESSION },
            apiKeys: [{ hash: hashApiKey(plan.apiKey), scopes: ['inference', 'admin', 'metrics'] }]
          }
        }
      : {})
  }
  return toYaml(config)
}

export const addressOf = (host: string): string => `/dns4/${host}/tcp/${NODE_PORT}`

/** What a node's container runs, behind the image's entry point. */
export const startArgs = (plan: ContainerPlan, group: NodeGroup, node: string, host: string): string[] => [
  ...['start', '--config', `${CONFIG_DIR}/${group.name}.yaml`, '--seed', `${plan.seed}/${node}`],
  ...['--announce', addressOf(host), '--json']
]

export const chainArgs = (): string[] => [
  ...['dev-chain', '--network', `${CONFIG_DIR}/${NETWORK_FILE}`, '--data-dir', DATA_DIR],
  ...['--host', '0.0.0.0', '--port', String(CHAIN_PORT), '--ready-file', READY_FILE, '--json']
]

/** Users ask each router in turn; the key is in the environment. */
export const usersArgs = (plan: ContainerPlan, routers: readonly string[]): string[] => [
  'users',
  ...routers.flatMap((host) => ['--url', `http://${host}:${API_PORT}`]),
  ...['--tasks-per-second', String(plan.tasksPerSecond), '--duration', `${plan.durationMs}ms`, '--seed', plan.seed, '--json']
]

/** A short text that changes with everything in a file. */
export const checksum = (text: string): string => bytesToHex(sha256(utf8ToBytes(text))).slice(0, 16)

/** What a role needs, by what processes of a swarm were seen to use: 104 MB each, a miner more by its model. */
export const LIMITS: Readonly<Record<Role | 'chain' | 'users', { memoryMiB: number; cpus: number }>> = {
  chain: { memoryMiB: 512, cpus: 1 },
  oracle: { memoryMiB: 512, cpus: 1 },
  router: { memoryMiB: 512, cpus: 1 },
  miner: { memoryMiB: 1_024, cpus: 1 },
  users: { memoryMiB: 256, cpus: 0.5 }
}
