import type { AbortOptions, GenerateSpec, InferenceEngine } from '@cortensor/interface'
import { type Generation, sealWindows } from '@cortensor/protocols'

/** Runs a model to its end and keeps what a transcript needs. Streaming callers get every piece on the way. */
export async function* streamModel(
  engine: InferenceEngine,
  spec: GenerateSpec,
  options: AbortOptions
): AsyncGenerator<{ type: 'start'; promptTokens: number } | { type: 'token'; text: string; count: number }, Generation | null> {
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
      const { finishReason, timings, trace, usage } = event
      const { messages, sampling, seed } = spec
      const windows = trace === null ? [] : sealWindows(promptTokenIds, tokenIds, trace)
      const answer = { promptTokenIds, tokenIds, text, finishReason, usage, timings, windows }
      return { messages: [...messages], sampling, seed, ...answer }
    }
  }
  return null
}

/** Runs a model without streaming; null when the engine ended without a word. */
export async function runModel(engine: InferenceEngine, spec: GenerateSpec, options: AbortOptions): Promise<Generation | null> {
  const stream = streamModel(engine, spec, options)
  for (;;) {
    const step = await stream.next()
    if (step.done === true) {
      return step.value
    }
  }
}
