import type { Rng } from '@cortensor/interface'

export const ALPHABET: readonly string[] = [...'abcdefghijklmnopqrstuvwxyz']

/** Throws a `RangeError` when there is nothing to choose from. */
export function pick<T>(rng: Rng, choices: readonly T[]): T {
  if (choices.length === 0) {
    throw new RangeError('Nothing to choose from')
  }
  return choices[rng.int(0, choices.length - 1)] as T
}

/** Different ones, in the order of the draw. */
export const drawDistinct = <T>(rng: Rng, choices: readonly T[], count: number): T[] => rng.shuffle(choices).slice(0, count)

export const flip = (rng: Rng): boolean => rng.int(0, 1) === 1

export const drawNumbers = (rng: Rng, length: number, max: number): number[] => Array.from({ length }, () => rng.int(0, max))

export const drawLetters = (rng: Rng, min: number, max: number): string[] =>
  Array.from({ length: rng.int(min, max) }, () => pick(rng, ALPHABET))

/** Letters stand apart in questions and answers, so that each is a token of its own. */
export const spaced = (letters: readonly string[]): string => letters.join(' ')
