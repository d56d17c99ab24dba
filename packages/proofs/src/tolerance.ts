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

const FLOAT_TYPES = /^(F16|F32|BF16|F64)$/
const isFloat = (quantisation: string): boolean => FLOAT_TYPES.test(quantisation)
const isOnProcessor = (fingerprint: string): boolean => fingerprint.split('/')[2] === 'cpu'

/**
 * Whether machines of this fingerprint compute canonical windows of such weights alike, to the last bit. Shown for whole numbers on
 * processors; a graphics card adds up in an order of its own.
 */
export const isExactClass = (quantisation: string, fingerprint: string): boolean =>
  !isFloat(quantisation) && isOnProcessor(fingerprint)

/**
 * What writer and reader have in common: `none`, for all that is known; `engine`, release and kernels of a processor; `windows`, also
 * canonical windows, which both compute in the very same way.
 */
export type Likeness = 'none' | 'engine' | 'windows'

/**
 * For classes that nobody has calibrated. An answer is written token by token and read in one piece, by other kernels even on one machine.
 * Where weights are floats, sums differ in the last places: a logit by 0.007 at most, and by 0.046 with the kernels of another processor.
 * Where they are whole numbers, the inputs are rounded, and a rounding now and then goes the other way: 0.22 was the most.
 *
 * How often an honest token then lies past twice of a gap follows from these differences and from how often two tokens nearly tie: once in
 * 200 million tokens at most. See `docs/proof-of-inference.md`.
 */
const FLOAT: Tolerance = { gap: 0.02, logit: 0.08, border: 0.01 }
const EQUAL_FLOAT: Tolerance = { gap: 0.0025, logit: 0.02, border: 0.01 }
const ROUNDED: Tolerance = { gap: 0.16, logit: 0.5, border: 0.16 }
/** Told are the numbers of the windows, which are the same; tokens are drawn before, by others. */
const EQUAL_WINDOWS: Tolerance = { ...ROUNDED, logit: 0.02 }

export function defaultTolerance(quantisation: string, likeness: Likeness): Tolerance {
  return isFloat(quantisation)
    ? { none: FLOAT, engine: EQUAL_FLOAT, windows: EQUAL_FLOAT }[likeness]
    : { none: ROUNDED, engine: ROUNDED, windows: EQUAL_WINDOWS }[likeness]
}

/** Honest answers that come later may lie a little above those that were measured. */
const HEADROOM = 2

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

/** A measurement of enough answers narrows a tolerance down to this. */
const NARROWEST = { gap: 0.01, logit: 0.02 }

/**
 * The tolerance for a class: twice what was measured for just this model and these two engines, but never below what floats need, and not
 * below the default before there are enough answers; without a measurement the default of the quantisation. Of several measurements of one
 * class the widest counts. Borders are not measured.
 */
export function toleranceFor(query: ToleranceQuery, calibrations: readonly Calibration[]): Tolerance {
  const { isCanonical, model, quantisation, reader, writer } = query
  const known = calibrations.filter((each) => each.model === model && each.reader === reader && each.writer === writer)
  const likeness = writer !== reader || !isOnProcessor(reader) ? 'none' : isCanonical ? 'windows' : 'engine'
  const byDefault = defaultTolerance(quantisation, likeness)
  if (known.length === 0 || likeness === 'windows') {
    return byDefault
  }
  const answers = known.reduce((sum, calibration) => sum + calibration.answers, 0)
  const least = answers >= MIN_ANSWERS ? { gap: Math.min(byDefault.gap, NARROWEST.gap), logit: NARROWEST.logit } : byDefault
  return {
    gap: Math.max(least.gap, HEADROOM * Math.max(...known.map(({ maxGap }) => maxGap))),
    logit: Math.max(least.logit, HEADROOM * Math.max(...known.map(({ maxLogitDifference }) => maxLogitDifference))),
    border: byDefault.border
  }
}
