/*
 * Exponential, logarithm and logistic function in integers. What enters a report must be the same to the bit on every machine, and
 * `Math.exp` and its kin may differ in the last place from one engine to another. The tables are computed from the series by divisions
 * of big integers; between their entries, values are interpolated. All products stay below 2^53.
 */

/** Probabilities: 2^40 is one. */
export const ONE = 2 ** 40

/** Natural logarithms: 2^24 is one. */
export const LOG_ONE = 2 ** 24

/** Weights of a grid: 2^30 is one, so that sums of 161 of them with squares of places stay exact. */
const WEIGHT_BITS = 30n

/** Working precision of the tables. */
const WORK_BITS = 96n
const WORK_ONE = 1n << WORK_BITS

/** e^-(1/steps), by its series. */
function expOfMinusOneOver(steps: number): bigint {
  let term = WORK_ONE
  let sum = 0n
  for (let n = 1n; term !== 0n; n++) {
    sum += n % 2n === 1n ? term : -term
    term /= BigInt(steps) * n
  }
  return sum
}

/** e^0, e^-(1/steps), e^-(2/steps), ... as working integers. */
function expTable(steps: number, entries: number): bigint[] {
  const factor = expOfMinusOneOver(steps)
  const table = [WORK_ONE]
  while (table.length < entries) {
    table.push(((table.at(-1) as bigint) * factor) >> WORK_BITS)
  }
  return table
}

/** ln(n/d) for d <= n <= 2d: twice the series of the inverse hyperbolic tangent of (n-d)/(n+d). */
function lnOfRatio(n: bigint, d: bigint): bigint {
  const ratio = ((n - d) * WORK_ONE) / (n + d)
  const square = (ratio * ratio) >> WORK_BITS
  let power = ratio
  let sum = 0n
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k
    power = (power * square) >> WORK_BITS
  }
  return 2n * sum
}

/** Made when it is first asked for: what is imported may not be used. */
export const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** At this many entries one has weights of zero: e^-21 < 2^-30. */
const EXP_STEPS = 256
const EXP_LIMIT = 21
const weightTable = once(() =>
  expTable(EXP_STEPS, EXP_STEPS * EXP_LIMIT + 2).map((value) => Number(value >> (WORK_BITS - WEIGHT_BITS)))
)

/** e^-x as a weight, for a logarithm `x >= 0` of {@link LOG_ONE}; zero from x = 21 on. */
export function weightOf(x: number): number {
  const step = LOG_ONE / EXP_STEPS
  const index = Math.floor(x / step)
  if (index >= EXP_STEPS * EXP_LIMIT) {
    return 0
  }
  const [low, high] = [weightTable()[index] ?? 0, weightTable()[index + 1] ?? 0]
  return low - Math.floor(((low - high) * (x - index * step)) / step)
}

/** Beyond 16 the logistic function is one to seven digits: no answer is surer than that. */
const LOGISTIC_STEPS = 64
const LOGISTIC_LIMIT = 16
const logisticTable = once(() =>
  expTable(LOGISTIC_STEPS, LOGISTIC_STEPS * LOGISTIC_LIMIT + 2).map((value) =>
    Number((BigInt(ONE) * WORK_ONE) / (WORK_ONE + value))
  )
)

/** 1 / (1 + e^-x) of {@link ONE}, for x in millionths. */
export function logistic(xMillionths: number): number {
  const step = 1_000_000 / LOGISTIC_STEPS
  const size = Math.min(Math.abs(xMillionths), LOGISTIC_LIMIT * 1_000_000)
  const index = Math.floor(size / step)
  const [low, high] = [logisticTable()[index] ?? ONE, logisticTable()[index + 1] ?? ONE]
  const value = low + Math.floor(((high - low) * (size - index * step)) / step)
  return xMillionths < 0 ? ONE - value : value
}

const LN_ENTRIES = 1024
const toLog = (working: bigint): number => Number(working >> (WORK_BITS - 24n))
const lnTable = once(() =>
  Array.from({ length: LN_ENTRIES + 1 }, (_, i) => toLog(lnOfRatio(BigInt(LN_ENTRIES + i), BigInt(LN_ENTRIES))))
)

/** ln(p) of {@link LOG_ONE}, for a probability from 1 to {@link ONE}: never above zero. */
export function ln(probability: number): number {
  let mantissa = Math.max(1, Math.min(ONE, probability))
  let halvings = 0
  while (mantissa < ONE) {
    mantissa *= 2
    halvings += 1
  }
  const step = ONE / LN_ENTRIES
  const index = Math.floor((mantissa - ONE) / step)
  const [low, high] = [lnTable()[index] ?? 0, lnTable()[index + 1] ?? lnTable()[index] ?? 0]
  const value = low + Math.floor(((high - low) * (mantissa - ONE - index * step)) / step)
  return value - halvings * (lnTable()[LN_ENTRIES] ?? 0)
}

/** The largest integer whose square is not above `value`. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) {
    return value < 0n ? 0n : value
  }
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2))
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) {
      return root
    }
    root = next
  }
}

/** To the nearest integer, halves away from zero. */
export const dividedNearest = (n: bigint, d: bigint): bigint => (n < 0n ? -((-n * 2n + d) / (2n * d)) : (n * 2n + d) / (2n * d))
