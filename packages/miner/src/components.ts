import type {
  Chain,
  Clock,
  ContentStore,
  InferenceEngine,
  Logger,
  Metrics,
  Network,
  Signer,
  Verifier
} from '@cortensor/interface'
import type { readTranscript } from '@cortensor/proofs'
import type { Publisher } from '@cortensor/protocols'
import type { LoadDraw } from '@cortensor/scoring'
import type { LoadDuties } from './quiz/duties.js'

export interface MinerComponents {
  network: Network
  publisher: Publisher
  store: ContentStore
  engine: InferenceEngine
  chain: Chain
  signer: Signer
  verifier: Verifier
  clock: Clock
  /** Fresh random bytes, for salts. */
  randomBytes: (length: number) => Uint8Array
  logger: Logger
  metrics: Metrics
  /** How an epoch's audits are found. @default loadDraw */
  loadDraw?: LoadDraw
  /** How the transcripts that are audited are read. @default readTranscript */
  readTranscript?: typeof readTranscript
  /** How it is found who writes open challenges, and who judges answers to them. @default loadDuties */
  loadDuties?: LoadDuties
}
