import type { CidString, NodeId, Stake } from '@cortensor/interface'
import { loadReport } from '@cortensor/protocols'
import { explainReward, openObservation, type RewardExplanation } from '@cortensor/scoring'
import { nodeError } from '../errors.js'
import { openEpoch, stateBefore, type VerifyEpochInit } from './verify-epoch.js'

export interface ExplainEpochInit extends VerifyEpochInit {
  node: NodeId
}

export interface EpochRewardExplanation extends RewardExplanation {
  report: CidString
  /** The signed messages that all of it follows from. */
  buckets: CidString[]
  /** What the registry holds of a node that lost stake, by now; null for others, and where nothing is left. */
  stake: Stake | null
}

/** How a node's reward in an epoch comes about, exact to the unit. Throws `SCORING_REWARD_UNEXPLAINED` when it does not. */
export async function explainEpochReward(init: ExplainEpochInit): Promise<EpochRewardExplanation> {
  const source = await openEpoch(init)
  const { attested, chainId, params, registry } = source.facts
  const { networkId, verifier } = init.client
  const report = await loadReport(attested.commit.reportCid, source.fetch)
  const prevState = await stateBefore(source)
  if (prevState === null) {
    throw nodeError('NODE_EPOCH_UNKNOWN', `Epoch ${init.epoch} does not build on the epoch before it on this chain`)
  }
  const explained = explainReward({ report, prevState, node: init.node, params })
  const network = { networkId, chainId, registry, verifier }
  const observations = await Promise.all(report.observations.map((bytes) => openObservation(bytes, network)))
  const buckets = [...new Set(observations.flatMap(({ observe }) => observe.buckets))]
  const { slashing } = explained
  const stake = slashing === null ? null : await init.client.chain.stake(slashing.operator, slashing.node)
  return { ...explained, report: attested.commit.reportCid, buckets, stake }
}
