import type { ChatMessage, Rng, SamplingParams } from '@cortensor/interface'
import {
  MAX_PREPARED_QUESTIONS,
  MAX_QUESTION_BYTES,
  MAX_SUB_TOPIC_BYTES,
  MAX_TOPIC_NAME_BYTES,
  QUIZ_CATEGORIES,
  type QuizCategory,
  type Theme
} from '@cortensor/protocols'
import { boundText } from '@cortensor/utils'
import { calibratedTemplates } from '../items/catalogue.js'
import { TOPICS } from '../items/data/topics.js'
import { pick } from '../items/draws.js'
import { ANSWER_TOKENS } from '../items/template.js'
import { questionsFault, themeFault } from './form.js'

/**
 * One way to have a model write. `free`: it says what it likes in the form that it is asked for. `filled`: it answers a small
 * question of the catalogue, and its answer is the name that a form has a gap for; models that know no other phrasing can do
 * that.
 */
export interface Draft<T> {
  way: 'free' | 'filled'
  messages: ChatMessage[]
  sampling: SamplingParams
  /** What the model's words come to; null when they do not have the form. */
  read(text: string): T | null
}

const FREE: Omit<SamplingParams, 'maxTokens'> = { temperature: 0.8, topP: 0.95, topK: 0, minP: 0.05, stop: [] }
const GREEDY: Omit<SamplingParams, 'maxTokens'> = { temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }
/** A theme is a dozen words, three questions some eighty. */
const FREE_TOKENS = { create: 32, prepare: 96 } as const

const said = (content: string): ChatMessage[] => [{ role: 'user', content }]

/** Without the marks that models put around what they were asked for. */
const bare = (text: string, maxBytes: number): string =>
  boundText(text.trim().replaceAll(/^["'*\s-]+|["'*.\s]+$/g, ''), maxBytes).trim()

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''

const checked = (theme: Theme): Theme | null => (themeFault(theme, []) === null ? theme : null)

function readTheme(text: string, category: QuizCategory): Theme | null {
  const [topic, subTopic, ...rest] = firstLine(text).split(':')
  return topic === undefined || subTopic === undefined || rest.length > 0
    ? null
    : checked({ category, topic: bare(topic, MAX_TOPIC_NAME_BYTES), subTopic: bare(subTopic, MAX_SUB_TOPIC_BYTES) })
}

/** A question of a category with a short answer. */
function smallQuestion(category: QuizCategory, rng: Rng): { question: string; maxTokens: number } {
  const templates = calibratedTemplates(category)
  const short = templates.filter(({ maxTokens }) => maxTokens <= ANSWER_TOKENS.word)
  const template = pick(rng, short.length > 0 ? short : templates)
  return { question: template.draw(rng).question, maxTokens: template.maxTokens }
}

/** Small questions that are tried: an answer that is no name, or one that was asked lately, is not the end of it. */
const FILLED_TRIES = 3

const times = <T>(make: () => T): T[] => Array.from({ length: FILLED_TRIES }, make)

/** A form whose gap the answer to a small question fills. */
function filledTheme(rng: Rng): Draft<Theme> {
  const category = pick(rng, QUIZ_CATEGORIES)
  const topic = pick(rng, TOPICS[category])
  const { maxTokens, question } = smallQuestion(category, rng)
  return {
    way: 'filled',
    messages: said(question),
    sampling: { ...GREEDY, maxTokens },
    read: (text) => checked({ category, topic, subTopic: bare(firstLine(text), MAX_SUB_TOPIC_BYTES) })
  }
}

/** Ways to a theme, the one that says most first. */
export function themeDrafts(rng: Rng): Draft<Theme>[] {
  const category = pick(rng, QUIZ_CATEGORIES)
  return [
    {
      way: 'free',
      messages: said(`Propose a topic about ${category} for an open question. Write it in one line as topic: sub-topic.`),
      sampling: { ...FREE, maxTokens: FREE_TOKENS.create },
      read: (text) => readTheme(text, category)
    },
    ...times(() => filledTheme(rng))
  ]
}

function readQuestions(text: string, theme: Theme): string[] | null {
  const lines = text.split('\n').map((line) => line.trim().replace(/^(?:\d+[.)]|[-*])\s*/, ''))
  const fit = lines.filter((line) => line.length <= MAX_QUESTION_BYTES && questionsFault([line], theme) === null)
  const distinct = [...new Set(fit)].slice(0, MAX_PREPARED_QUESTIONS)
  return distinct.length === 0 ? null : distinct
}

/** Questions of the catalogue's forms, with the theme's name and another one. */
function formsWith({ subTopic, topic }: Theme, other: string): string[] {
  return [
    `Explain ${topic}, for example ${subTopic}.`,
    `Tell me about ${subTopic}.`,
    `What do ${subTopic} and ${other} have in common?`
  ].map((question) => question.charAt(0).toUpperCase() + question.slice(1))
}

function filledQuestions(theme: Theme, rng: Rng): Draft<string[]> {
  const { maxTokens, question } = smallQuestion(theme.category, rng)
  return {
    way: 'filled',
    messages: said(question),
    sampling: { ...GREEDY, maxTokens },
    read(text) {
      const other = bare(firstLine(text), MAX_SUB_TOPIC_BYTES)
      const questions = formsWith(theme, other)
      return other.toLowerCase() !== theme.subTopic.toLowerCase() && questionsFault(questions, theme) === null ? questions : null
    }
  }
}

/** Ways to questions about a theme, the one that says most first. */
export function questionDrafts(theme: Theme, rng: Rng): Draft<string[]>[] {
  const { subTopic, topic } = theme
  return [
    {
      way: 'free',
      messages: said(`Write three open questions about ${topic}, for example ${subTopic}. Write each on a line of its own.`),
      sampling: { ...FREE, maxTokens: FREE_TOKENS.prepare },
      read: (text) => readQuestions(text, theme)
    },
    ...times(() => filledQuestions(theme, rng))
  ]
}
