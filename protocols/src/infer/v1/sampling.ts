import type { SamplingParams } from '@cortensor/interface'
import { readInt, readList, readText } from '../../common/v1/checks.js'
import { MAX_ANSWER_TOKENS } from '../../common/v1/limits.js'
import { MAX_STOP_BYTES, MAX_STOP_TEXTS, MAX_TEMPERATURE_MICROS, MAX_TOP_K } from './limits.js'

const MICROS = 1_000_000

/** Sampling parameters without fractions, so that all implementations hash the same bytes. */
export interface WireSampling {
  maxTokens: number
  temperatureMicros: number
  topPMicros: number
  topK: number
  minPMicros: number
  stop: string[]
}

/** Rounds the fractions to millionths. */
export function samplingToWire(sampling: SamplingParams): WireSampling {
  return {
    maxTokens: sampling.maxTokens,
    temperatureMicros: Math.round(sampling.temperature * MICROS),
    topPMicros: Math.round(sampling.topP * MICROS),
    topK: sampling.topK,
    minPMicros: Math.round(sampling.minP * MICROS),
    stop: [...sampling.stop]
  }
}

export function samplingFromWire(wire: WireSampling): SamplingParams {
  return {
    maxTokens: readInt(wire.maxTokens, 1, MAX_ANSWER_TOKENS, 'maxTokens'),
    temperature: readInt(wire.temperatureMicros, 0, MAX_TEMPERATURE_MICROS, 'temperature in millionths') / MICROS,
    topP: readInt(wire.topPMicros, 1, MICROS, 'topP in millionths') / MICROS,
    topK: readInt(wire.topK, 0, MAX_TOP_K, 'topK'),
    minP: readInt(wire.minPMicros, 0, MICROS - 1, 'minP in millionths') / MICROS,
    stop: readList(wire.stop, 0, MAX_STOP_TEXTS, 'stop').map((text) => readText(text, MAX_STOP_BYTES, 'stop', 1))
  }
}
