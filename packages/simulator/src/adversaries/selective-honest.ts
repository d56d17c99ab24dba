import type { Strategy } from './strategy.js'

export const selectiveHonest: Strategy = {
  name: 'selective-honest',
  role: 'miner',
  prose: 'Plays the quiz honestly, which is greedy and so easily told, and answers users with one word.',
  answer: (honest) => (messages, rng, spec) => (spec.sampling.temperature === 0 ? honest(messages, rng, spec) : 'yes')
}
