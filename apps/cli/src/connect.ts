import { type NetworkParams, resolveParams } from '@cortensor/config'
import type { Address, Logger } from '@cortensor/interface'
import { type ClientInit, createClient, readNodeConfig, readSwarmFile, type SwarmFile } from '@cortensor/node'
import type { ConnectOptions } from './connect-options.js'
import { cliError } from './errors.js'
import { DEFAULT_DATA_DIR } from './options.js'

export interface Connection {
  client: ReturnType<typeof createClient>
  registry: Address
  params: NetworkParams
  /** Of the local swarm, when that is what is asked. */
  swarm: SwarmFile | null
}

function target(options: ConnectOptions): Omit<Connection, 'client'> & Pick<ClientInit, 'rpcUrls' | 'bootstrap'> {
  if (options.rpc !== undefined) {
    if (options.registry === undefined) {
      throw cliError(
        'CLI_NO_NETWORK',
        'With --rpc, say --registry ADDRESS too; and --bootstrap MULTIADDR, if reports or transcripts are fetched'
      )
    }
    const registry = options.registry as Address
    const params = resolveParams(options.preset ?? 'public')
    return { rpcUrls: options.rpc, registry, bootstrap: options.bootstrap ?? [], params, swarm: null }
  }
  if (options.config !== undefined) {
    const { chain, network, params } = readNodeConfig(options.config, 'router')
    return { rpcUrls: chain.rpcUrls, registry: chain.registry, bootstrap: network.bootstrap, params, swarm: null }
  }
  const swarm = readSwarmFile(options.dataDir ?? DEFAULT_DATA_DIR)
  const { chain, bootstrap } = swarm
  return { rpcUrls: [chain.rpcUrl], registry: chain.registry, bootstrap, params: resolveParams('swarm', swarm.params), swarm }
}

/** A stopped client of the network that the options name. */
export function connect(options: ConnectOptions, logger: Logger, privateKey?: `0x${string}`): Connection {
  const { bootstrap, params, registry, rpcUrls, swarm } = target(options)
  return { client: createClient({ rpcUrls, registry, bootstrap, logger, privateKey }), registry, params, swarm }
}
