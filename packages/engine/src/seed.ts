import { createHash } from 'node:crypto'

/** llama.cpp reads this seed as "choose one at random". */
const RANDOM_SEED = 0xffff_ffff

/** Folds a seed of any length into the 32 bits that llama.cpp's sampler takes. */
export function seedToNumber(seed: Uint8Array): number {
  const folded = createHash('sha256').update(seed).digest().readUInt32BE(0)
  return folded === RANDOM_SEED ? 0 : folded
}
