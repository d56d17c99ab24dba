import type { GossipAttack } from './gossip-attack.js'

export const control: GossipAttack = {
  name: 'control',
  prose: 'No sybils: what the same nodes deliver in peace.',
  sybils: 0,
  connections: 0,
  aim: 'everybody',
  drops: 0
}
