import type { EpochNumber, ModelId, NodeId, RoundId } from '@cortensor/interface'
import { type NodeSkill, type OutcomeStatus, QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCorrect, MIN_SD_MILLI, PRIOR_SD_MILLI } from '../src/index.js'
import { quizItems, UNMEASURED } from '../src/items/quiz-items.js'
import type { ScoredOutcome } from '../src/report/outcomes.js'
import { quizWeights } from '../src/report/rewards.js'
import { skillsAt, updateSkills } from '../src/report/skills.js'
import { hashOf, miners, minerX, minerY } from './world.js'

const [A, B] = ['a', 'b'].map((letter) => letter.repeat(64)) as [ModelId, ModelId]
const epochOf = (value: number): EpochNumber => value as EpochNumber

interface Played {
  miner: NodeId
  category?: QuizCategory
  model?: ModelId | null
  status?: OutcomeStatus
  marks: readonly boolean[]
}

let rounds = 0
function played({ miner, category = 'logic', model = A, status = 'scored', marks }: Played): ScoredOutcome {
  const scores = [{ category, asked: marks.length, correct: marks.filter(Boolean).length, abilityMilli: 0 }]
  rounds += 1
  return {
    outcome: {
      roundId: String(rounds).padStart(64, '0') as RoundId,
      miner,
      model: status === 'scored' ? model : null,
      status,
      scores,
      throughput: null,
      shown: null,
      agreement: null
    },
    said: null,
    marked: marks.map((isRight) => ({
      item: {
        category,
        template: 'made',
        question: '?',
        answer: '!',
        maxTokens: 8,
        slopeMilli: 1_500,
        difficultyMilli: 200,
        guessMilli: 0
      } as ScoredOutcome['marked'][number]['item'],
      text: 'text',
      isRight
    }))
  }
}

const x = minerX.nodeId
const y = minerY.nodeId

describe('skills of a report', () => {
  it('stay sorted, on the scale, and the same whatever the order of the rounds', () => {
    const one = fc.record({
      miner: fc.constantFrom(...miners.map(({ nodeId }) => nodeId)),
      category: fc.constantFrom(...QUIZ_CATEGORIES),
      marks: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })
    })
    fc.assert(
      fc.property(fc.array(fc.array(one, { maxLength: 5 }), { maxLength: 6 }), (epochs) => {
        let skills: NodeSkill[] = []
        epochs.forEach((answers, i) => {
          const scored = answers.map(played)
          const next = updateSkills(skills, scored, epochOf(i + 1))
          expect(updateSkills(skills.toReversed(), scored.toReversed(), epochOf(i + 1))).toEqual(next)
          skills = next
          const keys = skills.map(({ category, node }) => `${node}/${category}`)
          expect(keys).toEqual([...new Set(keys)].sort())
          expect(
            skills.every((s) => s.sdMilli >= MIN_SD_MILLI && s.sdMilli <= PRIOR_SD_MILLI && Math.abs(s.meanMilli) <= 4_000)
          ).toBe(true)
        })
      }),
      { numRuns: 40 }
    )
  })

  it('leave the rows of who has no evidence as they are, and know less of them', () => {
    const first = updateSkills([], [played({ miner: x, marks: [true, true] }), played({ miner: y, marks: [true] })], epochOf(1))
    const later = updateSkills(first, [played({ miner: y, marks: [false] })], epochOf(500))
    const rowOf = (rows: readonly NodeSkill[], node: NodeId) => rows.find((row) => row.node === node)
    expect(rowOf(later, x)).toEqual(rowOf(first, x))
    const sdAt = (epoch: number) => skillsAt(later, epoch).get(x)?.skills.get('logic')?.sdMilli ?? 0
    expect(sdAt(1)).toBe(rowOf(first, x)?.sdMilli)
    expect(sdAt(3_000)).toBeGreaterThan(sdAt(1))
    expect(rowOf(later, y)).toMatchObject({ epoch: 500, items: 2 })
  })

  it('begin where the model is known to be', () => {
    let known: NodeSkill[] = []
    for (let epoch = 1; epoch <= 8; epoch++) {
      known = updateSkills(known, [played({ miner: x, marks: [true, true, true, true] })], epochOf(epoch))
    }
    const withNewcomers = (model: ModelId) => updateSkills(known, [played({ miner: y, model, marks: [true] })], epochOf(9))
    const meanOf = (rows: readonly NodeSkill[]) => rows.find(({ node }) => node === y)?.meanMilli ?? 0
    expect(meanOf(withNewcomers(A))).toBeGreaterThan(meanOf(withNewcomers(B)) + 500)
  })

  it('gain nothing from another model but the doubt', () => {
    let known: NodeSkill[] = []
    for (let epoch = 1; epoch <= 6; epoch++) {
      known = updateSkills(known, [played({ miner: x, marks: [false, false, false] })], epochOf(epoch))
    }
    const before = known[0] as NodeSkill
    const [after] = updateSkills(known, [played({ miner: x, model: B, category: 'facts', marks: [false] })], epochOf(7)).filter(
      ({ category }) => category === 'logic'
    )
    expect(after).toEqual({ ...before, model: B, sdMilli: PRIOR_SD_MILLI, epoch: 7, priorMilli: before.meanMilli, items: 0 })
  })
})

describe('the reward of a round', () => {
  const alike = () => 1
  /** What `epochs` rounds weigh for a node that answers like this, in all. */
  function earned(epochs: number, answer: (epoch: number) => Omit<Played, 'miner'>): number {
    let skills: NodeSkill[] = []
    let sum = 0
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const scored = [played({ miner: x, ...answer(epoch) })]
      skills = updateSkills(skills, scored, epochOf(epoch))
      sum += Number(
        quizWeights({ outcomes: scored.map(({ outcome }) => outcome), authors: [], panels: new Map(), skills }, alike).get(x) ??
          0n
      )
    }
    return sum
  }

  it('follows measured skill, and not how others did', () => {
    const scored = [played({ miner: x, marks: [true, true] })]
    const alone = quizWeights(
      {
        outcomes: scored.map(({ outcome }) => outcome),
        authors: [],
        panels: new Map(),
        skills: updateSkills([], scored, epochOf(1))
      },
      alike
    )
    const both = [...scored, played({ miner: y, marks: [true, false] })]
    const together = quizWeights(
      {
        outcomes: both.map(({ outcome }) => outcome),
        authors: [],
        panels: new Map(),
        skills: updateSkills([], both, epochOf(1))
      },
      alike
    )
    expect(together.get(x)).toBe(alone.get(x))
    expect((together.get(y) ?? 0n) < (together.get(x) ?? 0n)).toBe(true)
  })

  it('is less for a miner that shows only its good rounds', () => {
    const rng = createSeededRng('withholding')
    const marks = Array.from({ length: 200 }, () => [rng.next() < 0.6, rng.next() < 0.6])
    const honest = earned(200, (epoch) => ({ marks: marks[epoch - 1] as boolean[] }))
    const withholding = earned(200, (epoch) => {
      const own = marks[epoch - 1] as boolean[]
      const isGood = own.every(Boolean)
      return isGood ? { marks: own } : { marks: own.map(() => false), status: 'no_reveal' }
    })
    expect(withholding).toBeLessThan(0.35 * honest)
  })

  it('is next to nothing for a miner that copies, because every node is asked something else', () => {
    // Free answers: where there are two to choose from, half of them are right by chance, and the item model says so.
    const categories: QuizCategory[] = ['arithmetic', 'sequences', 'units']
    const open = { level: 1 as const, categories, itemsPerCategory: 2, maxAnswerTokens: 96 }
    const copied = (epoch: number): boolean[] => {
      const seed = hashOf(`round ${epoch}`)
      const theirs = quizItems(seed, y, open, UNMEASURED)
      return quizItems(seed, x, open, UNMEASURED).map((item, i) => isCorrect(item, theirs[i]?.answer ?? ''))
    }
    const honest = earned(100, () => ({ marks: [true, true, true, true, false, true] }))
    const copying = earned(100, (epoch) => ({ marks: copied(epoch) }))
    expect(copying).toBeLessThan(0.1 * honest)
    // Nor does it help to say that it was another model each time.
    const changing = earned(100, (epoch) => ({ marks: copied(epoch), model: epoch % 2 === 0 ? A : B }))
    expect(changing).toBeLessThan(0.15 * honest)
  })
})
