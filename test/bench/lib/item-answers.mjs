// What the built-in models answer to quiz items, with how a program marks it.
import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import { CALIBRATED_CATEGORIES, calibratedTemplates, drawItem, isCorrect } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'

export const ANSWERING = [
  'tiny-general-v2-q8_0',
  'tiny-clerk-q8_0',
  'tiny-trainee-q8_0',
  'tiny-mid-f16',
  'tiny-math-q8_0',
  'tiny-weak-f16'
]

const SEQUENCES = 12

/** @returns as many items of every template that rounds ask */
export const itemsOf = (label, each) =>
  CALIBRATED_CATEGORIES.flatMap((category) =>
    calibratedTemplates(category).flatMap((template) => {
      const rng = createSeededRng(`${label}/${category}/${template.name}`)
      return Array.from({ length: each }, () => drawItem(category, template, rng))
    })
  )

/** Calls `use` with a function that asks the model, `(messages, maxTokens, temperature, seed) => text`, and with its engine and id. */
export async function withModel(name, use) {
  const model = listBuiltinModels().find((one) => one.name === name)
  const engine = createLlamaEngine({ models: [model], sequences: SEQUENCES, queueLimit: 100_000 })
  await engine.start()
  try {
    const ask = async (messages, maxTokens, temperature = 0, seed = 1) => {
      const sampling = { maxTokens, temperature, topP: 1, topK: 0, minP: 0, stop: [] }
      let text = ''
      for await (const event of engine.generate({
        model: model.id,
        messages,
        sampling,
        seed: Uint8Array.of(seed & 0xff, seed >> 8)
      })) {
        text += event.type === 'token' ? event.text : ''
      }
      return text
    }
    return await use(ask, engine, model.id)
  } finally {
    await engine.stop()
  }
}

/** Every model answers every item, greedily and at temperature 1. @returns for each item the answers and whether each is right */
export async function answersTo(items) {
  const all = items.map((item) => ({ item, answers: [] }))
  for (const name of ANSWERING) {
    await withModel(name, async (ask) => {
      const asked = all.map(({ item }, i) =>
        Promise.all([0, 1].map((temperature) => ask([{ role: 'user', content: item.question }], item.maxTokens, temperature, i)))
      )
      for (const [i, texts] of (await Promise.all(asked)).entries()) {
        const { answers, item } = all[i]
        answers.push(...texts.map((text) => ({ text, isRight: isCorrect(item, text) })))
      }
    })
  }
  return all
}
