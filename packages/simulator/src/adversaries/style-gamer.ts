import type { Strategy } from './strategy.js'

export const styleGamer: Strategy = {
  name: 'style-gamer',
  role: 'miner',
  prose: 'Wraps every answer in confident words, for graders that like them.',
  answer: (honest) => (messages, rng, spec) => `Certainly! I am quite sure that it is: ${honest(messages, rng, spec)}`
}
