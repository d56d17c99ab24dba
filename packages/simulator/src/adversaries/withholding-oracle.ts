import { blockCid } from '@cortensor/crypto'
import type { Strategy } from './strategy.js'

export const withholdingOracle: Strategy = {
  name: 'withholding-oracle',
  role: 'oracle',
  prose: 'Names buckets and reports that nobody can fetch from it.',
  ports: (ports) => ({
    ...ports,
    store: { ...ports.store, put: async (bytes, codec) => blockCid(bytes, codec) }
  })
}
