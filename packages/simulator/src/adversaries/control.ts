import type { Strategy } from './strategy.js'

export const control: Strategy = {
  name: 'control',
  role: 'miner',
  prose: 'Does what an honest miner does, in the place of a dishonest one: what attacks are compared with.'
}
