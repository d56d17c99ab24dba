import type { GossipAttack } from './gossip-attack.js'

export const eclipseOne: GossipAttack = {
  name: 'eclipse-one',
  prose: 'As many sybils as honest nodes connect to one node and forward nothing, so that it hears nobody and nobody hears it.',
  // 1,000 sybils against one of 1,000 nodes, which connects to 20
  sybils: 1,
  connections: 50,
  aim: 'one',
  drops: 1
}
