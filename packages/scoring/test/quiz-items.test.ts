import { ed25519FromSeed, publicKeyToNodeId, sha256 } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import { QUIZ_CATEGORIES } from '@cortensor/protocols'
import { utf8Length, utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawCategories, isCorrect, quizItems } from '../src/index.js'

const NODES: NodeId[] = Array.from({ length: 6 }, (_, i) => {
  return publicKeyToNodeId(ed25519FromSeed(sha256(utf8ToBytes(`node ${i}`))).publicKey)
})
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const node = fc.constantFrom(...NODES)
const open = fc.record({
  categories: fc.shuffledSubarray([...QUIZ_CATEGORIES], { minLength: 1 }),
  itemsPerCategory: fc.integer({ min: 1, max: 8 }),
  maxAnswerTokens: fc.integer({ min: 72, max: 512 })
})

describe('quiz items', () => {
  it('come as many as the round asks for, category by category, with room for the answer', () => {
    fc.assert(
      fc.property(seed, node, open, (seed, node, open) => {
        const items = quizItems(seed, node, open)
        expect(items.map((item) => item.category)).toEqual(
          open.categories.flatMap((category) => Array(open.itemsPerCategory).fill(category))
        )
        for (const item of items) {
          // One token a letter is the worst case of the tokenizers in use for single letters; words take fewer.
          const worst = item.category === 'text' || item.template === 'steps' ? item.answer.length / 1.6 : item.answer.length
          expect(worst).toBeLessThanOrEqual(item.maxTokens)
          expect(utf8Length(item.answer)).toBeLessThanOrEqual(1_024)
        }
      })
    )
  })

  it('are the same for the same seed and node', () => {
    fc.assert(
      fc.property(seed, node, open, (seed, node, open) => {
        expect(quizItems(seed, node, open)).toEqual(quizItems(seed.slice(), node, { ...open }))
      })
    )
  })

  it('accept their own answer, with any white space', () => {
    fc.assert(
      fc.property(seed, node, open, fc.constantFrom('', ' ', '\n', '\t  '), (seed, node, open, space) => {
        for (const item of quizItems(seed, node, open)) {
          expect(isCorrect(item, item.answer)).toBe(true)
          expect(isCorrect(item, `${space}${item.answer.replaceAll(' ', ` ${space}`)}${space}`)).toBe(true)
        }
      }),
      { numRuns: 300 }
    )
  })

  it('refuse near misses', () => {
    fc.assert(
      fc.property(seed, node, open, fc.nat(), (seed, node, open, at) => {
        for (const item of quizItems(seed, node, open)) {
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
        }
      }),
      { numRuns: 300 }
    )
  })

  it('differ between nodes and between seeds', () => {
    const questions = (text: string, node: NodeId): string =>
      quizItems(sha256(utf8ToBytes(text)), node, {
        categories: ['arithmetic', 'facts', 'logic'],
        itemsPerCategory: 2,
        maxAnswerTokens: 96
      })
        .map((item) => item.question)
        .join('|')
    const all = Array.from({ length: 100 }, (_, i) => NODES.map((node) => questions(`round ${i}`, node))).flat()
    expect(new Set(all).size).toBe(all.length)
  })

  it('do not repeat within a round', () => {
    let repeated = 0
    for (let i = 0; i < 200; i++) {
      const round = { categories: QUIZ_CATEGORIES.slice(), itemsPerCategory: 4, maxAnswerTokens: 96 }
      const items = quizItems(sha256(utf8ToBytes(`round ${i}`)), NODES[0] as NodeId, round)
      repeated += items.length - new Set(items.map((item) => item.question)).size
    }
    expect(repeated).toBe(0)
  })

  it('ask for a long answer wherever the category has one', () => {
    fc.assert(
      fc.property(seed, node, fc.integer({ min: 1, max: 4 }), (seed, node, itemsPerCategory) => {
        const round = { categories: QUIZ_CATEGORIES.slice(), itemsPerCategory, maxAnswerTokens: 96 }
        const items = quizItems(seed, node, round)
        expect(items.filter((item) => item.template === 'steps').length).toBeGreaterThanOrEqual(1)
        expect(items.filter((item) => item.category === 'text').every((item) => item.answer.length >= 50)).toBe(true)
      })
    )
  })

  it('keep to the round’s answer limit', () => {
    fc.assert(
      fc.property(seed, node, fc.integer({ min: 8, max: 71 }), (seed, node, maxAnswerTokens) => {
        const items = quizItems(seed, node, { categories: QUIZ_CATEGORIES.slice(), itemsPerCategory: 3, maxAnswerTokens })
        expect(items.every((item) => item.maxTokens <= maxAnswerTokens)).toBe(true)
        expect(items.some((item) => item.template === 'steps')).toBe(false)
      })
    )
  })

  it('draw from all templates', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 100; i++) {
      const round = { categories: QUIZ_CATEGORIES.slice(), itemsPerCategory: 3, maxAnswerTokens: 96 }
      for (const item of quizItems(sha256(utf8ToBytes(`round ${i}`)), NODES[0] as NodeId, round)) {
        seen.add(`${item.category}/${item.template}`)
      }
    }
    expect(seen.size).toBe(43)
  })
})

describe('categories of a round', () => {
  it('are drawn without repetition', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 12 }), (seed, count) => {
        const drawn = drawCategories(seed, count)
        expect(drawn).toHaveLength(Math.min(count, 9))
        expect(new Set(drawn).size).toBe(drawn.length)
        expect(drawCategories(seed, count)).toEqual(drawn)
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
    expect([...counts.values()].every((count) => count > 230 && count < 370)).toBe(true)
    expect(counts.size).toBe(9)
  })
})
