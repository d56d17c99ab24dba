import type { Strategy } from './strategy.js'

export const hedger: Strategy = {
  name: 'hedger',
  role: 'miner',
  prose: 'Names every short answer that it can think of, so that the right one is among them.',
  answer: () => () =>
    ['yes', 'no', 'true', 'false', 'A', 'B', 'C', 'D', ...Array.from({ length: 20 }, (_, i) => `${i}`)].join(', '),
  device: (device) => ({ ...device, prefillTokensPerSecond: 1e6, decodeTokensPerSecond: 1e6 })
}
