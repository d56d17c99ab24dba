import { badCid } from './bad-cid.js'
import { badRootOracle } from './bad-root-oracle.js'
import { censoringOracle } from './censoring-oracle.js'
import { control } from './control.js'
import { copier } from './copier.js'
import { disputeDodger } from './dispute-dodger.js'
import { doubleCommitter } from './double-committer.js'
import { equivocatingOracle } from './equivocating-oracle.js'
import { falseRevealer } from './false-revealer.js'
import { freeRider } from './free-rider.js'
import { guesser } from './guesser.js'
import { hedger } from './hedger.js'
import { keyKeeper } from './key-keeper.js'
import { lateRevealer } from './late-revealer.js'
import { lazy } from './lazy.js'
import { nodder } from './nodder.js'
import { otherQuantisation } from './other-quantisation.js'
import { partTimer } from './part-timer.js'
import { priceDumper } from './price-dumper.js'
import { promptInjector } from './prompt-injector.js'
import { quizSkipper } from './quiz-skipper.js'
import { ring } from './ring.js'
import { rubberStamp } from './rubber-stamp.js'
import { selectiveHonest } from './selective-honest.js'
import { silentOracle } from './silent-oracle.js'
import { slotLiar } from './slot-liar.js'
import { slowOracle } from './slow-oracle.js'
import { smallerModel } from './smaller-model.js'
import { spammer } from './spammer.js'
import { speedLiar } from './speed-liar.js'
import type { Strategy } from './strategy.js'
import { styleGamer } from './style-gamer.js'
import { sybil } from './sybil.js'
import { taskAbandoner } from './task-abandoner.js'
import { taskDropper } from './task-dropper.js'
import { templateSolver } from './template-solver.js'
import { tokenInflater } from './token-inflater.js'
import { withholder } from './withholder.js'
import { withholdingOracle } from './withholding-oracle.js'

/** All that is known; a new one is a file of its own and a line here. */
export const STRATEGIES = {
  'bad-cid': badCid,
  'bad-root-oracle': badRootOracle,
  'censoring-oracle': censoringOracle,
  control,
  copier,
  'dispute-dodger': disputeDodger,
  'double-committer': doubleCommitter,
  'equivocating-oracle': equivocatingOracle,
  'false-revealer': falseRevealer,
  'free-rider': freeRider,
  guesser,
  hedger,
  'key-keeper': keyKeeper,
  'late-revealer': lateRevealer,
  lazy,
  nodder,
  'other-quantisation': otherQuantisation,
  'part-timer': partTimer,
  'price-dumper': priceDumper,
  'prompt-injector': promptInjector,
  'quiz-skipper': quizSkipper,
  ring,
  'rubber-stamp': rubberStamp,
  'selective-honest': selectiveHonest,
  'silent-oracle': silentOracle,
  'slot-liar': slotLiar,
  'slow-oracle': slowOracle,
  'smaller-model': smallerModel,
  spammer,
  'speed-liar': speedLiar,
  'style-gamer': styleGamer,
  sybil,
  'task-abandoner': taskAbandoner,
  'task-dropper': taskDropper,
  'template-solver': templateSolver,
  'token-inflater': tokenInflater,
  withholder,
  'withholding-oracle': withholdingOracle
} as const satisfies Record<string, Strategy>

export type StrategyName = keyof typeof STRATEGIES

export const STRATEGY_NAMES = Object.keys(STRATEGIES) as [StrategyName, ...StrategyName[]]

export const strategyOf = (name: StrategyName): Strategy => STRATEGIES[name]
