import { rewardLeaf } from '@cortensor/contracts'
import { createMerkleTree, type MerkleTree } from '@cortensor/crypto'
import type { Address, Hex32, TokenAmount } from '@cortensor/interface'
import type { QuizOutcome, ReportedResult } from '@cortensor/protocols'
import { outcomeLeaf, resultLeaf } from './leaves.js'

/** What an operator has earned from the first epoch on. */
export interface CumulativeReward {
  operator: Address
  amount: TokenAmount
}

export interface RewardProof {
  /** The cumulative amount that the proof is for. */
  amount: TokenAmount
  proof: Hex32[]
}

/** The tree over everything that one epoch reports; a proof from it shows that one result or outcome is in the commit. */
export function resultsTree(results: readonly ReportedResult[], outcomes: readonly QuizOutcome[]): MerkleTree {
  return createMerkleTree([...results.map(resultLeaf), ...outcomes.map(outcomeLeaf)])
}

export function resultsRoot(results: readonly ReportedResult[], outcomes: readonly QuizOutcome[]): Hex32 {
  return resultsTree(results, outcomes).root
}

/** The tree that `RewardDistributor` checks claims against. */
export function rewardsTree(cumulative: readonly CumulativeReward[]): MerkleTree {
  return createMerkleTree(cumulative.map(({ operator, amount }) => rewardLeaf(operator, amount)))
}

/** What `claim` takes for this operator, or null when it has earned nothing. */
export function rewardProof(cumulative: readonly CumulativeReward[], operator: Address): RewardProof | null {
  const entry = cumulative.find((entry) => entry.operator === operator)
  if (entry === undefined) {
    return null
  }
  const proof = rewardsTree(cumulative).proof(rewardLeaf(operator, entry.amount))
  return proof === null ? null : { amount: entry.amount, proof }
}
