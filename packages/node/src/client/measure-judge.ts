import { createLlamaEngine, listBuiltinModels, type ModelSource } from '@cortensor/engine'
import type { ChatMessage, EngineModel, InferenceEngine, Logger } from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import {
  CALIBRATED_CATEGORIES,
  type CheckablePair,
  calibratedTemplates,
  drawItem,
  isCorrect,
  type JudgeMeasurement,
  measureJudge,
  type QuizItem
} from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'
import { nodeError } from '../errors.js'

export interface MeasureModelInit {
  /** The chat model that should judge. */
  model: ModelSource
  /** Pairs of answers, each shown in both orders. @default 100 */
  pairs?: number | undefined
  logger: Logger
  signal?: AbortSignal | undefined
}

export interface ModelMeasurement extends JudgeMeasurement {
  model: EngineModel
}

/** Answers four of five quiz items, and most of those wrong. */
const WRONG_WRITER = 'tiny-weak-f16'

/** Requests at a time; more wait in the engine's queue. */
const PARALLEL = 4

/** Items for each pair: enough while one of so many is answered wrong. */
const ITEMS_PER_PAIR = 3

/** Whether a chat model knows right answers to quiz items from the wrong ones that a weak model gives. */
export async function measureModelAsJudge(init: MeasureModelInit): Promise<ModelMeasurement> {
  const { logger, model, pairs: wanted = 100, signal } = init
  return await withEngine(model, logger, 2 * wanted, async (engine, judge) => {
    const pairs = await withEngine(builtin(WRONG_WRITER), logger, wanted * ITEMS_PER_PAIR, (writing, writer) =>
      checkablePairs(wanted, (item) =>
        answerOf(writing, writer, [{ role: 'user', content: item.question }], item.maxTokens, signal)
      )
    )
    const ask = (messages: readonly ChatMessage[], maxTokens: number) => answerOf(engine, judge, messages, maxTokens, signal)
    return { model: judge, ...(await measureJudge(ask, pairs)) }
  })
}

/** As many of every category in turn, the same ones every time. */
async function checkablePairs(wanted: number, ask: (item: QuizItem) => Promise<string>): Promise<CheckablePair[]> {
  const rng = createSeededRng('cortensor/judge-pairs/1')
  const items = Array.from({ length: wanted * ITEMS_PER_PAIR }, (_, i) => {
    const category = CALIBRATED_CATEGORIES[i % CALIBRATED_CATEGORIES.length] as QuizItem['category']
    const templates = calibratedTemplates(category)
    return drawItem(category, templates[rng.int(0, templates.length - 1)] as (typeof templates)[0], rng)
  })
  const answers = await Promise.all(items.map(ask))
  return items
    .flatMap((item, i) => {
      const wrong = answers[i] as string
      return wrong.trim() === '' || isCorrect(item, wrong) ? [] : [{ question: item.question, right: item.answer, wrong }]
    })
    .slice(0, wanted)
}

const builtin = (name: string): ModelSource => {
  const found = listBuiltinModels().find((model) => model.name === name)
  if (found === undefined) {
    throw nodeError('NODE_MODEL_UNKNOWN', `The built-in model ${name} is missing: restore it from the repository`)
  }
  return found
}

async function withEngine<T>(
  model: ModelSource,
  logger: Logger,
  queueLimit: number,
  use: (engine: InferenceEngine, model: EngineModel) => Promise<T>
): Promise<T> {
  const engine = createLlamaEngine({ models: [model], sequences: PARALLEL, queueLimit, logger })
  await engine.start()
  try {
    const [loaded] = await engine.models()
    if (loaded?.kind !== 'chat') {
      throw nodeError('NODE_MODEL_UNKNOWN', 'Only a chat model can judge: choose another file')
    }
    return await use(engine, loaded)
  } finally {
    await engine.stop()
  }
}

/** Greedy. A question that does not fit the model's context has no answer. */
async function answerOf(
  engine: InferenceEngine,
  model: EngineModel,
  messages: readonly ChatMessage[],
  maxTokens: number,
  signal: AbortSignal | undefined
): Promise<string> {
  const sampling = { maxTokens, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }
  let text = ''
  try {
    for await (const event of engine.generate({ model: model.id, messages, sampling, seed: new Uint8Array(32) }, { signal })) {
      text += event.type === 'token' ? event.text : ''
    }
  } catch (error) {
    if (isCortensorError(error) && error.code === 'ENGINE_CONTEXT_EXCEEDED') {
      return ''
    }
    throw error
  }
  return text
}
