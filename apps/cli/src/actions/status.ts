import { createApiClient } from '@cortensor/api/client'
import type { Address, Balances, GatewaySession, GatewayStatus } from '@cortensor/interface'
import { createClient, createLogger, type EndpointStatus, readSwarmFile } from '@cortensor/node'
import { cliError } from '../errors.js'
import { DEFAULT_DATA_DIR } from '../options.js'
import { createOutput, formatCor, formatTable } from '../output.js'
import { using } from '../run.js'

export interface StatusOptions {
  dataDir?: string
  url?: string
  key?: string
  json?: boolean
}

interface StatusView extends GatewayStatus {
  balances: Record<string, { native: bigint; token: bigint }> | null
  /** Of the chain's RPCs, as seen from here. */
  rpcs: EndpointStatus[] | null
}

/** Shows a network as a router sees it. */
export async function showStatus(options: StatusOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const status = options.url === undefined ? await ofSwarm(options.dataDir ?? DEFAULT_DATA_DIR) : await ofRouter(options)
  if (output.json) {
    output.value(status)
  }
  output.line(describe(status))
}

async function ofRouter({ key, url }: StatusOptions): Promise<StatusView> {
  if (url === undefined || key === undefined) {
    throw cliError('CLI_BAD_OPTION', 'With --url, say --key KEY too')
  }
  return { ...(await createApiClient({ url, key }).status()), balances: null, rpcs: null }
}

async function ofSwarm(dataDir: string): Promise<StatusView> {
  const swarm = readSwarmFile(dataDir)
  const status = await createApiClient(swarm.api).status()
  const { registry, rpcUrl } = swarm.chain
  const client = createClient({
    rpcUrls: [rpcUrl],
    registry,
    bootstrap: [],
    logger: createLogger({ level: 'error', destination: 'stderr' })
  })
  const { balances, rpcs } = await using(client, async () => {
    await client.chain.head()
    const operators = [...new Set(swarm.nodes.map((node) => node.operator as Address))]
    const held = await Promise.all(
      operators.map(async (operator): Promise<[string, Balances]> => [operator, await client.chain.balances(operator)])
    )
    return { balances: Object.fromEntries(held), rpcs: client.chain.endpoints() }
  })
  return { ...status, balances, rpcs }
}

const describeRpc = ({ headNumber, latencyMs, name, state }: EndpointStatus): string =>
  `Chain   block ${headNumber ?? 'not known'}, RPC ${name} ${state}, ${Math.round(latencyMs ?? 0)} ms`

const describeSession = ({ escrow, held, isOpen, left, paid, session, spent }: GatewaySession): string =>
  `Session ${BigInt(`0x${session}`)} ${isOpen ? 'open' : 'closed'}: ${formatCor(escrow)} in escrow, ${formatCor(left)} left to spend; ` +
  `spent ${formatCor(spent)}, of it paid out ${formatCor(paid)}; promised ${formatCor(held)}`

function describe(status: StatusView): string {
  const { epoch, tasks } = status
  const age = epoch.lastCommitMs === null ? '' : `, ${Math.round((Date.now() - epoch.lastCommitMs) / 1000)} s ago`
  const rows = status.nodes.map((node) => {
    const balance = status.balances?.[node.operator]
    return [
      node.nodeId,
      node.roles.join('+'),
      `${(node.leaseMs / 1000).toFixed(1)} s`,
      node.roles.includes('miner') ? `${node.freeSlots} free, ${node.queueLength} waiting` : '',
      node.models.join(' '),
      balance === undefined ? '' : formatCor(balance.token)
    ]
  })
  return [
    `Network ${status.networkId}, ${status.ready ? 'ready' : 'not ready: no miner in sight'}, ${status.peers} peers`,
    `Epoch   ${epoch.last === null ? 'none committed yet' : `${epoch.last} committed${age} in ${epoch.lastTransaction}`}`,
    `Leader  ${epoch.nextLeader ?? 'not known yet'} (of the next epoch, view 0)`,
    ...(status.rpcs ?? []).map(describeRpc),
    `Tasks   ${tasks.active} active, ${tasks.completed} completed, ${tasks.failed} failed`,
    ...status.sessions.map(describeSession),
    '',
    formatTable([['NODE', 'ROLE', 'LEASE', 'SLOTS', 'MODELS', 'OPERATOR HOLDS'], ...rows])
  ].join('\n')
}
