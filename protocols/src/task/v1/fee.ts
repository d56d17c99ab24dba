import type { EpochNumber, ModelId, NodeId, Session, TokenAmount } from '@cortensor/interface'
import type { TaskHeader } from './types.js'

/** What of a session decides whether a header may spend from it. */
export interface SpendingRules {
  /** Nodes whose headers count, in order. */
  routers: NodeId[]
  /** The one model that it is for, or null. */
  model: ModelId | null
  /** Highest price, in micro-COR for a million tokens. */
  maxPrice: TokenAmount
  /** The last epoch that may spend, or null while the session is open. */
  lastEpoch: EpochNumber | null
}

const TOKENS_PER_KILOTOKEN = 1_000n

/** What an answer costs, in whole micro-units; a fraction is not charged. */
export const feeOf = (priceMicroPerKilotoken: number, completionTokens: number): TokenAmount =>
  (BigInt(priceMicroPerKilotoken) * BigInt(completionTokens)) / TOKENS_PER_KILOTOKEN

/** Highest price of a header that a session with this maximum pays. */
export const maxHeaderPrice = (maxPrice: TokenAmount): TokenAmount => maxPrice / TOKENS_PER_KILOTOKEN

export const spendingRulesOf = ({ closed, model, routers, terms }: Session): SpendingRules => ({
  routers,
  model,
  maxPrice: terms.maxPrice,
  lastEpoch: closed?.lastEpoch ?? null
})

/** Why a header of this router may not spend from a session in an epoch, whatever is in escrow; null when it may. */
export function refusalOf(
  rules: SpendingRules,
  { modelId, priceMicroPerKilotoken }: Pick<TaskHeader, 'modelId' | 'priceMicroPerKilotoken'>,
  router: NodeId,
  epoch: EpochNumber
): 'router' | 'model' | 'price' | 'closed' | null {
  if (rules.lastEpoch !== null && epoch > rules.lastEpoch) {
    return 'closed'
  }
  if (!rules.routers.includes(router)) {
    return 'router'
  }
  if (rules.model !== null && rules.model !== modelId) {
    return 'model'
  }
  return BigInt(priceMicroPerKilotoken) > maxHeaderPrice(rules.maxPrice) ? 'price' : null
}
