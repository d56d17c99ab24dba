import type { Strategy } from './strategy.js'

/** A tiny model: ten times as fast, and right as often as a good guess. */
const SPEED = 10
const SKILL = 0.2

export const guesser: Strategy = {
  name: 'guesser',
  role: 'miner',
  prose: 'Guesses with the smallest model there is: ten times as fast, a fifth as often right.',
  device: (device) => ({
    ...device,
    prefillTokensPerSecond: device.prefillTokensPerSecond * SPEED,
    decodeTokensPerSecond: device.decodeTokensPerSecond * SPEED
  }),
  skillFactor: SKILL
}
