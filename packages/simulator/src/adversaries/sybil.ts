import type { Strategy } from './strategy.js'

/** Identities of one machine. */
const IDENTITIES = 4

export const sybil: Strategy = {
  name: 'sybil',
  role: 'miner',
  prose:
    'One machine under four names, each with a stake of its own: four shares of the base pot, a quarter of the speed for each.',
  device: (device) => ({
    ...device,
    prefillTokensPerSecond: device.prefillTokensPerSecond / IDENTITIES,
    decodeTokensPerSecond: device.decodeTokensPerSecond / IDENTITIES,
    sequences: Math.max(1, Math.floor(device.sequences / IDENTITIES))
  }),
  identities: IDENTITIES
}
