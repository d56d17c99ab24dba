import { blockCid } from '@cortensor/crypto'
import type { Strategy } from './strategy.js'

export const badCid: Strategy = {
  name: 'bad-cid',
  role: 'miner',
  prose: 'Publishes CIDs of transcripts that it never stores: nobody can look at what it did.',
  ports: (ports) => ({
    ...ports,
    store: { ...ports.store, put: async (bytes, codec) => blockCid(bytes, codec) }
  })
}
