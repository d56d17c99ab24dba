import type { GenerateTimings, GenerateUsage, ModelId } from '@cortensor/interface'

/** Weight of the newest run in the running mean: about the last ten count. */
const NEWEST = 0.2

/** Measured speed of each model, in tokens a second, as a running mean. */
export interface SpeedMeter {
  record(model: ModelId, usage: GenerateUsage, timings: GenerateTimings): void
  decodeTokensPerSecond(model: ModelId): number
  prefillTokensPerSecond(model: ModelId): number
}

export function createSpeedMeter(): SpeedMeter {
  const decode = new Map<ModelId, number>()
  const prefill = new Map<ModelId, number>()
  const mix = (means: Map<ModelId, number>, model: ModelId, tokens: number, ms: number): void => {
    if (tokens > 0 && ms > 0) {
      const speed = (tokens * 1000) / ms
      means.set(model, (means.get(model) ?? speed) * (1 - NEWEST) + speed * NEWEST)
    }
  }
  return {
    record(model, usage, timings) {
      mix(prefill, model, usage.promptTokens, timings.firstTokenMs)
      mix(decode, model, usage.completionTokens - 1, timings.totalMs - timings.firstTokenMs)
    },
    decodeTokensPerSecond: (model) => Math.round(decode.get(model) ?? 0),
    prefillTokensPerSecond: (model) => Math.round(prefill.get(model) ?? 0)
  }
}
