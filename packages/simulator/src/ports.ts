import type { Address, Chain, Clock, ContentStore, KeyValue, Logger, Metrics, Network, Rng, Role } from '@cortensor/interface'
import { rolesToBits, type Signer, type Verifier } from '@cortensor/interface'
import { createMemoryKeyValue, createMemorySigner, type Hears, memoryAddress } from '@cortensor/memory'
import { createPublisher, createSequence, type Publisher } from '@cortensor/protocols'
import type { Kernel } from './kernel.js'

/** Everything that one node has to itself; nothing is started. */
export interface NodePorts {
  label: string
  /** Where its rewards go: an account of its own, as a careful operator has it. */
  payout: Address
  signer: Signer
  verifier: Verifier
  network: Network
  store: ContentStore
  keyValue: KeyValue
  chain: Chain
  publisher: Publisher
  clock: Clock
  rng: Rng
  randomBytes: (length: number) => Uint8Array
  logger: Logger
  metrics: Metrics
}

/** `hears` as in the network's options. */
export function createPorts(kernel: Kernel, label: string, hears?: Hears): NodePorts {
  const { clock, hub, metrics, networkId, topics } = kernel
  const signer = createMemorySigner({ label })
  const rng = kernel.rng.fork(`node/${label}`)
  const region = kernel.regionOf(label)
  const network = hub.createNetwork({ self: signer.nodeId, topics, region, ...(hears === undefined ? {} : { hears }) })
  const logger = kernel.logger.child({ node: label })
  const nowMs = (): number => clock.now()
  const bytes = rng.fork('bytes')
  return {
    label,
    payout: memoryAddress(`${label}/payout`),
    signer,
    verifier: kernel.verifier,
    network,
    store: hub.createContentStore({ self: signer.nodeId }),
    keyValue: createMemoryKeyValue(),
    chain: kernel.chain.connect(signer.operator),
    publisher: createPublisher({ network, signer, networkId, sequence: createSequence(clock), nowMs, logger }),
    clock,
    rng,
    randomBytes: (length) => bytes.bytes(length),
    logger,
    metrics
  }
}

/** Stakes and registers the node, unless it is registered already. */
export async function registerNode({ chain, payout, signer }: NodePorts, role: Role): Promise<void> {
  const { nodeId, operator } = signer
  // All registrations would do too, and with ten thousand nodes that each read ten thousand take longer than the rest of the start.
  if ((await chain.stake(operator, nodeId)) !== null) {
    return
  }
  const roles = rolesToBits([role])
  const stake = await chain.minimumStake(roles)
  await chain.send({ type: 'approve', spender: chain.deployment().registry, amount: stake })
  await chain.send({ type: 'register', nodeId, roles, stake, payout })
}
