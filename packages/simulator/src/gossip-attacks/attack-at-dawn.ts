import type { GossipAttack } from './gossip-attack.js'

export const attackAtDawn: GossipAttack = {
  name: 'attack-at-dawn',
  prose: 'Sybils wait where honest nodes will come: those find nobody else when they wake up.',
  // as the cold boot, and honest nodes come ten seconds later
  sybils: 4,
  connections: 4,
  aim: 'everybody',
  connects: 'at-start',
  drops: 1,
  honestDelayMs: 3_300
}
