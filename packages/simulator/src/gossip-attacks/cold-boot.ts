import type { GossipAttack } from './gossip-attack.js'

export const coldBoot: GossipAttack = {
  name: 'cold-boot',
  prose: 'Sybils come up together with the network, before honest nodes know one another, and forward nothing.',
  // 4,000 sybils with 20 connections each
  sybils: 4,
  connections: 4,
  aim: 'everybody',
  connects: 'at-start',
  drops: 1
}
