import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrated } from '../src/skill/calibrate.js'
import { chooseItem, isMeasured, MAX_ITEMS } from '../src/skill/choose-item.js'
import { LOG_ONE, ln, logistic, ONE, squareRoot, weightOf } from '../src/skill/fixed-point.js'
import { correctProbability, type ItemParams, informationMilli } from '../src/skill/item-model.js'
import { levelOf } from '../src/skill/level.js'
import {
  type Answer,
  drifted,
  expectedCorrect,
  gridOf,
  MIN_SD_MILLI,
  momentsOf,
  observe,
  PRIOR_SD_MILLI,
  priorSkill,
  quantileOf,
  type Skill,
  updatedSkill
} from '../src/skill/posterior.js'

const skills: fc.Arbitrary<Skill> = fc.record({
  meanMilli: fc.integer({ min: -2_500, max: 2_500 }),
  sdMilli: fc.integer({ min: MIN_SD_MILLI, max: PRIOR_SD_MILLI })
})
const items: fc.Arbitrary<ItemParams> = fc.record({
  slopeMilli: fc.integer({ min: 300, max: 3_000 }),
  difficultyMilli: fc.integer({ min: -3_000, max: 3_000 }),
  guessMilli: fc.constantFrom(0, 250, 500)
})
const answers: fc.Arbitrary<Answer[]> = fc.array(fc.record({ item: items, isCorrect: fc.boolean() }), { maxLength: 12 })

const FINGERPRINTS = ['1d6812604a85a80a', 'ca2b8575270b1030', '7050b626cfff9e32']

describe('functions in integers', () => {
  it('are close to those of the real numbers', () => {
    for (let x = 0; x < 20; x += 0.0137) {
      expect(weightOf(Math.round(x * LOG_ONE)) / 2 ** 30).toBeCloseTo(Math.exp(-x), 5)
      expect(logistic(Math.round(x * 1e6)) / ONE).toBeCloseTo(1 / (1 + Math.exp(-x)), 4)
      expect(logistic(Math.round(-x * 1e6)) / ONE).toBeCloseTo(1 / (1 + Math.exp(x)), 4)
      const chance = Math.floor(ONE * Math.exp(-x))
      expect(ln(chance) / LOG_ONE).toBeCloseTo(Math.log(chance / ONE), 5)
    }
  })

  it('are the same to the bit on every machine', () => {
    const fingerprint = (values: number[]): bigint =>
      values.reduce((hash, value) => ((hash ^ BigInt(value)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn, 0xcbf29ce484222325n)
    const range = Array.from({ length: 2_000 }, (_, i) => i)
    expect(
      [
        fingerprint(range.map((i) => weightOf(i * 177_113))),
        fingerprint(range.map((i) => logistic(i * 15_991 - 16_000_000))),
        fingerprint(range.map((i) => -ln(1 + i * 549_755_000)))
      ].map((hash) => hash.toString(16))
    ).toEqual(FINGERPRINTS)
  })

  it('take square roots downwards', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (value) => {
        const root = squareRoot(value)
        expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true)
      })
    )
  })
})

describe('an item', () => {
  it('is answered more often by those who can more, and never less often than by guessing', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: -4_000, max: 3_900 }), (item, ability) => {
        const [lower, higher] = [correctProbability(item, ability), correctProbability(item, ability + 100)]
        expect(higher).toBeGreaterThanOrEqual(lower)
        expect(lower).toBeGreaterThanOrEqual(Math.floor((ONE * item.guessMilli) / 1_000))
        expect(higher).toBeLessThanOrEqual(ONE)
      })
    )
  })

  it('tells most near its difficulty, and less when it can be guessed', () => {
    const free = { slopeMilli: 2_000, difficultyMilli: 500, guessMilli: 0 }
    const abilities = Array.from({ length: 81 }, (_, i) => i * 100 - 4_000)
    const most = abilities.reduce((a, b) => (informationMilli(free, b) > informationMilli(free, a) ? b : a))
    expect(most).toBe(500)
    expect(informationMilli(free, 500)).toBe(1_000)
    expect(informationMilli({ ...free, guessMilli: 250 }, 500)).toBeLessThan(1_000)
  })
})

describe('a posterior', () => {
  it('does not depend on the order of the answers', () => {
    fc.assert(
      fc.property(skills, answers, (skill, given) => {
        expect(updatedSkill(skill, given.toReversed())).toEqual(updatedSkill(skill, given))
      }),
      { numRuns: 60 }
    )
  })

  it('moves up with a right answer and down with a wrong one', () => {
    fc.assert(
      fc.property(skills, items, (skill, item) => {
        const right = updatedSkill(skill, [{ item, isCorrect: true }])
        const wrong = updatedSkill(skill, [{ item, isCorrect: false }])
        const still = momentsOf(gridOf(skill))
        expect(right.meanMilli).toBeGreaterThanOrEqual(still.meanMilli)
        expect(wrong.meanMilli).toBeLessThanOrEqual(still.meanMilli)
      }),
      { numRuns: 60 }
    )
  })

  it('is the one that real numbers give', () => {
    fc.assert(
      fc.property(skills, answers, (skill, given) => {
        const grid = Array.from({ length: 161 }, (_, i) => -4 + i / 20)
        const weights = grid.map((theta) =>
          given.reduce(
            (weight, { isCorrect, item }) => {
              const guess = item.guessMilli / 1e3
              // No answer is surer than the logistic function at 16.
              const x = Math.max(-16, Math.min(16, (item.slopeMilli / 1e3) * (theta - item.difficultyMilli / 1e3)))
              const p = guess + (1 - guess) / (1 + Math.exp(-x))
              return weight * (isCorrect ? p : 1 - p)
            },
            Math.exp(-0.5 * ((theta - skill.meanMilli / 1e3) / (skill.sdMilli / 1e3)) ** 2)
          )
        )
        const total = weights.reduce((a, b) => a + b, 0)
        const mean = grid.reduce((sum, theta, i) => sum + theta * (weights[i] ?? 0), 0) / total
        const sd = Math.sqrt(grid.reduce((sum, theta, i) => sum + (theta - mean) ** 2 * (weights[i] ?? 0), 0) / total)
        const own = momentsOf(observe(gridOf(skill), given))
        expect(Math.abs(own.meanMilli / 1e3 - mean)).toBeLessThan(0.003)
        expect(Math.abs(own.sdMilli / 1e3 - Math.max(0.06, Math.min(1, sd)))).toBeLessThan(0.003)
      }),
      { numRuns: 80 }
    )
  })

  it('has quantiles in order, half of it on each side of the median of a symmetric one', () => {
    fc.assert(
      fc.property(skills, (skill) => {
        const grid = gridOf(skill)
        const quantiles = [50, 100, 500, 900, 950].map((part) => quantileOf(grid, part))
        expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b))
      })
    )
    expect(Math.abs(quantileOf(gridOf({ meanMilli: 300, sdMilli: 400 }), 500) - 300)).toBeLessThanOrEqual(1)
    expect(Math.abs(quantileOf(gridOf({ meanMilli: 0, sdMilli: 500 }), 100) + 641)).toBeLessThanOrEqual(5)
  })

  it('opens again without evidence, up to what was known at first', () => {
    const known = { meanMilli: 700, sdMilli: 350 }
    expect(drifted(known, 0)).toEqual(known)
    expect(drifted(known, 1_440)).toEqual({ meanMilli: 700, sdMilli: 516 })
    expect(drifted(known, 10_000_000)).toEqual({ meanMilli: 700, sdMilli: PRIOR_SD_MILLI })
    expect(drifted(drifted(known, 500), 940).sdMilli).toBeGreaterThanOrEqual(514)
  })

  it('expects less than the chance at the mean from who is uncertain about an easy item', () => {
    const easy = { slopeMilli: 2_000, difficultyMilli: -1_000, guessMilli: 0 }
    const sure = expectedCorrect({ meanMilli: 0, sdMilli: MIN_SD_MILLI }, easy)
    expect(sure).toBeGreaterThan(875_000)
    expect(sure).toBeLessThan(885_000)
    expect(expectedCorrect({ meanMilli: 0, sdMilli: 1_000 }, easy)).toBeLessThan(sure)
  })
})

describe('the choice of an item', () => {
  const bank = Array.from({ length: 60 }, (_, i) => ({ slopeMilli: 2_000, difficultyMilli: i * 100 - 3_000, guessMilli: 0 }))

  it('is among the twelve that tell most, each of them sometimes', () => {
    const chosen = new Set(
      Array.from({ length: 400 }, (_, i) => chooseItem(priorSkill(0), bank, createSeededRng(`choice-${i}`))?.difficultyMilli)
    )
    expect([...chosen].sort((a = 0, b = 0) => a - b)).toEqual([-600, -500, -400, -300, -200, -100, 0, 100, 200, 300, 400, 500])
  })

  it('ends when the skill is measured or enough was asked', () => {
    expect(chooseItem(priorSkill(), [], createSeededRng('none'))).toBeNull()
    expect(isMeasured({ meanMilli: 0, sdMilli: 349 }, 1)).toBe(true)
    expect(isMeasured({ meanMilli: 0, sdMilli: 350 }, MAX_ITEMS - 1)).toBe(false)
    expect(isMeasured({ meanMilli: 0, sdMilli: 350 }, MAX_ITEMS)).toBe(true)
  })
})

describe('calibration', () => {
  const item = { slopeMilli: 2_000, difficultyMilli: 0, guessMilli: 0, difficultySdMilli: 500, isAnchor: false }

  it('finds an item harder that able nodes get wrong, and leaves anchors alone', () => {
    const wrong = Array.from({ length: 8 }, () => ({ skill: { meanMilli: 1_000, sdMilli: 200 }, isCorrect: false }))
    const learnt = calibrated(item, wrong)
    expect(learnt.difficultyMilli).toBeGreaterThan(700)
    expect(learnt.difficultySdMilli).toBeLessThan(item.difficultySdMilli)
    expect(calibrated({ ...item, isAnchor: true }, wrong)).toEqual({ ...item, isAnchor: true })
  })

  it('learns nothing from nodes that nobody knows', () => {
    expect(calibrated(item, [{ skill: priorSkill(3_000), isCorrect: false }])).toBe(item)
  })

  it('comes to the true difficulty', () => {
    const rng = createSeededRng('calibration')
    const truth = { ...item, difficultyMilli: 800 }
    let learnt = item
    for (let round = 0; round < 60; round++) {
      const given = Array.from({ length: 5 }, () => {
        const ability = rng.int(-1_500, 2_500)
        const isCorrect = rng.next() < correctProbability(truth, ability) / ONE
        return { skill: { meanMilli: ability, sdMilli: 100 }, isCorrect }
      })
      learnt = calibrated(learnt, given)
    }
    expect(Math.abs(learnt.difficultyMilli - 800)).toBeLessThan(200)
  })
})

describe('a level', () => {
  it('is the lower tenth on a scale from 0 to 10, inside its interval', () => {
    expect(levelOf({ meanMilli: 0, sdMilli: 1_000 })).toEqual({ levelCenti: 339, lowCenti: 294, highCenti: 705 })
    fc.assert(
      fc.property(skills, (skill) => {
        const { highCenti, levelCenti, lowCenti } = levelOf(skill)
        expect(0 <= lowCenti && lowCenti <= levelCenti && levelCenti <= highCenti && highCenti <= 1_000).toBe(true)
      })
    )
  })

  it('does not praise the unknown', () => {
    expect(levelOf({ meanMilli: 500, sdMilli: 1_000 }).levelCenti).toBeLessThan(
      levelOf({ meanMilli: 0, sdMilli: 300 }).levelCenti
    )
  })
})
