import { errorMessage, type Logger, type Startable } from '@cortensor/interface'
import { stopAll } from '@cortensor/utils'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Libp2p } from '@libp2p/interface'
import { openDatastore } from './datastore.js'
import { networkError } from './errors.js'
import type { Gossip } from './gossip/gossip.js'
import { createLibp2pNode, type Libp2pNode } from './libp2p-node.js'
import type { NetworkMetrics } from './metrics.js'
import { DEFAULT_LISTEN, kadProtocol, type Libp2pNetworkInit } from './options.js'
import { parsePeerAddress } from './peers/addresses.js'
import { createConnectivity } from './peers/connectivity.js'
import type { PenaltyLedger } from './peers/penalties.js'
import { within } from './within.js'

/** Handlers get their signal first; one that still runs after this breaks its contract and is left behind. */
const HANDLER_GRACE_MS = 5_000

export interface RunningNodeInit {
  init: Libp2pNetworkInit
  gossip: Gossip
  penalties: PenaltyLedger
  metrics: NetworkMetrics
  logger: Logger | undefined
  /** Before the node listens: what peers may ask for from the first moment. */
  prepare(libp2p: Libp2p): Promise<void>
}

export interface RunningNode {
  libp2p: Libp2p
  stop(): Promise<void>
}

/** Opens, listens, joins gossip and starts to look for peers; whatever fails, nothing stays behind. */
export async function startNode(parts: RunningNodeInit): Promise<RunningNode> {
  const { init, gossip } = parts
  const bootstrap = (init.bootstrap ?? []).map(parsePeerAddress)
  const opened: Startable[] = []
  const onStop = (stop: () => Promise<void>): void => {
    opened.push({ start: async () => {}, stop })
  }
  try {
    const datastore = init.datastoreDir === undefined ? undefined : await openDatastore(init.datastoreDir)
    onStop(async () => datastore?.close())
    const privateKey = await generateKeyPairFromSeed('Ed25519', init.seed)
    const node = await createLibp2pNode({ init, privateKey, datastore, gossip, penalties: parts.penalties })
    onStop(async () => node.libp2p.stop())
    await parts.prepare(node.libp2p)
    await listen(node, init)
    onStop(async () => {
      if (!(await within(gossip.detach(), HANDLER_GRACE_MS))) {
        parts.logger?.warn('A gossip handler did not end in time')
      }
    })
    gossip.attach(node.router)
    const connectivity = createConnectivity({ ...node, ...parts, bootstrap, kadProtocol: kadProtocol(init.networkId) })
    onStop(() => connectivity.stop())
    await connectivity.start()
    return { libp2p: node.libp2p, stop: () => stopAll(opened) }
  } catch (error) {
    await stopAll(opened).catch(() => {})
    throw error
  }
}

async function listen(node: Libp2pNode, init: Libp2pNetworkInit): Promise<void> {
  try {
    await node.libp2p.start()
  } catch (error) {
    if (error instanceof Error && error.name === 'UnsupportedListenAddressesError') {
      const addresses = (init.listen ?? DEFAULT_LISTEN).join(', ')
      throw networkError(
        'NETWORK_LISTEN_FAILED',
        `Cannot listen on ${addresses}: ${reasonOf(errorMessage(error))}. Stop what uses the port, or choose another listen address`,
        { cause: error }
      )
    }
    throw error
  }
}

/** The transports' own words come as an indented list below a paragraph of advice. */
function reasonOf(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  return (
    lines
      .slice(1)
      .filter((line) => line !== '')
      .join('; ') || message
  )
}
