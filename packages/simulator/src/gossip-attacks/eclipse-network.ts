import type { GossipAttack } from './gossip-attack.js'

export const eclipseNetwork: GossipAttack = {
  name: 'eclipse-network',
  prose: 'Four sybils for each honest node crowd into all meshes at once and forward nothing.',
  // 4,000 sybils with 100 connections each, against 1,000 nodes
  sybils: 4,
  connections: 20,
  aim: 'everybody',
  drops: 1
}
