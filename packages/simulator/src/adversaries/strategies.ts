import { badCid } from './bad-cid.js'
import { badRootOracle } from './bad-root-oracle.js'
import { censoringOracle } from './censoring-oracle.js'
import { equivocatingOracle } from './equivocating-oracle.js'
import { falseRevealer } from './false-revealer.js'
import { lateRevealer } from './late-revealer.js'
import { lazy } from './lazy.js'
import { silentOracle } from './silent-oracle.js'
import { slowOracle } from './slow-oracle.js'
import { smallerModel } from './smaller-model.js'
import { spammer } from './spammer.js'
import type { Strategy } from './strategy.js'
import { tokenInflater } from './token-inflater.js'
import { withholder } from './withholder.js'
import { withholdingOracle } from './withholding-oracle.js'

/** All that is known; a new one is a file of its own and a line here. */
export const STRATEGIES = {
  'bad-cid': badCid,
  'bad-root-oracle': badRootOracle,
  'censoring-oracle': censoringOracle,
  'equivocating-oracle': equivocatingOracle,
  'false-revealer': falseRevealer,
  'late-revealer': lateRevealer,
  lazy,
  'silent-oracle': silentOracle,
  'slow-oracle': slowOracle,
  'smaller-model': smallerModel,
  spammer,
  'token-inflater': tokenInflater,
  withholder,
  'withholding-oracle': withholdingOracle
} as const satisfies Record<string, Strategy>

export type StrategyName = keyof typeof STRATEGIES

export const STRATEGY_NAMES = Object.keys(STRATEGIES) as [StrategyName, ...StrategyName[]]

export const strategyOf = (name: StrategyName): Strategy => STRATEGIES[name]
