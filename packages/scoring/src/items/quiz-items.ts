import { domainHash } from '@cortensor/crypto'
import type { NodeId, Rng } from '@cortensor/interface'
import type { QuizCategory, RoundOpen } from '@cortensor/protocols'
import { bytesToHex, createSeededRng, uint64ToBytes, utf8ToBytes } from '@cortensor/utils'
import type { ItemParams } from '../skill/item-model.js'
import { calibratedTemplates } from './catalogue.js'
import { pick } from './draws.js'
import { type Exercise, type ItemTemplate, isLongAnswer, itemParams } from './template.js'

/** A question that a machine can mark. */
export interface QuizItem extends Required<Exercise>, ItemParams {
  category: QuizCategory
  /** Which of the category's templates it came from. */
  template: string
  /** Enough for the right answer, at most the round's `maxAnswerTokens`. */
  maxTokens: number
}

export type ItemsInit = Pick<RoundOpen, 'categories' | 'itemsPerCategory' | 'maxAnswerTokens'>

/** The smallest category, logic, has 84 questions; a question that comes twice after so many draws is very rare, and does no harm. */
const MAX_DRAWS = 12

const rngOf = (domain: string, seed: Uint8Array, node: NodeId, position: number): Rng =>
  createSeededRng(bytesToHex(domainHash(domain, seed, utf8ToBytes(node), uint64ToBytes(position))))

/** Templates whose answers fit; where none does, the one that comes closest. */
function fittingTemplates(category: QuizCategory, maxTokens: number): readonly ItemTemplate[] {
  const templates = calibratedTemplates(category)
  const fitting = templates.filter((template) => template.maxTokens <= maxTokens)
  return fitting.length > 0 ? fitting : templates.toSorted((a, b) => a.maxTokens - b.maxTokens).slice(0, 1)
}

/** One item of a template. */
export function drawItem(category: QuizCategory, template: ItemTemplate, rng: Rng): QuizItem {
  const exercise = template.draw(rng)
  const { question, answer, parameters = {} } = exercise
  const { name, maxTokens } = template
  return { category, template: name, question, answer, parameters, ...itemParams(template, exercise), maxTokens }
}

/**
 * What one node is asked in a round: all of the first category, then all of the second, and so on, numbered from 0. A pure function of
 * the round's seed and the node, so that every oracle finds the same items and copying from another node is useless. Where a category
 * has templates with long answers, one of its items is such a one.
 */
export function quizItems(seed: Uint8Array, node: NodeId, open: ItemsInit): QuizItem[] {
  return open.categories.flatMap((category, block) => {
    const first = block * open.itemsPerCategory
    const fitting = fittingTemplates(category, open.maxAnswerTokens)
    if (fitting.length === 0) {
      return []
    }
    const long = fitting.filter(isLongAnswer)
    const longAt = rngOf('cortensor/quiz/long-item/1', seed, node, block).int(0, open.itemsPerCategory - 1)
    const asked = new Set<string>()
    return Array.from({ length: open.itemsPerCategory }, (_, i): QuizItem => {
      const rng = rngOf('cortensor/quiz/item/1', seed, node, first + i)
      const choices = i === longAt && long.length > 0 ? long : fitting
      let item = drawItem(category, pick(rng, choices), rng)
      for (let draws = 1; asked.has(item.question) && draws < MAX_DRAWS; draws++) {
        item = drawItem(category, pick(rng, choices), rng)
      }
      asked.add(item.question)
      return { ...item, maxTokens: Math.min(item.maxTokens, open.maxAnswerTokens) }
    })
  })
}
