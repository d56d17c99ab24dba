import type { Chain, Clock, ContentStore, KeyValue, Logger, Metrics, Network, Rng, Signer, Verifier } from '@cortensor/interface'
import type { Publisher } from '@cortensor/protocols'
import type { PresenceFeed } from '@cortensor/scheduler'
import type { LoadDraw } from '@cortensor/scoring'

export interface RouterComponents {
  network: Network
  publisher: Publisher
  store: ContentStore
  /** Durable; holds the receipts. */
  keyValue: KeyValue
  chain: Chain
  presence: PresenceFeed
  signer: Signer
  verifier: Verifier
  clock: Clock
  /** Chooses among equal miners. */
  rng: Rng
  /** Fresh random bytes, for nonces and salts. */
  randomBytes: (length: number) => Uint8Array
  logger: Logger
  metrics: Metrics
  /** How an epoch's audits are found. @default loadDraw */
  loadDraw?: LoadDraw
}
