import type { Strategy } from './strategy.js'

/** Identities of one machine. */
const IDENTITIES = 4

export const sybil: Strategy = {
  name: 'sybil',
  role: 'miner',
  prose:
    'One machine under four names, each with a stake of its own, in the hope of four shares: all of them wait for the same hardware.',
  identities: IDENTITIES
}
