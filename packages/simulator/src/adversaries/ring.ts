import type { Strategy } from './strategy.js'

/** Members that share one good machine, and how often its model is right. */
const MEMBERS = 4
const SKILL = 0.9

export const ring: Strategy = {
  name: 'ring',
  role: 'miner',
  prose: 'Has its answers from the one good machine of its ring of four: the skill of the best, a quarter of its speed.',
  device: (device) => ({
    ...device,
    prefillTokensPerSecond: device.prefillTokensPerSecond / MEMBERS,
    decodeTokensPerSecond: device.decodeTokensPerSecond / MEMBERS
  }),
  leastSkill: SKILL
}
