import type { Strategy } from './strategy.js'

export const lazy: Strategy = {
  name: 'lazy',
  role: 'miner',
  prose: 'Answers everything with one word, at once: no computation, full participation.',
  answer: () => () => 'yes',
  device: (device) => ({ ...device, prefillTokensPerSecond: 1e6, decodeTokensPerSecond: 1e6 })
}
