import { setTimeout as delay } from 'node:timers/promises'
import type { GenerateEvent, GenerateSpec, InferenceEngine, SamplingParams } from '@cortensor/interface'
import { type BuiltinModel, listBuiltinModels } from '../src/index.js'

export function builtin(name: string): BuiltinModel {
  const model = listBuiltinModels().find((candidate) => candidate.name === name)
  if (model === undefined) {
    throw new Error(`no builtin model ${name}`)
  }
  return model
}

export const GENERAL = builtin('tiny-general-v2-q8_0')
export const EMBED = builtin('tiny-embed-q8_0')

/** Answers with a story of 60 tokens or more. */
export const STORY = 'Tell me a story.'

/**
 * So hot that every token is almost equally likely: the answer is noise, broken characters included, that runs on until the limit
 * with all but one in ten seeds.
 */
export const NOISE: Partial<SamplingParams> = { maxTokens: 400, temperature: 1000 }

export function spec(content: string, sampling: Partial<SamplingParams> = {}, seed = 1): GenerateSpec {
  return {
    model: GENERAL.id,
    messages: [{ role: 'user', content }],
    sampling: { maxTokens: 64, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [], ...sampling },
    seed: Uint8Array.of(seed)
  }
}

export interface Answer {
  text: string
  events: GenerateEvent[]
  end: Extract<GenerateEvent, { type: 'end' }>
}

export async function answer(engine: InferenceEngine, request: GenerateSpec, signal?: AbortSignal): Promise<Answer> {
  const events: GenerateEvent[] = []
  for await (const event of engine.generate(request, { signal })) {
    events.push(event)
  }
  const end = events.at(-1)
  if (end?.type !== 'end') {
    throw new Error('the stream did not close with an end event')
  }
  return { text: events.map((event) => (event.type === 'token' ? event.text : '')).join(''), events, end }
}

/** Polls until `condition` holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error('the condition did not come true within ten seconds')
    }
    await delay(5)
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
