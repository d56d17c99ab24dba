import type { Strategy } from './strategy.js'

/** A quarter of the parameters: so much faster, and so much worse. */
const SPEED = 4
const SKILL = 0.5

export const smallerModel: Strategy = {
  name: 'smaller-model',
  role: 'miner',
  prose: 'Offers one model and runs a smaller one: four times as fast, half as often right.',
  device: (device) => ({
    ...device,
    prefillTokensPerSecond: device.prefillTokensPerSecond * SPEED,
    decodeTokensPerSecond: device.decodeTokensPerSecond * SPEED
  }),
  // Another model says something else.
  answer: (honest) => (messages, rng, spec) => honest(messages, rng.fork('smaller'), spec),
  skillFactor: SKILL
}
