import {
  API_KEY_VARIABLE,
  API_PORT,
  CONFIG_DIR,
  type ContainerPlan,
  chainArgs,
  DATA_DIR,
  groupConfig,
  LIMITS,
  NETWORK_FILE,
  NODE_PORT,
  networkFile,
  nodesOf,
  READY_FILE,
  startArgs,
  usersArgs
} from './network-plan.js'
import { toYaml } from './to-yaml.js'

/** A service that does not listen yet, or a router that still joins, is not healthy; nothing is asked but the node itself. */
export const PROBES = {
  /** The chain has its contracts, and every operator its coins. */
  chain: ['test', '-f', READY_FILE],
  node: [
    ...['node', '-e'],
    `require('node:net').connect(${NODE_PORT},'127.0.0.1').once('connect',()=>process.exit(0)).once('error',()=>process.exit(1))`
  ],
  router: [
    ...['node', '-e'],
    `fetch('http://127.0.0.1:${API_PORT}/ready').then((answer)=>process.exit(answer.ok?0:1),()=>process.exit(1))`
  ]
} as const

const limit = (kind: keyof typeof LIMITS): object => ({
  resources: { limits: { cpus: String(LIMITS[kind].cpus), memory: `${LIMITS[kind].memoryMiB}M` } }
})

const health = (probe: readonly string[]): object => ({
  ...{ test: ['CMD', ...probe], interval: '5s', timeout: '5s', retries: 12, start_period: '60s' }
})

/** Compose would put a variable in the place of what follows a dollar. */
const asIs = (text: string): string => text.replaceAll('$', '$$$$')

/** Files of a Docker Compose project, by path: `docker compose up` in their folder runs the network. */
export function composeFiles(plan: ContainerPlan): Map<string, string> {
  const { groups, image, name } = plan
  const config = (file: string): string => `./config/${file}:${CONFIG_DIR}/${file}:ro`
  const common = { image, init: true, stop_grace_period: '15s' }
  const services: Record<string, unknown> = {
    chain: {
      ...common,
      command: chainArgs().map(asIs),
      volumes: [config(NETWORK_FILE), `chain:${DATA_DIR}`],
      healthcheck: health(PROBES.chain),
      deploy: limit('chain'),
      restart: 'unless-stopped'
    }
  }
  const volumes: Record<string, object> = { chain: {} }
  const files = new Map([[`config/${NETWORK_FILE}`, networkFile(plan)]])
  for (const group of groups) {
    files.set(
      `config/${group.name}.yaml`,
      groupConfig(plan, group, (_, node) => node)
    )
    for (const node of nodesOf(group)) {
      volumes[node] = {}
      services[node] = {
        ...common,
        command: startArgs(plan, group, node, node).map(asIs),
        depends_on: { chain: { condition: 'service_healthy' } },
        volumes: [config(`${group.name}.yaml`), `${node}:${DATA_DIR}`],
        healthcheck: health(group.role === 'router' ? PROBES.router : PROBES.node),
        // Only the first router is to be found on the machine's own port.
        ...(node === 'router-0' ? { ports: [`127.0.0.1:${API_PORT}:${API_PORT}`] } : {}),
        deploy: limit(group.role),
        restart: 'unless-stopped'
      }
    }
  }
  const routers = groups.filter(({ role }) => role === 'router').flatMap(nodesOf)
  if (routers.length > 0 && plan.tasksPerSecond > 0) {
    services.users = {
      ...common,
      command: usersArgs(plan, routers).map(asIs),
      environment: { [API_KEY_VARIABLE]: plan.apiKey },
      depends_on: Object.fromEntries(routers.map((router) => [router, { condition: 'service_healthy' }])),
      deploy: limit('users'),
      restart: 'no'
    }
  }
  // In the file itself a name would need a younger version of the specification.
  files.set('.env', `COMPOSE_PROJECT_NAME=${name}\n`)
  files.set('compose.yaml', toYaml({ services, volumes }))
  return files
}
