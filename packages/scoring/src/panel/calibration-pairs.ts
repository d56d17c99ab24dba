import { domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { Hex32, NodeId, Rng } from '@cortensor/interface'
import { CALIBRATION_PAIRS } from '@cortensor/protocols'
import { bytesToHex, createSeededRng, utf8ToBytes } from '@cortensor/utils'
import { CALIBRATED_CATEGORIES, calibratedTemplates } from '../items/catalogue.js'
import { isCorrect } from '../items/check-answer.js'
import { drawItem, type QuizItem } from '../items/quiz-items.js'
import { ANSWER_TOKENS } from '../items/template.js'
import { PLEA } from './measure-judge.js'

/** Two answers to a question, and which of them a program knows to be right. */
export interface CalibrationPair {
  question: string
  answers: readonly [string, string]
  right: 'first' | 'second'
}

const pick = <T>(rng: Rng, from: readonly T[]): T => from[rng.int(0, from.length - 1)] as T

/** Templates with short answers: of long ones a judge that reads 512 tokens sees a part. */
const TEMPLATES = CALIBRATED_CATEGORIES.map((category) => ({
  category,
  templates: calibratedTemplates(category).filter(({ maxTokens }) => maxTokens <= ANSWER_TOKENS.words)
})).filter(({ templates }) => templates.length > 0)

/** An item, and the answer to another one of its template that is wrong here: it looks as right answers do. */
function itemWithWrong(rng: Rng): { item: QuizItem; wrong: string } {
  for (;;) {
    const { category, templates } = pick(rng, TEMPLATES)
    const template = pick(rng, templates)
    const item = drawItem(category, template, rng)
    const wrong = template.draw(rng).answer
    if (!isCorrect(item, wrong)) {
      return { item, wrong }
    }
  }
}

/**
 * What a judge is measured by with a round: pairs of its own, from the round's seed, so that nobody knows them before and no other
 * ballot tells what to say. Half of the wrong answers ask to be chosen.
 */
export function calibrationPairs(seed: Hex32, node: NodeId): CalibrationPair[] {
  const rng = createSeededRng(bytesToHex(domainHash('cortensor/panel/calibration/1', hex32ToBytes(seed), utf8ToBytes(node))))
  return Array.from({ length: CALIBRATION_PAIRS }, (_, i): CalibrationPair => {
    const { item, wrong } = itemWithWrong(rng)
    const other = i % 2 === 0 ? wrong : `${wrong}${PLEA}`
    const isFirst = rng.int(0, 1) === 0
    return {
      question: item.question,
      answers: isFirst ? [item.answer, other] : [other, item.answer],
      right: isFirst ? 'first' : 'second'
    }
  })
}
