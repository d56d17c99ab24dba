import { pieceToTokenId, splitText } from './tokeniser.js'

const DIMENSIONS = 64

/** A bag of hashed words of length 1: texts that share words point the same way. */
export function embedText(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS)
  // An empty text has a direction too, so that every vector has length 1.
  for (const piece of ['', ...splitText(text.toLowerCase())]) {
    const id = pieceToTokenId(piece.trim())
    vector[id % DIMENSIONS] = (vector[id % DIMENSIONS] as number) + (id & 64 ? 1 : -1) * (piece === '' ? 0.01 : 1)
  }
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  if (norm === 0) {
    vector[0] = 1
    return vector
  }
  return vector.map((value) => value / norm)
}
