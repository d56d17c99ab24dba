import { type Strategy, withoutStoring } from './strategy.js'

export const withholdingOracle: Strategy = {
  name: 'withholding-oracle',
  role: 'oracle',
  prose: 'Names buckets and reports that nobody can fetch from it.',
  ports: withoutStoring
}
