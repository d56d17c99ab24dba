import type { Verdict } from './check-generation.js'

/** What one checked answer says about its miner. */
export type Observation = 'fits' | 'doubtful' | 'contradicts'

export interface SequentialTestInit {
  /** Largest chance that an honest miner is ever ejected, over its whole life. @default 0.0001 */
  lifetimeFalseEjection?: number
  /** Largest share of an honest miner's answers that are doubtful. @default 0.002 */
  honestDoubtful?: number
  /** Largest share of an honest miner's answers that contradict: faults of machines. @default 0.0001 */
  honestContradicts?: number
  /** Share of doubtful and of contradicting answers of a cheat that shall be found fast. @default 0.05 and 0.5 */
  cheatDoubtful?: number
  cheatContradicts?: number
}

/** What is known about one miner. */
export interface SequentialState {
  /** Answers that were checked. */
  observations: number
  /** Evidence against the miner: a bet of 1 that it cheats, from some answer on, is worth this much now. */
  evidence: number
  /** Once true it stays so. */
  isEjected: boolean
}

export interface SequentialTest {
  readonly start: SequentialState
  /** The state after one more answer. */
  observe(state: SequentialState, observation: Observation): SequentialState
}

/** No number of right answers makes a later proof impossible: below this the evidence does not fall. */
const MIN_EVIDENCE = 1e-300

/** The observation that a verdict is; null for those that say nothing about the miner. */
export function observationOf(verdict: Verdict, isDoubtful: boolean): Observation | null {
  if (verdict === 'inconclusive') {
    return isDoubtful ? 'doubtful' : null
  }
  return verdict === 'valid' ? 'fits' : verdict === 'invalid' ? 'contradicts' : null
}

/**
 * A sequential test that may look after every answer, for ever. It bets against the miner at the odds of its likelihood ratios, where a
 * share 1/(t(t+1)) of the stake enters at answer t, so that somebody who turns after a thousand honest answers is found too. All shares
 * together are 1 and an honest miner's answers do not let a bet grow on average, so by Ville's inequality the chance that it is ever worth
 * 1/a is at most a.
 */
export function createSequentialTest(init: SequentialTestInit = {}): SequentialTest {
  const { lifetimeFalseEjection = 0.0001, honestDoubtful = 0.002, honestContradicts = 0.0001 } = init
  const { cheatDoubtful = 0.05, cheatContradicts = 0.5 } = init
  const ratios: Readonly<Record<Observation, number>> = {
    fits: (1 - cheatDoubtful - cheatContradicts) / (1 - honestDoubtful - honestContradicts),
    doubtful: cheatDoubtful / honestDoubtful,
    contradicts: cheatContradicts / honestContradicts
  }
  const threshold = 1 / lifetimeFalseEjection
  return {
    start: { observations: 0, evidence: 0, isEjected: false },
    observe({ evidence, isEjected, observations }, observation) {
      const t = observations + 1
      const staked = evidence + 1 / (t * (t + 1))
      const next = Math.max(MIN_EVIDENCE, staked * ratios[observation])
      return { observations: t, evidence: Math.min(next, Number.MAX_VALUE), isEjected: isEjected || next >= threshold }
    }
  }
}
