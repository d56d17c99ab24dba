import { type Embedding, SIMILARITY_ONE, similarityMicro } from './similarity.js'

export interface Centre {
  /** Which of the answers it is. */
  index: number
  /** Of each answer to the centre, in millionths; the centre's own is {@link SIMILARITY_ONE}. */
  similarities: number[]
}

/** The least number of answers that are more than half of them. */
export const majorityOf = (answers: number): number => Math.floor(answers / 2) + 1

function compareVectors(a: Embedding, b: Embedding): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] ?? 0)
    if (difference !== 0) {
      return difference
    }
  }
  return 0
}

/**
 * The answer in the middle: the one whose nearest majority of answers, itself counted in, lies nearest. While more than half of the
 * answers are honest, it is at least as similar to some honest one as the two honest ones that differ most are to one another, wherever
 * the others lie; a smallest sum of distances does not promise that. Which answers come first makes no difference.
 *
 * Takes time by the square of the answers: some hundreds of them take seconds.
 *
 * @returns null for no answers
 */
export function centreOf(embeddings: readonly Embedding[]): Centre | null {
  const rows = embeddings.map(() => new Array<number>(embeddings.length).fill(SIMILARITY_ONE))
  for (const [i, a] of embeddings.entries()) {
    for (let j = i + 1; j < embeddings.length; j++) {
      const similarity = similarityMicro(a, embeddings[j] as Embedding)
      ;(rows[i] as number[])[j] = similarity
      ;(rows[j] as number[])[i] = similarity
    }
  }
  const ranked = rows.map((similarities, index) => ({
    index,
    similarities,
    embedding: embeddings[index] as Embedding,
    ofMajority: similarities.toSorted((a, b) => b - a)[majorityOf(embeddings.length) - 1] as number,
    sum: similarities.reduce((sum, one) => sum + one, 0)
  }))
  const [best] = ranked.toSorted(
    (a, b) => b.ofMajority - a.ofMajority || b.sum - a.sum || compareVectors(a.embedding, b.embedding) || a.index - b.index
  )
  return best === undefined ? null : { index: best.index, similarities: best.similarities }
}
