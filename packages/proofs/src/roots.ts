import { falseWindowLeaf, rewardLeaf, sessionNumber, settlementLeaf } from '@cortensor/contracts'
import { createMerkleTree, type MerkleTree } from '@cortensor/crypto'
import type { Address, FalseWindow, Hex32, SessionId, TokenAmount } from '@cortensor/interface'
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

/** What a session has spent from the first epoch on and gets back nothing of. */
export interface CumulativeSpending {
  session: SessionId
  final: TokenAmount
}

/** What a report says of money, as far as proofs need it. */
export interface MoneyState {
  cumulative: readonly CumulativeReward[]
  settlements: readonly CumulativeSpending[]
  slashings: readonly FalseWindow[]
}

/** The tree that `RewardDistributor` checks claims against, `SessionManager` settlements, and `NodeRegistry` what costs stake. */
export function rewardsTree({ cumulative, settlements, slashings }: MoneyState): MerkleTree {
  return createMerkleTree([
    ...cumulative.map(({ operator, amount }) => rewardLeaf(operator, amount)),
    ...settlements.map(({ final, session }) => settlementLeaf(sessionNumber(session), final)),
    ...slashings.map(falseWindowLeaf)
  ])
}

/** What `claim` takes for this operator, or null when it has earned nothing. */
export function rewardProof(money: MoneyState, operator: Address): RewardProof | null {
  const entry = money.cumulative.find((entry) => entry.operator === operator)
  if (entry === undefined) {
    return null
  }
  const proof = rewardsTree(money).proof(rewardLeaf(operator, entry.amount))
  return proof === null ? null : { amount: entry.amount, proof }
}

/**
 * What `settle` takes for this session, or null when it has spent nothing.
 *
 * @param tree of this money, for who proves more than one thing of it
 */
export function settlementProof(money: MoneyState, session: SessionId, tree = rewardsTree(money)): RewardProof | null {
  const entry = money.settlements.find((entry) => entry.session === session)
  if (entry === undefined) {
    return null
  }
  const proof = tree.proof(settlementLeaf(sessionNumber(session), entry.final))
  return proof === null ? null : { amount: entry.final, proof }
}

/** What `punishFalseWindow` takes for this slashing, or null when the report has none like it; the tree as above. */
export const slashingProof = (money: MoneyState, slashing: FalseWindow, tree = rewardsTree(money)): Hex32[] | null =>
  tree.proof(falseWindowLeaf(slashing))
