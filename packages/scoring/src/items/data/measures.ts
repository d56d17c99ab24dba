export interface UnitPair {
  small: string
  big: string
  /** How many small ones make a big one. */
  factor: number
}

const pair = (small: string, big: string, factor: number): UnitPair => ({ small, big, factor })

export const UNIT_PAIRS: readonly UnitPair[] = [
  pair('cm', 'm', 100),
  pair('m', 'km', 1000),
  pair('g', 'kg', 1000),
  pair('minutes', 'hours', 60),
  pair('seconds', 'minutes', 60),
  pair('hours', 'days', 24),
  pair('days', 'weeks', 7),
  pair('mm', 'cm', 10),
  pair('inches', 'feet', 12),
  pair('feet', 'yards', 3),
  pair('eggs', 'dozen', 12),
  pair('months', 'years', 12),
  pair('ml', 'liters', 1000),
  pair('cents', 'dollars', 100)
]
