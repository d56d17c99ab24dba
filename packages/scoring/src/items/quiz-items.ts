import { domainHash } from '@cortensor/crypto'
import type { NodeId, Rng } from '@cortensor/interface'
import type { QuizCategory, RoundOpen } from '@cortensor/protocols'
import { bytesToHex, createSeededRng, uint64ToBytes, utf8ToBytes } from '@cortensor/utils'
import { CATALOGUE } from './catalogue.js'
import { pick } from './draws.js'
import { type Exercise, type ItemTemplate, isLongAnswer } from './template.js'

/** A question that a machine can mark. */
export interface QuizItem extends Exercise {
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
  const templates = CATALOGUE[category]
  const fitting = templates.filter((template) => template.maxTokens <= maxTokens)
  return fitting.length > 0 ? fitting : templates.toSorted((a, b) => a.maxTokens - b.maxTokens).slice(0, 1)
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
    const long = fitting.filter(isLongAnswer)
    const longAt = rngOf('cortensor/quiz/long-item/1', seed, node, block).int(0, open.itemsPerCategory - 1)
    const asked = new Set<string>()
    return Array.from({ length: open.itemsPerCategory }, (_, i): QuizItem => {
      const rng = rngOf('cortensor/quiz/item/1', seed, node, first + i)
      const choices = i === longAt && long.length > 0 ? long : fitting
      let template = pick(rng, choices)
      let exercise = template.draw(rng)
      for (let draws = 1; asked.has(exercise.question) && draws < MAX_DRAWS; draws++) {
        template = pick(rng, choices)
        exercise = template.draw(rng)
      }
      asked.add(exercise.question)
      return { category, template: template.name, ...exercise, maxTokens: Math.min(template.maxTokens, open.maxAnswerTokens) }
    })
  })
}
