import { domainHash } from '@cortensor/crypto'
import type { QuizCategory, RoundLevel } from '@cortensor/protocols'
import { bytesToHex, createSeededRng } from '@cortensor/utils'
import { CALIBRATED_CATEGORIES, calibratedTemplates } from './catalogue.js'
import { isLongAnswer, isWork } from './template.js'

const hasLongAnswers = (category: QuizCategory): boolean => calibratedTemplates(category).some(isLongAnswer)

const WORK_CATEGORIES = CALIBRATED_CATEGORIES.filter((category) => calibratedTemplates(category).some(isWork))

/**
 * The categories of one round: as many as asked for, but at most all that are calibrated, each once, in an order that the seed decides.
 * One of them at least asks for a long answer, as only those prove a model: if none was drawn, the first such one takes the last place. A
 * capability round draws among those that have work to give.
 */
export function drawCategories(seed: Uint8Array, count: number, level: RoundLevel = 1): QuizCategory[] {
  const rng = createSeededRng(bytesToHex(domainHash('cortensor/quiz/categories/1', seed)))
  const shuffled = rng.shuffle(level === 2 ? WORK_CATEGORIES : CALIBRATED_CATEGORIES)
  const drawn = shuffled.slice(0, count)
  const long = shuffled.find(hasLongAnswers)
  return drawn.length === 0 || long === undefined || drawn.includes(long) ? drawn : [...drawn.slice(0, -1), long]
}
