import type { GossipAttack } from './gossip-attack.js'

export const degrade: GossipAttack = {
  name: 'degrade',
  prose: 'Two sybils for each honest node forward every other message, which is too much for a clear case against them.',
  // 2,000 sybils with 100 connections each; the published share
  sybils: 2,
  connections: 10,
  aim: 'everybody',
  drops: 0.5
}
