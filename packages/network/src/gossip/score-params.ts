import type { PeerScoreParams, PeerScoreThresholds, TopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'

/** Counters lose this factor a second: half is left after a minute, so that a peer that was fixed is soon welcome again. */
const MINUTE_HALF_LIFE = 0.5 ** (1 / 60)

/**
 * At five provably bad messages within a minute (2 x 5^2) a peer hears no more gossip about messages, at ten (2 x 10^2) nothing
 * it says is read any more. Honest peers never get there: they validate before they forward.
 */
export const SCORE_THRESHOLDS: Readonly<PeerScoreThresholds> = {
  gossipThreshold: -50,
  publishThreshold: -100,
  graylistThreshold: -200,
  acceptPXThreshold: 1000,
  opportunisticGraftThreshold: 1
}

const TOPIC_SCORE: Readonly<TopicScoreParams> = {
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: MINUTE_HALF_LIFE,
  firstMessageDeliveriesCap: 50,
  // Most of our topics carry a few messages a minute: a quiet mesh peer is no worse than a busy one.
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: MINUTE_HALF_LIFE,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: MINUTE_HALF_LIFE,
  invalidMessageDeliveriesWeight: -2,
  invalidMessageDeliveriesDecay: MINUTE_HALF_LIFE
}

export interface ScoreParamsInit {
  topics: readonly string[]
  localNetwork: boolean
  /** Zero or negative; see the penalty ledger. */
  appSpecificScore: (peer: string) => number
}

export function createScoreParams(init: ScoreParamsInit): Partial<PeerScoreParams> {
  return {
    topics: Object.fromEntries(init.topics.map((topic) => [topic, TOPIC_SCORE])),
    // Less than one reported penalty: good delivery cannot pay for bad behaviour.
    topicScoreCap: 10,
    appSpecificScore: init.appSpecificScore,
    appSpecificWeight: 1,
    // On one machine every node shares the address; scoring it would empty the meshes above ten peers.
    IPColocationFactorWeight: init.localNetwork ? 0 : -5,
    behaviourPenaltyWeight: -10,
    // A busy machine answers a few IWANTs late.
    behaviourPenaltyThreshold: 6,
    behaviourPenaltyDecay: MINUTE_HALF_LIFE,
    decayInterval: 1000,
    retainScore: 3_600_000
  }
}
