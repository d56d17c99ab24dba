import type { GossipAttack } from './gossip-attack.js'

export const censor: GossipAttack = {
  name: 'censor',
  prose: 'Two sybils for each honest node forward everything but what one oracle says, so that only its voice is lost.',
  // 2,000 sybils with 100 connections each, against 1,000 nodes
  sybils: 2,
  connections: 10,
  aim: 'everybody',
  drops: 0,
  censors: true
}
