import type { Address, Chain, CommittedEpoch, TokenAmount } from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import { rewardProof } from '@cortensor/proofs'
import { createRealClock } from '@cortensor/utils'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'
import { loadRewards } from './load-rewards.js'

export interface ClaimOutcome {
  operator: Address
  /** The epoch whose root was claimed against. */
  epoch: number
  /** Paid by this claim, in micro-COR. */
  paid: TokenAmount
  /** Earned since the beginning, in micro-COR. */
  cumulative: TokenAmount
  txHash: string
}

/** A claim takes a block or two and an epoch many, so that losing the race twice in a row means that something else is wrong. */
const MAX_ATTEMPTS = 3

/** Longer than from one block to the next on the chains that we know. */
const NEXT_BLOCK_MS = 3_000
const POLL_MS = 100

/**
 * Claims what an operator has earned and not been paid. Anyone may claim for anyone: the money goes to the operator's payout address.
 * Resolves when the payment is as deep as `confirmations` blocks, itself included: with the network's confirmation depth plus one no
 * reorg is expected to take it back, nor the epoch that it rests on. Throws `NODE_NOTHING_TO_CLAIM`.
 */
export async function claimRewards(client: Client, operator: Address, confirmations = 1): Promise<ClaimOutcome> {
  const { chain } = client
  for (let attempt = 1; ; attempt++) {
    const commit = await chain.lastCommit()
    if (commit === null) {
      throw nodeError('NODE_NOTHING_TO_CLAIM', 'No epoch has been committed yet; rewards come with the first ones')
    }
    try {
      return await claimAt(client, commit, operator, confirmations)
    } catch (error) {
      // The contract knows the newest root only, which may have come while the claim was on its way.
      const mayBeOutdated = isCortensorError(error) && error.details?.reason === 'InvalidProof' && attempt < MAX_ATTEMPTS
      if (!mayBeOutdated || !(await seesNewerCommit(chain, commit))) {
        throw error
      }
    }
  }
}

/** A claim is tried against the block to come, which may hold a commit that the chain does not show yet. */
async function seesNewerCommit(chain: Chain, commit: CommittedEpoch): Promise<boolean> {
  const clock = createRealClock()
  const endMs = clock.now() + NEXT_BLOCK_MS
  for (;;) {
    if ((await chain.lastCommit())?.epoch !== commit.epoch) {
      return true
    }
    if (clock.now() >= endMs) {
      return false
    }
    await clock.sleep(POLL_MS)
  }
}

async function claimAt(client: Client, commit: CommittedEpoch, operator: Address, confirmations: number): Promise<ClaimOutcome> {
  const { chain } = client
  const rewards = await loadRewards(client, commit)
  const earned = rewardProof(rewards, operator)
  const claimed = await chain.claimed(operator)
  if (earned === null || earned.amount <= claimed) {
    throw nodeError(
      'NODE_NOTHING_TO_CLAIM',
      `${operator} has nothing to claim as of epoch ${commit.epoch}; ${claimed} micro-COR were paid before`
    )
  }
  const call = { type: 'claim', operator, cumulative: earned.amount, proof: earned.proof } as const
  const receipt = await chain.send(call, { confirmations })
  return {
    operator,
    epoch: commit.epoch,
    paid: earned.amount - claimed,
    cumulative: earned.amount,
    txHash: receipt.transactionHash
  }
}
