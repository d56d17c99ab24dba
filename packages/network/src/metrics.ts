import type { Metrics } from '@cortensor/interface'

/** Why a gossip message was not accepted, or that it was. */
export type GossipOutcome = 'accepted' | 'ignored' | 'rejected' | 'oversize' | 'dropped' | 'failed'
export type RequestOutcome = 'answered' | 'aborted' | 'reset' | 'unreachable' | 'oversize'
export type HandledOutcome = 'answered' | 'aborted' | 'failed' | 'limited' | 'malformed' | 'refused'
export type DialOutcome = 'connected' | 'failed'

export interface NetworkMetrics {
  gossip(topic: string, outcome: GossipOutcome): void
  published(topic: string): void
  request(outcome: RequestOutcome): void
  handled(protocol: string, outcome: HandledOutcome): void
  dial(outcome: DialOutcome): void
  penalty(kind: string): void
  peers(count: number): void
}

export function createNetworkMetrics(metrics: Metrics | undefined, node: string): NetworkMetrics {
  const gossip = metrics?.counter({
    name: 'cortensor_network_gossip_messages_total',
    help: 'Gossip messages received, without duplicates, by what became of them',
    labelNames: ['topic', 'outcome']
  })
  const published = metrics?.counter({
    name: 'cortensor_network_gossip_published_total',
    help: 'Gossip messages published by this node',
    labelNames: ['topic']
  })
  const requests = metrics?.counter({
    name: 'cortensor_network_requests_total',
    help: 'Requests sent to peers, by how they ended',
    labelNames: ['outcome']
  })
  const handled = metrics?.counter({
    name: 'cortensor_network_handled_requests_total',
    help: 'Requests received from peers, by how they ended',
    labelNames: ['protocol', 'outcome']
  })
  const dials = metrics?.counter({
    name: 'cortensor_network_dials_total',
    help: 'Dials made to stay connected',
    labelNames: ['outcome']
  })
  const penalties = metrics?.counter({
    name: 'cortensor_network_penalties_total',
    help: 'Penalties given to peers',
    labelNames: ['kind']
  })
  const peers = metrics?.gauge({
    name: 'cortensor_network_peers',
    help: 'Connected peers',
    labelNames: ['node']
  })
  return {
    gossip: (topic, outcome) => gossip?.inc({ topic, outcome }),
    published: (topic) => published?.inc({ topic }),
    request: (outcome) => requests?.inc({ outcome }),
    handled: (protocol, outcome) => handled?.inc({ protocol, outcome }),
    dial: (outcome) => dials?.inc({ outcome }),
    penalty: (kind) => penalties?.inc({ kind }),
    peers: (count) => peers?.set(count, { node })
  }
}
