import { createEthersChain, type EthersChain } from '@cortensor/chain'
import { createVerifier, generateEd25519Seed } from '@cortensor/crypto'
import type { Address, CidString, ContentStore, Logger, NetworkId, NodeId, Startable, Verifier } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { createLibp2pNetwork } from '@cortensor/network'
import { networkIdOf } from '@cortensor/protocols'
import { createHeliaStore } from '@cortensor/store'
import { stopAll } from '@cortensor/utils'
import { nodeError } from '../errors.js'

export interface ClientInit {
  rpcUrls: readonly string[]
  registry: Address
  /** Multiaddrs of nodes that are up. */
  bootstrap: readonly string[]
  /** Sends with this key. @default a reader */
  privateKey?: `0x${string}` | undefined
  logger: Logger
}

/** A visitor of a network: reads the chain and fetches blocks from the nodes, and leaves nothing behind. */
export interface Client extends Startable {
  readonly chain: EthersChain
  readonly networkId: NetworkId
  readonly verifier: Verifier
  /** Fetches a block from whoever has it. Throws `NODE_REPORT_UNAVAILABLE` when nobody does. */
  fetch(cid: CidString, options: { maxBytes: number; providers?: readonly NodeId[]; signal?: AbortSignal }): Promise<Uint8Array>
}

/** A visitor reads a few blocks while somebody waits for it. */
const POLL_INTERVAL_MS = 250

export function createClient(init: ClientInit): Client {
  const { logger } = init
  const chain = createEthersChain({
    rpcUrls: init.rpcUrls,
    registry: init.registry,
    pollIntervalMs: POLL_INTERVAL_MS,
    logger,
    ...(init.privateKey === undefined ? {} : { privateKey: init.privateKey })
  })
  let parts: Startable[] = []
  let store: ContentStore | undefined
  let networkId: NetworkId | undefined
  const begin = async <T extends Startable>(part: T): Promise<T> => {
    parts.push(part)
    await part.start()
    return part
  }
  const openStore = async (): Promise<ContentStore> => {
    const networkId = networkIdOf(chain.chainId(), init.registry)
    const network = await begin(
      createLibp2pNetwork({
        seed: generateEd25519Seed(),
        networkId,
        topics: [],
        localNetwork: true,
        logger
      })
    )
    const outcomes = await Promise.allSettled(init.bootstrap.map((address) => network.connect(address)))
    if (init.bootstrap.length > 0 && outcomes.every((outcome) => outcome.status === 'rejected')) {
      const reason = outcomes.map((outcome) => (outcome.status === 'rejected' ? errorMessage(outcome.reason) : ''))[0]
      throw nodeError('NODE_REPORT_UNAVAILABLE', `None of the nodes can be reached (${reason}); is the network up?`)
    }
    return begin(createHeliaStore({ network, networkId, logger }))
  }
  return {
    chain,
    verifier: createVerifier(),
    get networkId() {
      networkId ??= networkIdOf(chain.chainId(), init.registry)
      return networkId
    },
    async start() {
      await begin(chain)
    },
    async stop() {
      const stopping = parts
      parts = []
      store = undefined
      await stopAll(stopping)
    },
    async fetch(cid, options) {
      store ??= await openStore()
      try {
        return await store.get(cid, options)
      } catch (error) {
        throw nodeError('NODE_REPORT_UNAVAILABLE', `${cid} cannot be fetched: ${errorMessage(error)}`, { cause: error })
      }
    }
  }
}
