import type { QuizCategory } from '@cortensor/protocols'
import { type AnswerAgreement, judgeAgreement } from './judge-agreement.js'
import { embedText } from './text-embedding.js'
import { thresholdsOf } from './thresholds.js'

/** What answers to one question have in common, by the published embedding and thresholds: the same for everybody who has the texts. */
export const compareAnswers = (texts: readonly string[], category: QuizCategory | null): AnswerAgreement =>
  judgeAgreement(texts.map(embedText), thresholdsOf(category))
