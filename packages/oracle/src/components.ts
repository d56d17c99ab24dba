import type { Chain, Clock, ContentStore, KeyValue, Logger, Metrics, Network, Signer, Verifier } from '@cortensor/interface'
import type { Publisher } from '@cortensor/protocols'
import type { PresenceFeed } from '@cortensor/scheduler'
import type { DerivedReport, ReportInput } from '@cortensor/scoring'

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
  /** For oracles of one process, which would all make the same report out of the same evidence. @default deriveReport */
  derive?: (input: ReportInput) => DerivedReport
}
