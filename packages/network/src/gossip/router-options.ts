import type { GossipsubOpts } from '@chainsafe/libp2p-gossipsub'
import type { PenaltyLedger } from '../peers/penalties.js'
import type { Gossip } from './gossip.js'
import { createMessageIds } from './message-id.js'
import { createScoreParams, SCORE_THRESHOLDS } from './score-params.js'

/** Gossip waiting for one slow peer; beyond it the peer is dropped and connected anew. */
const MAX_GOSSIP_OUTBOUND_BYTES = 8 * 1024 * 1024

/** One RPC may carry several messages that a peer asked for at once. */
const MAX_GOSSIP_RPC_BYTES = 4 * 1024 * 1024

/** gossipsub itself asks for and announces up to 5,000 ids at a time; lists of ours are never longer. */
const MAX_GOSSIP_IDS = 5_000

export interface RouterOptionsInit {
  topics: readonly string[]
  gossip: Pick<Gossip, 'checkSize'>
  penalties: Pick<PenaltyLedger, 'score'>
  localNetwork: boolean
}

/** How gossipsub is run, in a node as in a simulation. */
export function routerOptions({ gossip, localNetwork, penalties, topics }: RouterOptionsInit): Partial<GossipsubOpts> {
  const ids = createMessageIds()
  return {
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: (message) => ids.idOf(message),
    fastMsgIdFn: (message) => ids.fastIdOf(message),
    allowedTopics: [...topics],
    asyncValidation: true,
    // The first thing done with any message, before it is hashed for the caches or remembered.
    dataTransform: {
      inboundTransform: (topic, data) => gossip.checkSize(topic, data),
      outboundTransform: (_topic, data) => data
    },
    decodeRpcLimits: {
      maxSubscriptions: 2 * topics.length + 16,
      maxMessages: MAX_GOSSIP_IDS,
      maxIhaveMessageIDs: MAX_GOSSIP_IDS,
      maxIwantMessageIDs: MAX_GOSSIP_IDS,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 2 * topics.length + 16,
      maxPeerInfos: 16
    },
    maxInboundDataLength: MAX_GOSSIP_RPC_BYTES,
    maxOutboundBufferSize: MAX_GOSSIP_OUTBOUND_BYTES,
    // Larger than any message: the notices cost more than the duplicates of our sizes.
    idontwantMinDataSize: MAX_GOSSIP_RPC_BYTES,
    floodPublish: false,
    emitSelf: false,
    fallbackToFloodsub: false,
    doPX: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    scoreParams: createScoreParams({ topics, localNetwork, appSpecificScore: (peer) => penalties.score(peer) }),
    scoreThresholds: SCORE_THRESHOLDS
  }
}
