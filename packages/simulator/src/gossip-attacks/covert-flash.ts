import type { GossipAttack } from './gossip-attack.js'

export const covertFlash: GossipAttack = {
  name: 'covert-flash',
  prose: 'Sybils forward everything and earn their scores, until all of them stop at the same moment.',
  // as the cold boot, and the attack two minutes later
  sybils: 4,
  connections: 4,
  aim: 'everybody',
  connects: 'at-start',
  covert: true,
  drops: 1
}
