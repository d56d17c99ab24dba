import type { GossipAttack } from './gossip-attack.js'

export const addressColocation: GossipAttack = {
  name: 'address-colocation',
  prose: 'A cold boot from a few machines: 160 sybils share an address, which is what a score by address is for.',
  // 4,000 sybils in 25 containers
  sybils: 4,
  connections: 4,
  aim: 'everybody',
  connects: 'at-start',
  drops: 1,
  perAddress: 160
}
