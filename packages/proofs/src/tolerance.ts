import type { ModelId } from '@cortensor/interface'
import type { Tolerance } from './compare-trace.js'

/** What was measured on honest answers of one model, written on machines of one kind and read on another. */
export interface Calibration {
  model: ModelId
  quantisation: string
  /** Fingerprint of the engine that wrote. */
  writer: string
  /** Fingerprint of the engine that read. */
  reader: string
  answers: number
  tokens: number
  maxGap: number
  maxLogitDifference: number
}

/**
 * For classes that nobody has calibrated. An answer is written token by token and read in one piece, by other kernels even on one machine.
 * Where weights are floats, sums differ in the last places: a logit by 0.007 at most, and by 0.043 with the kernels of another processor.
 * Where they are whole numbers, the inputs are rounded, and a rounding now and then goes the other way: 0.22 was the most. Between a token
 * and the drawn one it was 0.0013 and 0.14. See `docs/proof-of-inference.md`.
 */
const CLOSE: Tolerance = { gap: 0.01, logit: 0.02 }
const FLOAT: Tolerance = { gap: 0.01, logit: 0.08 }
const ROUNDED: Tolerance = { gap: 0.16, logit: 0.5 }
const FLOAT_TYPES = /^(F16|F32|BF16|F64)$/

/** Whether canonical windows are the very same whatever else is in the batch: measured for whole numbers, refuted for floats. */
export const isExactType = (quantisation: string): boolean => !FLOAT_TYPES.test(quantisation)

/**
 * Whether machines of this fingerprint compute canonical windows of such weights alike, to the last bit. Shown for whole numbers on
 * processors; a graphics card adds up in an order of its own.
 */
export const isExactClass = (quantisation: string, fingerprint: string): boolean =>
  isExactType(quantisation) && fingerprint.split('/')[2] === 'cpu'

/** Honest answers that come later may lie a little above those that were measured. */
const HEADROOM = 2

/** @param isExact whether the reader repeats the very same computation: canonical windows, and equal fingerprints */
export const defaultTolerance = (quantisation: string, isExact: boolean): Tolerance =>
  isExact ? CLOSE : FLOAT_TYPES.test(quantisation) ? FLOAT : ROUNDED

/** Fewer answers can widen the default and not narrow it: with so many, fewer than one in 160 honest ones lie above all of them. */
const MIN_ANSWERS = 500

export interface ToleranceQuery {
  model: ModelId
  quantisation: string
  writer: string
  reader: string
  /** Whether the answer has canonical windows. */
  isCanonical: boolean
}

/**
 * The tolerance for a class: twice what was measured for just this model and these two engines, but never below what floats need, and not
 * below the default before there are enough answers; without a measurement the default of the quantisation. Of several measurements of one class the widest counts.
 */
export function toleranceFor(query: ToleranceQuery, calibrations: readonly Calibration[]): Tolerance {
  const known = calibrations.filter(
    ({ model, reader, writer }) => model === query.model && reader === query.reader && writer === query.writer
  )
  const isExact = query.isCanonical && query.writer === query.reader
  if (known.length === 0 || isExact) {
    return defaultTolerance(query.quantisation, isExact)
  }
  const answers = known.reduce((sum, calibration) => sum + calibration.answers, 0)
  const least = answers >= MIN_ANSWERS ? CLOSE : defaultTolerance(query.quantisation, false)
  return {
    gap: Math.max(least.gap, HEADROOM * Math.max(...known.map(({ maxGap }) => maxGap))),
    logit: Math.max(least.logit, HEADROOM * Math.max(...known.map(({ maxLogitDifference }) => maxLogitDifference)))
  }
}
