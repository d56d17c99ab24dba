/**
 * Logarithm and exponential out of additions, multiplications and divisions alone. IEEE 754 fixes the last bit of those, and of no others:
 * `Math.log` and `Math.exp` may differ between engines, and what follows from a seed must not.
 */

/** ln 2 in two parts: the first has so few bits that multiples of it are exact. */
const LN2_HI = 0.6931471803691238
const LN2_LO = 1.9082149292705877e-10

/** 1/3, 1/5, …: the series of artanh has terms below 2^-56 after these, as its argument is at most 0.1716. */
const LN_SERIES = Array.from({ length: 12 }, (_, term) => 1 / (2 * term + 3))
/** The series of exp: its argument is at most 0.3466. */
const EXP_TERMS = 15

/** Smallest exponent of a normal double. */
const MIN_EXPONENT = -1022

const cell = new DataView(new ArrayBuffer(8))

/** A double that is a power of two, for exponents from -1022 to 1023. */
function powerOfTwo(exponent: number): number {
  cell.setUint32(0, (exponent + 1023) << 20)
  cell.setUint32(4, 0)
  return cell.getFloat64(0)
}

/** Natural logarithm of a positive normal double, to about 1e-15. */
export function exactLn(x: number): number {
  cell.setFloat64(0, x)
  const high = cell.getUint32(0)
  let exponent = (high >>> 20) - 1022
  // The fraction with the exponent of 0.5: from 0.5 to 1.
  cell.setUint32(0, (high & 0xfffff) | (1022 << 20))
  let fraction = cell.getFloat64(0)
  if (fraction < Math.SQRT1_2) {
    fraction *= 2
    exponent -= 1
  }
  const s = (fraction - 1) / (fraction + 1)
  const square = s * s
  let series = 0
  for (let term = LN_SERIES.length - 1; term >= 0; term--) {
    series = series * square + (LN_SERIES[term] as number)
  }
  return exponent * LN2_HI + (2 * s * (series * square) + exponent * LN2_LO + 2 * s)
}

/** e to the power of `x`, for `x` up to 700, to about 1e-15; 0 below the normal doubles. */
export function exactExp(x: number): number {
  const exponent = Math.floor(x / Math.LN2 + 0.5)
  if (exponent < MIN_EXPONENT) {
    return 0
  }
  const rest = x - exponent * LN2_HI - exponent * LN2_LO
  let series = 1
  for (let term = EXP_TERMS; term >= 1; term--) {
    series = 1 + (series * rest) / term
  }
  return series * powerOfTwo(exponent)
}
