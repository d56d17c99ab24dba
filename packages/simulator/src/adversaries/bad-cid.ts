import { type Strategy, withoutStoring } from './strategy.js'

export const badCid: Strategy = {
  name: 'bad-cid',
  role: 'miner',
  prose: 'Publishes CIDs of transcripts that it never stores: nobody can look at what it did.',
  ports: withoutStoring
}
