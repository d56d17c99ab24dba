import { createEthersChain } from '@cortensor/chain'
import type { DevChain } from '@cortensor/chain/dev'
import type { Address, Logger, NodeId } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import { ensureConsumerSession, type SessionView } from '../client/sessions.js'
import { loadIdentity } from '../identity/identity.js'

const COR = 1_000_000n
/** What the consumer pays at most, in micro-COR for a million tokens: five times what a swarm's miners ask. */
const MAX_PRICE = 10n * COR
/** Half a billion tokens at the miners' price. */
const DEPOSIT = 1_000n * COR

const POLL_INTERVAL_MS = 250

export interface ConsumerInit {
  dev: DevChain
  registry: Address
  /** Who may spend from the session. */
  routers: readonly NodeId[]
  /** Of the consumer's keys. */
  dataDir: string
  /** @default random keys */
  seed: string | undefined
  logger: Logger
}

/** A consumer with an account of its own pays for what the routers of a development network are asked. */
export async function openConsumerSession({ dev, registry, routers, dataDir, seed, logger }: ConsumerInit): Promise<SessionView> {
  const { operatorKey, signer } = loadIdentity(dataDir, seed)
  await dev.fundAccount(signer.operator)
  const chain = createEthersChain({
    ...{ rpcUrls: [dev.rpcUrl], registry, pollIntervalMs: POLL_INTERVAL_MS, logger },
    privateKey: `0x${bytesToHex(operatorKey)}`
  })
  await chain.start()
  try {
    return await ensureConsumerSession(chain, { routers, deposit: DEPOSIT, maxPrice: MAX_PRICE })
  } finally {
    await chain.stop()
  }
}
