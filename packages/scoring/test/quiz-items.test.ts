import { resolveParams } from '@cortensor/config'
import { ed25519FromSeed, publicKeyToNodeId, sha256 } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import { MAX_ITEMS_PER_CATEGORY, MAX_ROUND_ITEMS, QUIZ_CATEGORIES } from '@cortensor/protocols'
import { createSeededRng, utf8Length, utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AbilityOf,
  CALIBRATED_CATEGORIES,
  CATALOGUE,
  calibratedTemplates,
  drawCategories,
  drawItem,
  informationMilli,
  isCorrect,
  isLongAnswer,
  possibleItems,
  type QuizItem,
  quizItems,
  UNMEASURED
} from '../src/index.js'

const NODES: NodeId[] = Array.from({ length: 6 }, (_, i) => {
  return publicKeyToNodeId(ed25519FromSeed(sha256(utf8ToBytes(`node ${i}`))).publicKey)
})
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const node = fc.constantFrom(...NODES)
const open = fc.record({
  level: fc.constant(1 as const),
  categories: fc.shuffledSubarray([...CALIBRATED_CATEGORIES], { minLength: 1 }),
  itemsPerCategory: fc.integer({ min: 1, max: 8 }),
  maxAnswerTokens: fc.integer({ min: 72, max: 512 })
})

/** They name what to choose from. */
const NAMED_CHOICES = new Set([
  ...['larger', 'largest', 'largest-of-four', 'largest-of-hundreds', 'largest-of-six', 'order', 'order-of-four', 'pair', 'triple']
])

const everyTemplate = QUIZ_CATEGORIES.flatMap((category) => CATALOGUE[category].map((template) => ({ category, template })))
const item = fc
  .tuple(fc.constantFrom(...everyTemplate), fc.string({ minLength: 1, maxLength: 16 }))
  .map(([{ category, template }, seed]): QuizItem => drawItem(category, template, createSeededRng(seed)))

describe('the catalogue', () => {
  it('accepts the answers of its own templates', () => {
    fc.assert(
      fc.property(item, (item) => {
        expect(isCorrect(item, item.answer)).toBe(true)
      }),
      { numRuns: 1_000 }
    )
  })

  it('refuses near misses', () => {
    fc.assert(
      fc.property(item, fc.nat(), (item, at) => {
        const { answer } = item
        const cased = answer.toUpperCase() === answer ? answer.toLowerCase() : answer.toUpperCase()
        const misses = [
          '',
          `${answer} x`,
          `The ${answer}`,
          `${answer}.`,
          cased === answer ? 'x' : cased,
          answer.slice(0, -1),
          answer.replace(/\d/, (digit) => `${(Number(digit) + 1 + (at % 9)) % 10}`).replace(/^\D*$/, `${answer}1`),
          answer.includes(' ') ? answer.replaceAll(' ', '') : `${answer.charAt(0)} ${answer}`
        ]
        for (const miss of misses) {
          expect([item.answer, miss, isCorrect(item, miss)]).toEqual([item.answer, miss, false])
        }
      }),
      { numRuns: 1_000 }
    )
  })

  it('has answers with one way to write them', () => {
    fc.assert(
      fc.property(item, ({ answer, question }) => {
        expect(answer).toBe(answer.trim().replace(/\s+/g, ' '))
        expect(answer).not.toBe('')
        expect(utf8Length(question)).toBeLessThanOrEqual(400)
      }),
      { numRuns: 1_000 }
    )
  })

  it('has item models within bounds, in whole thousandths', () => {
    fc.assert(
      fc.property(item, ({ difficultyMilli, guessMilli, slopeMilli }) => {
        expect([difficultyMilli, guessMilli, slopeMilli].every(Number.isInteger)).toBe(true)
        expect(Math.abs(difficultyMilli)).toBeLessThanOrEqual(3_000)
        expect(slopeMilli).toBeGreaterThanOrEqual(100)
        expect([0, 125, 167, 250, 333, 500]).toContain(guessMilli)
      }),
      { numRuns: 1_000 }
    )
  })

  it('guesses where answers are few', () => {
    for (const { category, template } of everyTemplate) {
      const rng = createSeededRng(template.name)
      const items = Array.from({ length: 300 }, () => drawItem(category, template, rng))
      const answers = new Set(items.map(({ answer }) => answer))
      const isChoice = answers.size <= 2
      expect([category, template.name, items[0]?.guessMilli !== 0]).toEqual([
        category,
        template.name,
        isChoice || NAMED_CHOICES.has(template.name)
      ])
    }
  })

  it('has several templates in every category, each with a name of its own', () => {
    for (const category of QUIZ_CATEGORIES) {
      const names = CATALOGUE[category].map(({ name }) => name)
      expect(names.length).toBeGreaterThanOrEqual(2)
      expect(new Set(names).size).toBe(names.length)
    }
  })
})

describe('quiz items', () => {
  it('come as many as the round asks for, category by category, with room for the answer', () => {
    fc.assert(
      fc.property(seed, node, open, (seed, node, open) => {
        const items = quizItems(seed, node, open, UNMEASURED)
        expect(items.map((item) => item.category)).toEqual(
          open.categories.flatMap((category) => Array(open.itemsPerCategory).fill(category))
        )
        for (const item of items) {
          // One token a letter is the worst case of the tokenizers in use for single letters; words take fewer.
          const worst = item.category === 'strings' ? item.answer.length : item.answer.length / 1.6
          expect(worst).toBeLessThanOrEqual(item.maxTokens)
          expect(utf8Length(item.answer)).toBeLessThanOrEqual(1_024)
        }
      })
    )
  })

  it('are the same for the same seed and node', () => {
    fc.assert(
      fc.property(seed, node, open, (seed, node, open) => {
        expect(quizItems(seed, node, open, UNMEASURED)).toEqual(quizItems(seed.slice(), node, { ...open }, UNMEASURED))
      })
    )
  })

  it('accept their own answer, with any white space', () => {
    fc.assert(
      fc.property(seed, node, open, fc.constantFrom('', ' ', '\n', '\t  '), (seed, node, open, space) => {
        for (const item of quizItems(seed, node, open, UNMEASURED)) {
          expect(isCorrect(item, item.answer)).toBe(true)
          expect(isCorrect(item, `${space}${item.answer.replaceAll(' ', ` ${space}`)}${space}`)).toBe(true)
        }
      }),
      { numRuns: 40 }
    )
  })

  it('differ between nodes and between seeds', () => {
    const questions = (text: string, node: NodeId): string =>
      quizItems(
        sha256(utf8ToBytes(text)),
        node,
        {
          level: 1,
          categories: ['arithmetic', 'facts', 'logic'],
          itemsPerCategory: 2,
          maxAnswerTokens: 96
        },
        UNMEASURED
      )
        .map((item) => item.question)
        .join('|')
    const all = Array.from({ length: 30 }, (_, i) => NODES.map((node) => questions(`round ${i}`, node))).flat()
    expect(new Set(all).size).toBe(all.length)
  })

  it('do not repeat within a round', () => {
    let repeated = 0
    for (let i = 0; i < 40; i++) {
      const round = { level: 1 as const, categories: CALIBRATED_CATEGORIES.slice(), itemsPerCategory: 4, maxAnswerTokens: 96 }
      const items = quizItems(sha256(utf8ToBytes(`round ${i}`)), NODES[0] as NodeId, round, UNMEASURED)
      repeated += items.length - new Set(items.map((item) => item.question)).size
    }
    expect(repeated).toBe(0)
  })

  it('ask for a long answer wherever the category has one', () => {
    fc.assert(
      fc.property(seed, node, fc.integer({ min: 1, max: 4 }), (seed, node, itemsPerCategory) => {
        const round = { level: 1 as const, categories: CALIBRATED_CATEGORIES.slice(), itemsPerCategory, maxAnswerTokens: 96 }
        const items = quizItems(seed, node, round, UNMEASURED)
        expect(items.filter((item) => item.template === 'steps').length).toBeGreaterThanOrEqual(1)
        expect(items.filter((item) => item.category === 'text').every((item) => item.answer.length >= 50)).toBe(true)
      })
    )
  })

  it('keep to the round’s answer limit', () => {
    fc.assert(
      fc.property(seed, node, fc.integer({ min: 8, max: 71 }), (seed, node, maxAnswerTokens) => {
        const items = quizItems(
          seed,
          node,
          { level: 1, categories: CALIBRATED_CATEGORIES.slice(), itemsPerCategory: 3, maxAnswerTokens },
          UNMEASURED
        )
        expect(items.every((item) => item.maxTokens <= maxAnswerTokens)).toBe(true)
        expect(items.some((item) => item.template === 'steps')).toBe(false)
      })
    )
  })

  it('fit what is known of the node', () => {
    const round = { level: 1 as const, categories: CALIBRATED_CATEGORIES.slice(), itemsPerCategory: 4, maxAnswerTokens: 96 }
    const told = (ability: number, abilityOf: AbilityOf): number => {
      const items = Array.from({ length: 8 }, (_, i) =>
        quizItems(sha256(utf8ToBytes(`round ${i}`)), NODES[0] as NodeId, round, abilityOf)
      ).flat()
      return items.reduce((sum, item) => sum + informationMilli(item, ability), 0) / items.length
    }
    for (const ability of [-2_500, -1_000, 1_000, 2_500]) {
      const fitting = told(ability, () => ability)
      expect(fitting).toBeGreaterThan(told(ability, UNMEASURED))
      expect(fitting).toBeGreaterThan(told(ability, () => -ability))
    }
  })

  it('are among those that the node could be asked, whatever is known of it', () => {
    fc.assert(
      fc.property(seed, node, open, fc.integer({ min: -4_000, max: 4_000 }), (seed, node, open, ability) => {
        const possible = new Set(possibleItems(seed, node, open).map(({ question }) => question))
        expect(quizItems(seed, node, open, () => ability).every(({ question }) => possible.has(question))).toBe(true)
      })
    )
  })

  it('of a capability round are work of each category in turn, and harder', () => {
    fc.assert(
      fc.property(seed, node, fc.integer({ min: 1, max: 8 }), (seed, node, itemsPerCategory) => {
        const categories = drawCategories(seed, 3, 2)
        const round = { level: 2 as const, categories, itemsPerCategory, maxAnswerTokens: 96 }
        const items = quizItems(seed, node, round, UNMEASURED)
        expect(categories).toHaveLength(3)
        expect(items.map(({ category }) => category)).toEqual(Array(itemsPerCategory).fill(categories).flat())
        expect(items.every(({ maxTokens }) => maxTokens >= 32)).toBe(true)
        const possible = new Set(possibleItems(seed, node, round).map(({ question }) => question))
        expect(items.every(({ question }) => possible.has(question))).toBe(true)
      }),
      { numRuns: 40 }
    )
    const hardness = (level: 1 | 2): number => {
      const round = { level, categories: ['text' as const], itemsPerCategory: 4, maxAnswerTokens: 96 }
      const items = Array.from({ length: 10 }, (_, i) =>
        quizItems(sha256(utf8ToBytes(`round ${i}`)), NODES[0] as NodeId, round, () => -500)
      ).flat()
      return items.reduce((sum, { difficultyMilli }) => sum + difficultyMilli, 0) / items.length
    }
    expect(hardness(2)).toBeGreaterThan(hardness(1))
  })

  it('spread over what is equally hard', () => {
    const byDifficulty = Map.groupBy(calibratedTemplates('facts'), ({ difficultyMilli }) => difficultyMilli)
    const [hardness, equals] = [...byDifficulty].reduce((a, b) => (b[1].length > a[1].length ? b : a))
    expect(equals.length).toBeGreaterThanOrEqual(2)
    const counts = new Map<string, number>()
    for (let i = 0; i < 300; i++) {
      const round = { level: 1 as const, categories: ['facts' as const], itemsPerCategory: 2, maxAnswerTokens: 96 }
      for (const { template } of quizItems(sha256(utf8ToBytes(`round ${i}`)), NODES[0] as NodeId, round, () => hardness)) {
        counts.set(template, (counts.get(template) ?? 0) + 1)
      }
    }
    const own = equals.map(({ name }) => counts.get(name) ?? 0)
    const fair = own.reduce((sum, count) => sum + count, 0) / own.length
    expect(fair).toBeGreaterThan(50)
    expect(own.every((count) => count > 0.4 * fair && count < 1.8 * fair)).toBe(true)
  })
})

describe('categories of a round', () => {
  it('have room in a message for all items that a network may ask for', () => {
    const isTaken = (categoriesPerRound: number, capabilityItems: number): boolean => {
      try {
        return resolveParams('swarm', { quiz: { categoriesPerRound, capabilityItems } }) !== undefined
      } catch {
        return false
      }
    }
    for (let categories = 1; categories <= QUIZ_CATEGORIES.length; categories++) {
      for (let items = 1; items <= MAX_ITEMS_PER_CATEGORY; items++) {
        expect(isTaken(categories, items) && categories * items > MAX_ROUND_ITEMS).toBe(false)
      }
    }
    expect([isTaken(3, MAX_ITEMS_PER_CATEGORY), isTaken(9, MAX_ROUND_ITEMS / 9)]).toEqual([true, true])
  })

  it('are drawn without repetition', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 12 }), (seed, count) => {
        const drawn = drawCategories(seed, count)
        expect(drawn).toHaveLength(Math.min(count, CALIBRATED_CATEGORIES.length))
        expect(new Set(drawn).size).toBe(drawn.length)
        expect(drawCategories(seed, count)).toEqual(drawn)
      })
    )
  })

  it('hold one with long answers', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 9 }), (seed, count) => {
        const templates = drawCategories(seed, count).flatMap(calibratedTemplates)
        expect(templates.some(isLongAnswer)).toBe(true)
      })
    )
  })

  it('all take their turn', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 900; i++) {
      for (const category of drawCategories(sha256(utf8ToBytes(`seed ${i}`)), 3)) {
        counts.set(category, (counts.get(category) ?? 0) + 1)
      }
    }
    const fair = 2_700 / CALIBRATED_CATEGORIES.length
    // Every round has one of the few categories with long answers.
    expect([...counts.values()].every((count) => count > 0.6 * fair && count < 2.4 * fair)).toBe(true)
    expect(counts.size).toBe(CALIBRATED_CATEGORIES.length)
  })
})
