import type { AbortOptions, GenerateSpec, GenerateTimings, InferenceEngine } from '@cortensor/interface'
import type { Generation } from '@cortensor/protocols'

export interface ModelRun {
  generation: Generation
  timings: GenerateTimings
}

/** Runs a model to its end and keeps what a transcript needs. Streaming callers get every piece on the way. */
export async function* streamModel(
  engine: InferenceEngine,
  spec: GenerateSpec,
  options: AbortOptions
): AsyncGenerator<{ type: 'start'; promptTokens: number } | { type: 'token'; text: string; count: number }, ModelRun | null> {
  let promptTokenIds: number[] = []
  const tokenIds: number[] = []
  let text = ''
  for await (const event of engine.generate(spec, options)) {
    if (event.type === 'start') {
      promptTokenIds = event.promptTokenIds
      yield { type: 'start', promptTokens: promptTokenIds.length }
    } else if (event.type === 'token') {
      tokenIds.push(...event.tokenIds)
      text += event.text
      yield { type: 'token', text: event.text, count: event.tokenIds.length }
    } else {
      const { finishReason, timings, usage } = event
      const { messages, sampling, seed } = spec
      const generation = { messages: [...messages], sampling, seed, promptTokenIds, tokenIds, text, finishReason, usage }
      return { generation, timings }
    }
  }
  return null
}

/** Runs a model without streaming; null when the engine ended without a word. */
export async function runModel(engine: InferenceEngine, spec: GenerateSpec, options: AbortOptions): Promise<ModelRun | null> {
  const stream = streamModel(engine, spec, options)
  for (;;) {
    const step = await stream.next()
    if (step.done === true) {
      return step.value
    }
  }
}
