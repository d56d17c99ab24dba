/** Seeded randomness. Never for keys: those come from crypto. */
export interface Rng {
  /** An independent stream; equal labels give equal streams. Does not advance this one. */
  fork(label: string): Rng
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer in [min, max], both included. */
  int(min: number, max: number): number
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[]
  /** `length` random bytes. */
  bytes(length: number): Uint8Array
}
