import { QUIZ_CATEGORIES } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  calibrateThresholds,
  centreOf,
  compareAnswers,
  type Embedding,
  embedText,
  judgeAgreement,
  MAX_WRONG_MILLI,
  MIN_PAIRS,
  majorityOf,
  SIMILARITY_ONE,
  similarityMicro,
  thresholdsOf,
  toFixedPoint
} from '../src/index.js'

/** Similarities are rounded down by less than this. */
const ROUNDING = 1

const ONE_WORD = [138, 3, 346, 1, 374, 1, 621, 3, 749, 1, 750, -3]
const LONG_TEXT = -1_956_460_760

const embedding: fc.Arbitrary<Embedding> = fc
  .array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 })
  .map((values) => Int32Array.from(values))
const embeddings = fc.array(embedding, { minLength: 1, maxLength: 9 })
const shuffled = fc.tuple(embeddings, fc.infiniteStream(fc.nat())).map(([all, keys]) => ({
  all,
  order: [...all.keys()]
    .map((i) => ({ i, key: keys.next().value }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i)
}))
const thresholds = fc
  .tuple(fc.integer({ min: 0, max: SIMILARITY_ONE }), fc.integer({ min: 0, max: SIMILARITY_ONE }))
  .map(([a, b]) => ({ agreeMicro: Math.max(a, b), disagreeMicro: Math.min(a, b) }))

describe('the similarity of two embeddings', () => {
  it('is the cosine of their angle, rounded towards zero', () => {
    fc.assert(
      fc.property(embedding, embedding, (a, b) => {
        const product = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
        const lengths = Math.hypot(...a) * Math.hypot(...b)
        const micro = similarityMicro(a, b)
        expect(micro).toBe(similarityMicro(b, a))
        if (lengths > 0) {
          expect(Math.abs(micro - (SIMILARITY_ONE * product) / lengths)).toBeLessThan(1.001)
          expect(similarityMicro(a, a)).toBe(SIMILARITY_ONE)
        }
      })
    )
    expect(similarityMicro(new Int32Array(4), new Int32Array(4))).toBe(SIMILARITY_ONE)
    expect(similarityMicro(new Int32Array(4), Int32Array.of(1, 0, 0, 0))).toBe(0)
  })

  it('changes little when a vector of real numbers becomes integers', () => {
    const unit = fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 })
      .filter((values) => Math.hypot(...values) > 0.1)
      .map((values) => Float32Array.from(values, (value) => value / Math.hypot(...values)))
    fc.assert(
      fc.property(unit, unit, (a, b) => {
        const exact = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
        expect(Math.abs(similarityMicro(toFixedPoint(a), toFixedPoint(b)) / SIMILARITY_ONE - exact)).toBeLessThan(0.0005)
      })
    )
  })
})

describe('the centre of answers', () => {
  it('is the same one in whichever order they come', () => {
    fc.assert(
      fc.property(shuffled, ({ all, order }) => {
        const centre = centreOf(all)
        const other = centreOf(order.map((i) => all[i] as Embedding))
        expect(other === null || centre === null ? null : all[order[other.index] as number]).toEqual(all[centre?.index as number])
        expect(other?.similarities).toEqual(order.map((i) => centre?.similarities[i]))
      })
    )
  })

  it('is as similar to an honest answer as honest answers are to one another, whatever a minority says', () => {
    fc.assert(
      fc.property(fc.array(embedding, { minLength: 2, maxLength: 6 }), fc.array(embedding, { maxLength: 5 }), (honest, liars) => {
        fc.pre(liars.length < honest.length)
        const centre = centreOf([...liars, ...honest])
        const toHonest = Math.max(...(centre?.similarities.slice(liars.length) ?? []))
        const apart = Math.min(...honest.flatMap((a) => honest.map((b) => similarityMicro(a, b))))
        expect(toHonest).toBeGreaterThanOrEqual(apart)
      }),
      { numRuns: 500 }
    )
  })

  it('is an equal one where most are equal', () => {
    fc.assert(
      fc.property(embedding, fc.array(embedding, { maxLength: 4 }), (said, others) => {
        const all = [...others, ...others.map(() => said), said]
        expect(similarityMicro(all[centreOf(all)?.index as number] as Embedding, said)).toBeGreaterThanOrEqual(
          SIMILARITY_ONE - ROUNDING
        )
      })
    )
    expect(centreOf([])).toBeNull()
  })
})

describe('verdicts of agreement', () => {
  it('follow the answers, not their order', () => {
    fc.assert(
      fc.property(shuffled, thresholds, ({ all, order }, limits) => {
        const { verdicts } = judgeAgreement(all, limits)
        expect(
          judgeAgreement(
            order.map((i) => all[i] as Embedding),
            limits
          ).verdicts
        ).toEqual(order.map((i) => verdicts[i]))
      })
    )
  })

  it('say that somebody disagrees only where most agree', () => {
    fc.assert(
      fc.property(embeddings, thresholds, (all, limits) => {
        const { similarities, verdicts } = judgeAgreement(all, limits)
        const agreeing = verdicts.filter((verdict) => verdict === 'agree').length
        expect(agreeing === 0 || agreeing >= majorityOf(all.length)).toBe(true)
        expect(agreeing === 0 ? verdicts.every((verdict) => verdict === 'inconclusive') : true).toBe(true)
        for (const [i, verdict] of verdicts.entries()) {
          const similarity = similarities[i] as number
          expect(verdict === 'agree' ? similarity >= limits.agreeMicro : true).toBe(true)
          expect(verdict === 'disagree' ? similarity < limits.disagreeMicro : true).toBe(true)
        }
      })
    )
  })

  it('need a second answer, and of two different ones accuse neither', () => {
    expect(compareAnswers([], null)).toEqual({ centre: null, verdicts: [], similarities: [] })
    expect(compareAnswers(['136'], 'arithmetic')).toMatchObject({ centre: null, verdicts: ['inconclusive'] })
    expect(compareAnswers(['136', '137'], 'arithmetic').verdicts).toEqual(['inconclusive', 'inconclusive'])
    expect(compareAnswers(['136', '137', ' 136\n'], 'arithmetic')).toMatchObject({
      centre: 0,
      verdicts: ['agree', 'disagree', 'agree']
    })
  })
})

describe('the embedding of a text', () => {
  it('is the same to the bit on every machine', () => {
    const marks = (text: string) => [...embedText(text).entries()].filter(([, value]) => value !== 0).flat()
    expect(marks('136')).toEqual(ONE_WORD)
    const long = embedText('The quick brown fox jumps over 13 lazy dogs: déjà vu! 東京 '.repeat(40))
    expect(long.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 7)).toBe(LONG_TEXT)
  })

  it('overlooks case, white space and punctuation around an answer, and no sign', () => {
    const alike = (a: string, b: string) => similarityMicro(embedText(a), embedText(b)) === SIMILARITY_ONE
    expect(alike('Lima, Peru', ' lima   PERU.\n')).toBe(true)
    expect(alike('-5', '5')).toBe(false)
    expect(alike('3 < 4', '3 > 4')).toBe(false)
    expect(alike('!!!', '???')).toBe(false)
    expect(alike('', ' \n')).toBe(true)
    expect(alike('one two three', 'three two one')).toBe(false)
  })

  it('puts a text near one that shares its words, far from one that does not, in any script', () => {
    const similarity = (a: string, b: string) => similarityMicro(embedText(a), embedText(b))
    expect(similarity('The capital of Peru is Lima.', 'Lima is the capital of Peru')).toBeGreaterThan(600_000)
    expect(similarity('The capital of Peru is Lima.', 'You could try some fresh bread')).toBeLessThan(100_000)
    expect(similarity('東京は日本の首都です', '日本の首都は東京です')).toBeGreaterThan(
      similarity('東京は日本の首都です', 'パンが好きです')
    )
  })

  it('reads so much of a text and no more', () => {
    for (const piece of ['a', 'a b ', '東 ', '!', '\ud800']) {
      const long = embedText(piece.repeat(100_000))
      expect(long).toEqual(embedText(piece.repeat(50_000)))
      expect(long.reduce((sum, value) => sum + Math.abs(value), 0)).toBeLessThan(16_384 * 8)
    }
  })
})

describe('calibrated thresholds', () => {
  const pair = fc.record({ similarityMicro: fc.integer({ min: -SIMILARITY_ONE, max: SIMILARITY_ONE }), isSame: fc.boolean() })

  it('are wrong about few of the pairs that they come from', () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 3 * MIN_PAIRS, maxLength: 600 }), (pairs) => {
        const { different, same, thresholds: found } = calibrateThresholds(pairs)
        const wrongly = (isSame: boolean, isIn: (similarity: number) => boolean) =>
          pairs.filter((one) => one.isSame === isSame && isIn(one.similarityMicro)).length
        expect(found.disagreeMicro).toBeLessThanOrEqual(found.agreeMicro)
        expect(wrongly(false, (similarity) => similarity >= found.agreeMicro)).toBeLessThanOrEqual(
          (different * MAX_WRONG_MILLI) / 1_000
        )
        expect(wrongly(true, (similarity) => similarity < found.disagreeMicro)).toBeLessThanOrEqual(
          (same * MAX_WRONG_MILLI) / 1_000
        )
      }),
      { numRuns: 50 }
    )
  })

  it('meet in the middle of kinds that do not overlap, and say nothing from too little', () => {
    const many = (similarity: number, isSame: boolean) =>
      Array.from({ length: MIN_PAIRS }, () => ({ similarityMicro: similarity, isSame }))
    expect(calibrateThresholds([...many(900_000, true), ...many(199_999, false)])).toMatchObject({
      thresholds: { agreeMicro: 550_000, disagreeMicro: 550_000 },
      aucMilli: 1_000
    })
    expect(calibrateThresholds([...many(5, true), ...many(5, false)]).aucMilli).toBe(500)
    const few = calibrateThresholds(many(900_000, true).slice(1)).thresholds
    expect(few.agreeMicro).toBeGreaterThan(SIMILARITY_ONE)
    expect(few.disagreeMicro).toBeLessThan(-SIMILARITY_ONE)
  })

  it('are published for every category, and for answers of none', () => {
    for (const category of [null, ...QUIZ_CATEGORIES]) {
      const { agreeMicro, disagreeMicro } = thresholdsOf(category)
      expect(0 < disagreeMicro && disagreeMicro <= agreeMicro && agreeMicro <= SIMILARITY_ONE).toBe(true)
    }
  })
})
