import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import type { InferenceEngine, ModelId } from '@cortensor/interface'
import type { QuizCategory } from '@cortensor/protocols'
import {
  CALIBRATED_CATEGORIES,
  calibratedTemplates,
  chooseItem,
  drawItem,
  isCorrect,
  priorSkill,
  type QuizItem,
  type Skill,
  updatedSkill
} from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'

export interface Standing {
  model: string
  category: QuizCategory
  /** Share of right answers to many items of every template. */
  accuracy: number
  /** What a quiz game makes of the model. */
  skill: Skill
}

export interface StandingsInit {
  /** Names of built-in models. */
  models: readonly string[]
  /** Items of every template behind an accuracy. */
  itemsPerTemplate: number
  /** Items of one game in one category. */
  gameItems: number
}

/** Items that a game chooses from. */
const POOL_SIZE = 120

/** How models do, by real inference: once by brute force, once by the game that the network plays. */
export async function standings({ gameItems, itemsPerTemplate, models }: StandingsInit): Promise<Standing[]> {
  const all: Standing[] = []
  for (const model of models) {
    const builtin = listBuiltinModels().find(({ name }) => name === model)
    if (builtin === undefined) {
      throw new Error(`there is no built-in model ${model}`)
    }
    const engine = createLlamaEngine({ models: [builtin], sequences: 12, queueLimit: 10_000 })
    await engine.start()
    try {
      const ask = (item: QuizItem): Promise<boolean> => isAnswered(engine, builtin.id, item)
      all.push(
        ...(await Promise.all(
          CALIBRATED_CATEGORIES.map(async (category): Promise<Standing> => {
            const accuracy = await accuracyOf(category, itemsPerTemplate, ask)
            return { model, category, accuracy, skill: await playGame(category, gameItems, ask) }
          })
        ))
      )
    } finally {
      await engine.stop()
    }
  }
  return all
}

async function accuracyOf(category: QuizCategory, itemsPerTemplate: number, ask: (item: QuizItem) => Promise<boolean>) {
  const items = calibratedTemplates(category).flatMap((template) => {
    const rng = createSeededRng(`accuracy/${category}/${template.name}`)
    return Array.from({ length: itemsPerTemplate }, () => drawItem(category, template, rng))
  })
  const right = await Promise.all(items.map(ask))
  return right.filter(Boolean).length / right.length
}

/** Adaptive, as rounds are: each item is chosen by what is known after the ones before. */
async function playGame(category: QuizCategory, gameItems: number, ask: (item: QuizItem) => Promise<boolean>): Promise<Skill> {
  const rng = createSeededRng(`game/${category}`)
  const templates = calibratedTemplates(category)
  let pool = Array.from({ length: POOL_SIZE }, () => drawItem(category, rng.shuffle(templates)[0] as (typeof templates)[0], rng))
  let skill = priorSkill()
  for (let asked = 0; asked < gameItems; asked++) {
    const item = chooseItem(skill, pool, rng)
    if (item === null) {
      break
    }
    pool = pool.filter((other) => other !== item)
    skill = updatedSkill(skill, [{ item, isCorrect: await ask(item) }])
  }
  return skill
}

async function isAnswered(engine: InferenceEngine, model: ModelId, item: QuizItem): Promise<boolean> {
  const sampling = { maxTokens: item.maxTokens, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }
  const messages = [{ role: 'user', content: item.question } as const]
  let text = ''
  for await (const event of engine.generate({ model, messages, sampling, seed: Uint8Array.of(1) })) {
    text += event.type === 'token' ? event.text : ''
  }
  return isCorrect(item, text)
}

/** Pairs of models of one category whose accuracies differ enough to have a true order, better one first. */
export function orderedPairs(all: readonly Standing[], leastDifference: number): (readonly [Standing, Standing])[] {
  return all.flatMap((better) =>
    all
      .filter((worse) => worse.category === better.category && better.accuracy - worse.accuracy >= leastDifference)
      .map((worse) => [better, worse] as const)
  )
}
