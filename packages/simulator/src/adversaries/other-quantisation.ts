import type { Strategy } from './strategy.js'

/** Far below every tolerance, and above the last bit of a logit. */
const DIFFERENCE = 0.001

export const otherQuantisation: Strategy = {
  name: 'other-quantisation',
  role: 'miner',
  prose:
    'Runs the model that it offers in a cheaper quantisation: the same tokens, and logits that are off by less than any tolerance. Where windows are exact, that shows.',
  trace: ({ ids, logits, top }) => ({ ids, logits: logits.map((logit) => logit + DIFFERENCE), top })
}
