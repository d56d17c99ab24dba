import type { AgreementThresholds } from './judge-agreement.js'
import { SIMILARITY_ONE } from './similarity.js'

/** Two answers to one question of which it is known whether they say the same. */
export interface LabelledPair {
  similarityMicro: number
  isSame: boolean
}

export interface ThresholdCalibration {
  thresholds: AgreementThresholds
  /** Chance, in thousandths, that a pair that says the same is more similar than one that does not: 500 is a guess. */
  aucMilli: number
  same: number
  different: number
}

/** Pairs of either kind that are wrongly taken for the other, at most, in thousandths. */
export const MAX_WRONG_MILLI = 20

/** No similarity reaches it: a category with this threshold never agrees. */
const UNREACHABLE = SIMILARITY_ONE + 1

/** Fewer pairs of either kind say too little of one in fifty. */
export const MIN_PAIRS = 100

/**
 * The lowest `agreeMicro` and the highest `disagreeMicro` that are wrong about at most {@link MAX_WRONG_MILLI} of the pairs; where the
 * two kinds do not overlap, both are the middle between them. With fewer than {@link MIN_PAIRS} of a kind, the threshold that it
 * decides is one that is never crossed.
 */
export function calibrateThresholds(pairs: readonly LabelledPair[]): ThresholdCalibration {
  const of = (isSame: boolean) =>
    pairs.flatMap((pair) => (pair.isSame === isSame ? [pair.similarityMicro] : [])).toSorted((a, b) => a - b)
  const [same, different] = [of(true), of(false)]
  const mayBeWrong = (all: readonly number[]): number => Math.floor((all.length * MAX_WRONG_MILLI) / 1_000)
  const agree = different.length < MIN_PAIRS ? UNREACHABLE : (different.at(-1 - mayBeWrong(different)) as number) + 1
  const disagree = same.length < MIN_PAIRS ? -UNREACHABLE : (same[mayBeWrong(same)] as number)
  const middle = Math.ceil((agree + disagree) / 2)
  const thresholds =
    disagree > agree ? { agreeMicro: middle, disagreeMicro: middle } : { agreeMicro: agree, disagreeMicro: disagree }
  return { thresholds, aucMilli: aucMilli(same, different), same: same.length, different: different.length }
}

/** Ties count half. Both sorted. */
function aucMilli(same: readonly number[], different: readonly number[]): number {
  let halves = 0
  let [below, upTo] = [0, 0]
  for (const similarity of same) {
    while ((different[below] ?? Number.POSITIVE_INFINITY) < similarity) {
      below += 1
    }
    while ((different[upTo] ?? Number.POSITIVE_INFINITY) <= similarity) {
      upTo += 1
    }
    halves += below + upTo
  }
  return same.length === 0 || different.length === 0 ? 500 : Math.round((halves * 500) / (same.length * different.length))
}
