import type { Address, Chain, Logger, NetworkId, NodeId, Role, Startable } from '@cortensor/interface'
import type { MetricsRegistry } from '@cortensor/telemetry'
import { stopAll } from '@cortensor/utils'
import { type Composition, compose } from './compose.js'
import type { NodeConfig } from './config/node-config.js'
import type { NodeEvent } from './events.js'
import { type Identity, loadIdentity } from './identity/identity.js'

export interface NodeDependencies {
  logger: Logger
  metrics: MetricsRegistry
  /** Name and version, as others see it. */
  agent: string
  /** Told of tasks, rounds and epochs as they happen. */
  onEvent?: ((event: NodeEvent) => void) | undefined
}

/** One real node with one role. The getters throw before `start`. */
export interface CortensorNode extends Startable {
  readonly role: Role
  readonly nodeId: NodeId
  readonly operator: Address
  readonly networkId: NetworkId
  readonly chain: Chain
  /** Where others can dial it. */
  multiaddrs(): string[]
  /** A router's HTTP surface, null for other roles. */
  apiUrl(): string | null
}

/**
 * A node from its configuration. `start` brings up its parts in the order of their needs, and stops those that had started when one
 * fails; its errors are those of the parts, each saying what to do.
 */
export function createNode(config: NodeConfig, dependencies: NodeDependencies): CortensorNode {
  let identity: Identity | undefined
  let running: Composition | undefined
  let starting: Promise<void> | undefined
  let controller = new AbortController()
  const keys = (): Identity => {
    identity ??= loadIdentity(config.dataDir)
    return identity
  }
  const parts = (): Composition => {
    if (running === undefined) {
      throw new TypeError('The node has not started')
    }
    return running
  }
  const begin = async (): Promise<void> => {
    controller = new AbortController()
    running = await compose(config, keys(), dependencies, controller.signal)
  }
  return {
    role: config.role,
    get nodeId() {
      return keys().signer.nodeId
    },
    get operator() {
      return keys().signer.operator
    },
    get networkId() {
      return parts().networkId
    },
    get chain() {
      return parts().chain
    },
    multiaddrs: () => parts().network.multiaddrs(),
    apiUrl: () => running?.api?.url() ?? null,
    async start() {
      starting ??= begin().catch((error: unknown) => {
        starting = undefined
        throw error
      })
      await starting
    },
    async stop() {
      controller.abort()
      await starting?.catch(() => {})
      const stopping = running
      running = undefined
      starting = undefined
      if (stopping !== undefined) {
        await stopAll(stopping.parts)
      }
    }
  }
}
