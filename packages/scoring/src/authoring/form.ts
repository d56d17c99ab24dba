import type { AuthoredRound, Theme } from '@cortensor/protocols'
import { similarityMicro } from '../agreement/similarity.js'
import { embedText } from '../agreement/text-embedding.js'

/** Why what a node has written is not asked. */
export type FormFault =
  /** Other characters than a plain English text has, too many words or too long ones, a question without its end. */
  | 'malformed'
  /** It asks about something else than the theme. */
  | 'astray'
  /** As good as the same was asked lately. */
  | 'repeated'

/**
 * Letters, digits, and what stands between them in a clause. No line ends, quotes, brackets, bars, colons, hashes or marks of
 * chat templates: a text of these cannot leave its place in a prompt, and begins no command.
 */
const CLAUSE = /^[A-Za-z0-9](?:[A-Za-z0-9 ,'().+-]*[A-Za-z0-9)])?$/
/** A clause of a sentence that starts with a capital, and one mark at its end. */
const QUESTION = /^([A-Z][A-Za-z0-9 ,'()+-]*(?:\.\d[A-Za-z0-9 ,'()+-]*)*[A-Za-z0-9)])[.?]$/

const MAX_CLAUSE_WORDS = 10
const MAX_QUESTION_WORDS = 32
/** Longer than any word of the catalogue: what has no spaces is no sentence. */
const MAX_WORD_LETTERS = 20
/** In shorter texts every word may be the same. */
const MIN_REPEATING_WORDS = 4

function isOfWords(text: string, maxWords: number): boolean {
  const words = text.toLowerCase().split(' ')
  const most = Math.max(...[...Map.groupBy(words, String).values()].map(({ length }) => length))
  return (
    words.length <= maxWords &&
    words.every(({ length }) => length >= 1 && length <= MAX_WORD_LETTERS) &&
    (words.length < MIN_REPEATING_WORDS || 2 * most <= words.length)
  )
}

const isClause = (text: string): boolean => CLAUSE.test(text) && isOfWords(text, MAX_CLAUSE_WORDS)

/**
 * In millionths: two themes of a topic with other names differ by more, the same in another order or number of words does not.
 */
const SAME_MICRO = 900_000

const textOf = ({ subTopic, topic }: Pick<Theme, 'subTopic' | 'topic'>): string => `${topic} ${subTopic}`

/** What is wrong with a theme, held against those that were asked lately; null when nothing is. */
export function themeFault(theme: Theme, recent: readonly Pick<AuthoredRound, 'topic' | 'subTopic'>[]): FormFault | null {
  if (!isClause(theme.topic) || !isClause(theme.subTopic)) {
    return 'malformed'
  }
  const place = embedText(textOf(theme))
  return recent.some((other) => similarityMicro(place, embedText(textOf(other))) >= SAME_MICRO) ? 'repeated' : null
}

/** What is wrong with questions about a theme; null when nothing is. Each names the theme's topic or its sub-topic. */
export function questionsFault(questions: readonly string[], theme: Theme): FormFault | null {
  for (const question of questions) {
    if (!QUESTION.test(question) || !isOfWords(question.slice(0, -1), MAX_QUESTION_WORDS)) {
      return 'malformed'
    }
    const words = ` ${question.slice(0, -1).toLowerCase().replaceAll(/[,()]/g, '')} `
    const names = [theme.topic, theme.subTopic].map((name) => ` ${name.toLowerCase().replaceAll(/[,()]/g, '')} `)
    if (!names.some((name) => words.includes(name))) {
      return 'astray'
    }
  }
  return questions.length === 0 ? 'malformed' : null
}
