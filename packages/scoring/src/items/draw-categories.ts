import { domainHash } from '@cortensor/crypto'
import { QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import { bytesToHex, createSeededRng } from '@cortensor/utils'

/** The categories of one round: as many as asked for, but at most all nine, each once, in an order that the seed decides. */
export function drawCategories(seed: Uint8Array, count: number): QuizCategory[] {
  const rng = createSeededRng(bytesToHex(domainHash('cortensor/quiz/categories/1', seed)))
  return rng.shuffle(QUIZ_CATEGORIES).slice(0, count)
}
