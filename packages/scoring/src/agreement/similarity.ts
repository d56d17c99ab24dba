import { squareRoot } from '../skill/fixed-point.js'

/** Where a text lies, in integers of at most {@link MAX_COORDINATE}, so that everybody finds the same similarities to the bit. */
export type Embedding = Int32Array

/** Similarities: this much is "the same direction". */
export const SIMILARITY_ONE = 1_000_000

/** Products of two, summed over 4,096 dimensions, stay below 2^53. */
const MAX_COORDINATE = 2 ** 20

/** A unit vector's coordinates, times this. Rounding then changes a similarity by some millionths at most. */
const UNIT = 2 ** 15

/** What a model's embedding is in integers. Equal on machines whose vectors are equal, and on no others. */
export const toFixedPoint = (vector: Float32Array): Embedding =>
  Int32Array.from(vector, (value) => Math.max(-MAX_COORDINATE, Math.min(MAX_COORDINATE, Math.round(value * UNIT))))

function dot(a: Embedding, b: Embedding): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    sum += (a[i] as number) * (b[i] ?? 0)
  }
  return sum
}

/** The cosine of the angle between two, in millionths: {@link SIMILARITY_ONE} for equal ones. An empty one is like another empty one only. */
export function similarityMicro(a: Embedding, b: Embedding): number {
  const product = dot(a, b)
  const [squareA, squareB] = [dot(a, a), dot(b, b)]
  if (squareA === 0 || squareB === 0) {
    return squareA === squareB ? SIMILARITY_ONE : 0
  }
  const one = BigInt(SIMILARITY_ONE)
  const square = (BigInt(product) ** 2n * one * one) / (BigInt(squareA) * BigInt(squareB))
  return Math.sign(product) * Number(squareRoot(square))
}
