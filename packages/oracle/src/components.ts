import type { Chain, Clock, ContentStore, KeyValue, Logger, Metrics, Network, Signer, Verifier } from '@cortensor/interface'
import type { Publisher } from '@cortensor/protocols'
import type { PresenceFeed } from '@cortensor/scheduler'

export interface OracleComponents {
  network: Network
  publisher: Publisher
  store: ContentStore
  /** Durable; holds the signing record and the evidence that waits for its report. */
  keyValue: KeyValue
  chain: Chain
  presence: PresenceFeed
  signer: Signer
  verifier: Verifier
  clock: Clock
  logger: Logger
  metrics: Metrics
}
