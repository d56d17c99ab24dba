import type { GenerateTimings, ModelId } from '@cortensor/interface'
import { describe, expect, it } from 'vitest'
import { createSpeedMeter } from '../src/speed-meter.js'

const [one, two] = ['1'.repeat(64), '2'.repeat(64)] as [ModelId, ModelId]
const timings = (firstTokenMs: number, totalMs: number): GenerateTimings => ({ firstTokenMs, totalMs, queueMs: 5_000 })

describe('the speed meter', () => {
  it('knows nothing at first', () => {
    const meter = createSpeedMeter()
    expect([meter.decodeTokensPerSecond(one), meter.prefillTokensPerSecond(one)]).toEqual([0, 0])
  })

  it('measures the prompt by the time to the first token, the answer by the rest, the queue by nothing', () => {
    const meter = createSpeedMeter()
    meter.record(one, { promptTokens: 100, completionTokens: 11 }, timings(500, 1_000))
    expect([meter.prefillTokensPerSecond(one), meter.decodeTokensPerSecond(one)]).toEqual([200, 20])
    expect(meter.decodeTokensPerSecond(two)).toBe(0)
  })

  it('moves towards what is new, a fifth of the way each time', () => {
    const meter = createSpeedMeter()
    meter.record(one, { promptTokens: 100, completionTokens: 11 }, timings(500, 1_000))
    meter.record(one, { promptTokens: 100, completionTokens: 11 }, timings(1_000, 2_000))
    expect([meter.prefillTokensPerSecond(one), meter.decodeTokensPerSecond(one)]).toEqual([180, 18])
  })

  it('learns nothing from answers of one token, or in no time', () => {
    const meter = createSpeedMeter()
    meter.record(one, { promptTokens: 0, completionTokens: 1 }, timings(500, 1_000))
    meter.record(one, { promptTokens: 10, completionTokens: 10 }, timings(0, 0))
    expect([meter.decodeTokensPerSecond(one), meter.prefillTokensPerSecond(one)]).toEqual([0, 0])
  })
})
