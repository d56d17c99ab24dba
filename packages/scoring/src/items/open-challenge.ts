import type { NetworkParams } from '@cortensor/config'
import { domainHash } from '@cortensor/crypto'
import type { NodeId, Rng } from '@cortensor/interface'
import { authoredOf, QUIZ_CATEGORIES, type QuizCategory, type RoundOpen, roundSeed } from '@cortensor/protocols'
import { bytesToHex, createSeededRng, utf8ToBytes } from '@cortensor/utils'
import { TOPICS } from './data/topics.js'
import { ANSWER_TOKENS } from './template.js'

/** A question that no program can mark: the same for all who answer it, and judged by what their answers have in common. */
export interface OpenChallenge {
  category: QuizCategory
  topic: string
  question: string
  maxTokens: number
}

/** The name that stands where an item's template would. */
export const OPEN_TEMPLATE = 'open'

const FORMS: readonly ((topic: string) => string)[] = [
  (topic) => `Explain in one sentence ${topic}.`,
  (topic) => `Explain to a child ${topic}.`,
  (topic) => `Give an example that shows ${topic}.`
]

const pick = <T>(rng: Rng, from: readonly T[]): T => from[rng.int(0, from.length - 1)] as T

/** The place of the challenge among the answers of a round: behind the items. */
export const challengePlace = ({ categories, itemsPerCategory }: Pick<RoundOpen, 'categories' | 'itemsPerCategory'>): number =>
  categories.length * itemsPerCategory

/**
 * What a round asks besides its items: one of the questions that nodes have written, or one of the catalogue; which, its seed
 * draws.
 */
export function openChallenge(round: RoundOpen): OpenChallenge {
  const rng = createSeededRng(bytesToHex(domainHash('cortensor/quiz/open/1', roundSeed(round))))
  const maxTokens = Math.min(ANSWER_TOKENS.sentence, round.maxAnswerTokens)
  const authored = authoredOf(round)
  if (authored !== null) {
    const { category, subTopic, topic } = authored.theme
    return { category, topic: `${topic}: ${subTopic}`, question: pick(rng, authored.questions), maxTokens }
  }
  const category = pick(rng, QUIZ_CATEGORIES)
  const topic = pick(rng, TOPICS[category])
  return { category, topic, question: pick(rng, FORMS)(topic), maxTokens }
}

const DRAWS = 2 ** 32

/**
 * Whether a node answers a round's open challenge: about `openAnswerers` of all nodes do, drawn by the seed, because answers
 * are compared each with each. Only in liveness rounds; the others are about time. Who has written it does not answer it.
 */
export function isOpenAnswerer(round: RoundOpen, node: NodeId, { quiz }: Pick<NetworkParams, 'quiz'>): boolean {
  const authored = authoredOf(round)
  if (authored?.creator === node || authored?.preparer === node) {
    return false
  }
  const drawn = domainHash('cortensor/quiz/open-answerer/1', roundSeed(round), utf8ToBytes(node))
  const place = new DataView(drawn.buffer, drawn.byteOffset).getUint32(0)
  return round.level === 1 && place * round.nodes < quiz.openAnswerers * DRAWS
}
