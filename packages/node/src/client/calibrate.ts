import { createLlamaEngine, type ModelSource } from '@cortensor/engine'
import type { GenerateSpec, InferenceEngine, Logger, ModelId } from '@cortensor/interface'
import { type Calibration, compareTrace } from '@cortensor/proofs'
import { type Generation, sealWindows, type Transcript } from '@cortensor/protocols'

export interface CalibrateInit {
  model: ModelSource
  /** Answers that are written and read here. @default 64 */
  answers?: number | undefined
  /** Longest of those, in tokens. @default 128 */
  maxTokens?: number | undefined
  /** Honest transcripts of the same model from other machines, which are read too. @default none */
  transcripts?: readonly Transcript[] | undefined
  logger: Logger
  signal?: AbortSignal | undefined
}

/** Answers that are written at a time: what is in one batch has an influence on float types. */
const PARALLEL = 4
const TOPICS = [
  'a dog',
  'the sea',
  'an old clock',
  'rain',
  'a long journey',
  'two friends',
  'winter',
  'a small town',
  'bread',
  'the moon'
]
const FORMS = ['Tell me a story about', 'Describe', 'Write some questions about', 'Explain to a child']
/** So wide that no border of the sampler hides a difference; the borders themselves are what the tolerance widens later. */
const OPEN = { gap: 1, logit: 1, border: 1 }

/** Measures how far honest answers lie from what is computed here: one record for each kind of machine that wrote some. */
export async function calibrate(init: CalibrateInit): Promise<Calibration[]> {
  const { answers = 64, maxTokens = 128, signal } = init
  const engine = createLlamaEngine({ models: [init.model], sequences: PARALLEL, logger: init.logger })
  await engine.start()
  try {
    const model = (await engine.models())[0]
    if (model === undefined || model.kind !== 'chat') {
      return []
    }
    const { fingerprint } = await engine.status()
    const records = new Map<string, Calibration>()
    const record = async (writer: string, generation: Generation): Promise<void> => {
      const { messages, sampling, seed, tokenIds } = generation
      const evaluation = await engine.evaluate({ model: model.id, messages, sampling, seed }, tokenIds, { signal })
      const { gaps, logitDifferences } = compareTrace(generation, evaluation, OPEN)
      const { id, quantisation } = model
      const empty = {
        model: id,
        quantisation,
        writer,
        reader: fingerprint,
        answers: 0,
        tokens: 0,
        maxGap: 0,
        maxLogitDifference: 0
      }
      const before = records.get(writer) ?? empty
      records.set(writer, {
        ...before,
        answers: before.answers + 1,
        tokens: before.tokens + tokenIds.length,
        maxGap: Math.max(before.maxGap, ...gaps),
        maxLogitDifference: Math.max(before.maxLogitDifference, ...logitDifferences)
      })
    }
    for (let from = 0; from < answers; from += PARALLEL) {
      const batch = Array.from({ length: Math.min(PARALLEL, answers - from) }, (_, i) => specOf(model.id, from + i, maxTokens))
      for (const generation of await Promise.all(batch.map((spec) => write(engine, spec, signal)))) {
        await record(fingerprint, generation)
      }
    }
    for (const transcript of (init.transcripts ?? []).filter((transcript) => transcript.model === model.id)) {
      for (const generation of transcript.generations) {
        await record(transcript.fingerprint, generation)
      }
    }
    return [...records.values()]
  } finally {
    await engine.stop()
  }
}

/** Every other answer is greedy. */
function specOf(model: ModelId, number: number, maxTokens: number): GenerateSpec {
  const form = FORMS[number % FORMS.length] as string
  const topic = TOPICS[Math.floor(number / FORMS.length) % TOPICS.length] as string
  return {
    model,
    messages: [{ role: 'user', content: `${form} ${topic}.` }],
    sampling: { maxTokens, temperature: number % 2, topP: 1, topK: 0, minP: 0, stop: [] },
    seed: Uint8Array.of(number & 0xff, number >> 8)
  }
}

async function write(engine: InferenceEngine, spec: GenerateSpec, signal: AbortSignal | undefined): Promise<Generation> {
  const { messages, sampling, seed } = spec
  let promptTokenIds: number[] = []
  const tokenIds: number[] = []
  let text = ''
  for await (const event of engine.generate(spec, { signal })) {
    if (event.type === 'start') {
      promptTokenIds = event.promptTokenIds
    } else if (event.type === 'token') {
      tokenIds.push(...event.tokenIds)
      text += event.text
    } else {
      const { finishReason, timings, trace, usage } = event
      const windows = trace === null ? [] : sealWindows(promptTokenIds, tokenIds, trace)
      return { messages: [...messages], sampling, seed, promptTokenIds, tokenIds, text, finishReason, usage, timings, windows }
    }
  }
  throw new TypeError('An engine ends every answer with an event')
}
