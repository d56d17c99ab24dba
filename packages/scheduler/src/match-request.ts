import type { Address, NodeId, TokenAmount, UnixMs } from '@cortensor/interface'
import type { ModelOffer, QuizCategory } from '@cortensor/protocols'
import type { DirectoryNode } from './directory.js'
import type { MatchPolicy } from './policy.js'

/** What a task wants of who does it, beside the model. */
export interface MatchRequest {
  nowMs: UnixMs
  /** Miners wanted. Fewer come back when fewer fit. @default that of the policy */
  count?: number
  /** Never these: they failed or declined this request. */
  excluded?: ReadonlySet<NodeId>
  /** Nor any node of these operators. @default none */
  operators?: ReadonlySet<Address>
  /** In micro-COR for 1,000 tokens; the policy's own limit holds besides. @default any */
  maxPriceMicroPerKilotoken?: number
  /** What this router has assigned to each miner and its presence may not show yet. */
  inFlight?: (nodeId: NodeId) => number
  policy?: MatchPolicy
  /** What the task is about, when that is known. */
  category?: QuizCategory | null
  /** Ability at which half of the answers to such a task are right, in logits. @default 0 */
  difficulty?: number
  promptTokens?: number
  maxTokens?: number
  /** Of the program that must have made the answer; empty for any. */
  fingerprint?: string
  /** Whether a node may work for this session at all: not reserved by another. @default everybody */
  isAvailable?: (nodeId: NodeId) => boolean
  /**
   * What a node has staked, for a task that is paid: null for one that the chain does not know, or whose stake is below what its role
   * needs. Such nodes are passed over.
   *
   * @default nobody needs a stake
   */
  stakeOf?: ((node: DirectoryNode) => TokenAmount | null) | undefined
  /** What the task costs at most by this offer. @default 0 */
  costOf?: (offer: ModelOffer) => TokenAmount
  /** Asked before the others while they are free: they are kept for this session. @default nobody */
  isPreferred?: (nodeId: NodeId) => boolean
}

/** The highest price of a request, by its own word and its policy's. */
export const highestPrice = (request: MatchRequest, policy: MatchPolicy): number =>
  Math.min(request.maxPriceMicroPerKilotoken ?? Number.POSITIVE_INFINITY, policy.maxPriceMicroPerKilotoken)
