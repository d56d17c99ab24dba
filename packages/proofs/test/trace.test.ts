import { gumbelNoise } from '@cortensor/crypto'
import type { Evaluation, LogitTrace, SamplingParams } from '@cortensor/interface'
import { drawToken, type Generation, sealWindows, WINDOW_TOKENS } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  candidatesAt,
  checkGeneration,
  createSequentialTest,
  isWindowExact,
  OUTSIDE_GAP,
  observationOf,
  type SequentialState,
  tokenGap
} from '../src/index.js'

const TOP = 48
const TOLERANCE = { gap: 0.05, logit: 0.05, border: 0.05 }
const SEED = Uint8Array.of(7)

/** A made-up model: the logits of a position follow from the position and the tokens before it. */
function modelTrace(tokenIds: readonly number[], length: number, shift = 0): LogitTrace {
  const ids = new Int32Array(length * TOP)
  const logits = new Float32Array(length * TOP)
  for (let position = 0; position < length; position++) {
    const base = (position * 131 + (tokenIds[position - 1] ?? 0) * 17) % 900
    for (let i = 0; i < TOP; i++) {
      ids[position * TOP + i] = base + i * 3
      // Neighbours lie closer than noise moves them, so that every draw is a real one.
      logits[position * TOP + i] = 20 - i * 0.35 + shift * Math.sin(position * 7 + i * 3)
    }
  }
  return { top: TOP, ids, logits }
}

const SAMPLING: SamplingParams = { maxTokens: 64, temperature: 1, topP: 0.95, topK: 0, minP: 0, stop: [] }

function write(sampling: SamplingParams, length = 64): { generation: Generation; evaluation: Evaluation } {
  const tokenIds: number[] = []
  for (let position = 0; position < length; position++) {
    const { ids, logits } = candidatesAt(modelTrace(tokenIds, position + 1), position)
    const candidates = { ids: Array.from(ids).slice(0, 40), logits: Array.from(logits).slice(0, 40) }
    tokenIds.push(drawToken(candidates, sampling, gumbelNoise(SEED, position)))
  }
  const promptTokenIds = [1, 2, 3]
  const trace = modelTrace(tokenIds, length)
  const generation: Generation = {
    messages: [{ role: 'user', content: 'x' }],
    sampling,
    seed: SEED,
    promptTokenIds,
    tokenIds,
    text: 'text',
    finishReason: 'length',
    usage: { promptTokens: 3, completionTokens: length },
    timings: { firstTokenMs: 1, totalMs: 2, queueMs: 0 },
    windows: sealWindows(promptTokenIds, tokenIds, trace)
  }
  return { generation, evaluation: { promptTokenIds, trace, text: 'text', ending: { type: 'limit', tokens: length } } }
}

const samplings: SamplingParams[] = [
  SAMPLING,
  { ...SAMPLING, temperature: 0 },
  { ...SAMPLING, topK: 5, topP: 1 },
  { ...SAMPLING, minP: 0.1, topP: 1, temperature: 0.7 }
]

describe('an answer', () => {
  it.each(samplings)('that was drawn as it says is valid: %j', (sampling) => {
    const { generation, evaluation } = write(sampling)
    expect(checkGeneration(generation, evaluation, TOLERANCE)).toMatchObject({ verdict: 'valid', reason: null, maxGap: 0 })
  })

  it.each(samplings)('is valid for a reader whose logits differ by less than the tolerance: %j', (sampling) => {
    const { generation, evaluation } = write(sampling)
    const noisy = { ...evaluation, trace: modelTrace(generation.tokenIds, 64, 0.012) }
    const check = checkGeneration(generation, noisy, TOLERANCE)
    expect(check).toMatchObject({ verdict: 'valid' })
    expect(check.maxLogitDifference).toBeGreaterThan(0.01)
  })

  it.each(samplings)('with one other token is invalid from there on: %j', (sampling) => {
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 899 }), (position, by) => {
        const { generation, evaluation } = write(sampling)
        const tokenIds = [...generation.tokenIds]
        tokenIds[position] = (tokenIds[position]! + by) % 1000
        const trace = modelTrace(tokenIds, 64)
        const forged = { ...generation, tokenIds, windows: sealWindows([1, 2, 3], tokenIds, trace) }
        const check = checkGeneration(forged, { ...evaluation, trace }, TOLERANCE)
        // By chance the token may score almost as well as the one that was drawn.
        if (check.verdict !== 'inconclusive') {
          expect(check).toMatchObject({ verdict: 'invalid', reason: 'token' })
          expect(check.position).toBeGreaterThanOrEqual(position)
          expect(check.window).toBe(Math.floor(check.position! / WINDOW_TOKENS))
        }
      }),
      { numRuns: 30 }
    )
  })

  it('drawn from another seed is invalid', () => {
    const { generation, evaluation } = write(SAMPLING)
    const check = checkGeneration({ ...generation, seed: Uint8Array.of(8) }, evaluation, TOLERANCE)
    expect(check).toMatchObject({ verdict: 'invalid', reason: 'token' })
  })

  it.each<[string, Partial<Generation>, Partial<Evaluation>]>([
    ['prompt', { promptTokenIds: [1, 2, 4] }, {}],
    ['prompt', { promptTokenIds: [1, 2] }, {}],
    ['usage', { usage: { promptTokens: 3, completionTokens: 65 } }, {}],
    ['windows', { windows: [] }, {}],
    ['ending', {}, { ending: { type: 'eog', tokens: 64 } }],
    ['ending', {}, { ending: { type: 'stop', tokens: 12 } }],
    ['ending', { finishReason: 'stop' }, { ending: { type: 'open', tokens: 64 } }],
    ['text', { text: 'another' }, {}]
  ])('is invalid for its %s', (reason, change, evaluated) => {
    const { generation, evaluation } = write(SAMPLING)
    const check = checkGeneration({ ...generation, ...change }, { ...evaluation, ...evaluated }, TOLERANCE)
    expect(check).toMatchObject({ verdict: 'invalid', reason })
  })

  it('is invalid with logits of another model, even where the tokens fit', () => {
    const { generation, evaluation } = write(SAMPLING)
    const windows = sealWindows([1, 2, 3], generation.tokenIds, modelTrace(generation.tokenIds, 64, 1))
    expect(checkGeneration({ ...generation, windows }, evaluation, TOLERANCE)).toMatchObject({
      verdict: 'invalid',
      reason: 'logits'
    })
  })

  it('that is short, or differs a little, decides nothing', () => {
    const short = write(SAMPLING, 20)
    expect(checkGeneration(short.generation, short.evaluation, TOLERANCE)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'short'
    })
    const { generation, evaluation } = write({ ...SAMPLING, temperature: 0 })
    const trace = modelTrace(generation.tokenIds, 64)
    // Here another token comes first, by a little more than the tolerance.
    trace.ids.set([trace.ids[5 * TOP + 1]!, trace.ids[5 * TOP]!], 5 * TOP)
    trace.logits[5 * TOP + 1] = trace.logits[5 * TOP]! - 0.07
    expect(checkGeneration(generation, { ...evaluation, trace }, { gap: 0.05, logit: 1, border: 0.05 })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'doubtful'
    })
  })
})

describe('the gap of a token', () => {
  const own = { ids: [10, 11, 12, 13], logits: [3, 2.5, 1, 0] }
  const init = { sampling: { temperature: 0, topK: 0, topP: 1, minP: 0 }, noise: () => 0, candidates: 40, slack: 0.01 }

  it('is the distance to the drawn one', () => {
    expect(own.ids.map((id) => tokenGap(own, id, init))).toEqual([0, 0.5, 2, 3])
    expect(tokenGap(own, 99, init)).toBe(OUTSIDE_GAP)
  })

  it('has no size outside of what could be drawn, and forgives at the borders', () => {
    const sampled = { ...init, sampling: { ...init.sampling, temperature: 1, topK: 2 } }
    expect(tokenGap(own, 12, sampled)).toBe(OUTSIDE_GAP)
    const near = { ids: [10, 11, 12], logits: [3, 2.5, 2.495] }
    // The third would win by its noise: a writer may have had it second.
    const noise = (token: number) => (token === 12 ? 9 : 0)
    expect(tokenGap(near, 12, { ...sampled, noise })).toBe(0)
    expect(tokenGap(near, 10, { ...sampled, noise })).toBe(0)
  })
})

describe('an exact window', () => {
  it('is one whose hash is found again, and no other', () => {
    const { generation, evaluation } = write(SAMPLING)
    const part = (window: number, change = 0) => {
      const [from, to] = [window * WINDOW_TOKENS * TOP, (window + 1) * WINDOW_TOKENS * TOP]
      const logits = evaluation.trace.logits.slice(from, to)
      logits[0] = logits[0]! + change
      return { top: TOP, ids: evaluation.trace.ids.slice(from, to), logits }
    }
    expect([0, 1].map((window) => isWindowExact(generation, window, part(window)))).toEqual([true, true])
    expect(isWindowExact(generation, 1, part(0))).toBe(false)
    expect(isWindowExact(generation, 1, part(1, 0.00001))).toBe(false)
    expect(isWindowExact(generation, 2, part(1))).toBe(false)
  })
})

describe('the sequential test', () => {
  const test = createSequentialTest()
  const run = (observations: readonly ('fits' | 'doubtful' | 'contradicts')[], from: SequentialState = test.start) =>
    observations.reduce((state, observation) => test.observe(state, observation), from)
  const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value)

  it('never grows on average while shares are as honest ones are, whatever the state', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (observations, evidence, share) => {
          const state = { observations, evidence, isEjected: false }
          const stake = 1 / ((observations + 1) * (observations + 2))
          const [doubtful, contradicts] = [0.002 * share, 0.0001 * share]
          const mean =
            doubtful * test.observe(state, 'doubtful').evidence +
            contradicts * test.observe(state, 'contradicts').evidence +
            (1 - doubtful - contradicts) * test.observe(state, 'fits').evidence
          expect(mean).toBeLessThanOrEqual((evidence + stake) * (1 + 1e-9))
        }
      )
    )
  })

  it('ejects honest miners no more often than it promises', () => {
    // With a promise of one in twenty, so that a thousand lives show it.
    const loose = createSequentialTest({ lifetimeFalseEjection: 0.05 })
    let ejected = 0
    let random = 1
    const next = () => {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
      return random / 2 ** 32
    }
    for (let life = 0; life < 1_000; life++) {
      let state = loose.start
      for (let answer = 0; answer < 300; answer++) {
        const u = next()
        state = loose.observe(state, u < 0.0001 ? 'contradicts' : u < 0.0021 ? 'doubtful' : 'fits')
      }
      ejected += state.isEjected ? 1 : 0
    }
    expect(ejected).toBeLessThanOrEqual(50)
  })

  it('finds a cheat at once, and one that turns after 1,000 honest answers soon', () => {
    expect(run(times(3, 'contradicts' as const)).isEjected).toBe(true)
    const turned = run(times(1_000, 'fits' as const))
    expect(turned.isEjected).toBe(false)
    expect(run(times(4, 'contradicts' as const), turned).isEjected).toBe(true)
    const every = run(times(20, ['fits', 'contradicts'] as const).flat(), turned)
    expect(every.isEjected).toBe(true)
  })

  it('forgives a single fault, and never takes an ejection back', () => {
    const fault = run(['contradicts', ...times(50, 'fits' as const)], run(times(100, 'fits' as const)))
    expect(fault.isEjected).toBe(false)
    expect(run(times(500, 'fits' as const), run(times(3, 'contradicts' as const))).isEjected).toBe(true)
  })

  it('observes verdicts about the answer, not about the reader', () => {
    expect([
      observationOf('valid', false),
      observationOf('invalid', false),
      observationOf('inconclusive', true),
      observationOf('inconclusive', false),
      observationOf('unsupported', false)
    ]).toEqual(['fits', 'contradicts', 'doubtful', null, null])
  })
})
