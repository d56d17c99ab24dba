import { squareRoot } from '../skill/fixed-point.js'

/** What a judge model has shown on pairs of which a program can tell the better answer. */
export interface JudgeRecord {
  /** Pairs it was asked about, in both orders. Those that it abstained from, or called a tie, count. */
  asked: number
  /** Pairs of which it chose the right answer. */
  right: number
}

/** A judge has no say below this, in thousandths; a coin has 250 where it must give one answer in both orders. */
export const MIN_JUDGE_MILLI = 700

/** The square of 2.576, in thousandths: of many judges that are no better than the bound, one in 200 passes. */
const Z_SQUARE_MILLI = 6_636n

/**
 * The lower end of Wilson's interval for the share of right choices, in thousandths.
 *
 * With n asked, p the share and z the normal quantile: (p + z²/2n − z √(p(1−p)/n + z²/4n²)) / (1 + z²/n), here multiplied by n.
 */
export function judgeLowerMilli({ asked, right }: JudgeRecord): number {
  if (asked <= 0) {
    return 0
  }
  // All in thousandths: z² is a whole number of them, and so is what it is added to.
  const [n, k] = [BigInt(asked), BigInt(Math.max(0, Math.min(asked, right)))]
  const centre = 2_000n * k + Z_SQUARE_MILLI
  // 2 z √(k(n−k)/n + z²/4), in thousandths; rounded up, so that the bound is never too high.
  const radicand = 4n * Z_SQUARE_MILLI * ((1_000n * k * (n - k)) / n + Z_SQUARE_MILLI / 4n + 2n)
  const spread = squareRoot(radicand) + 1n
  const lower = ((centre - spread) * 1_000n) / (2_000n * n + 2n * Z_SQUARE_MILLI)
  return lower < 0n ? 0 : Number(lower)
}

/** Whether a judge model's word is heard. Until it has shown that it knows better answers from worse ones, its weight is zero. */
export const hasWeight = (record: JudgeRecord): boolean => judgeLowerMilli(record) >= MIN_JUDGE_MILLI
