import type { GossipAttack } from './gossip-attack.js'

export const eclipsePublishers: GossipAttack = {
  name: 'eclipse-publishers',
  prose: 'The same against those whose word counts most, the oracles, so that what they say does not get out.',
  // 1,000 sybils with 100 connections each, against 100 publishers
  sybils: 1,
  connections: 50,
  aim: 'publishers',
  drops: 1
}
