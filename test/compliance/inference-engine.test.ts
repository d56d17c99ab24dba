import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import { createScriptedEngine, scriptedModelId } from '@cortensor/memory'
import { createRealClock, createSeededRng } from '@cortensor/utils'
import { inferenceEngineCompliance } from './inference-engine.js'

inferenceEngineCompliance('node-llama-cpp in a child process', async () => {
  const models = listBuiltinModels().filter(({ name }) => ['tiny-general-v2-q8_0', 'tiny-embed-q8_0'].includes(name))
  const engine = createLlamaEngine({ models, sequences: 3, queueLimit: 8 })
  return {
    engine,
    chatModel: models.find(({ kind }) => kind === 'chat')!.id,
    embeddingModel: models.find(({ kind }) => kind === 'embedding')!.id,
    teardown: () => engine.stop()
  }
})

const CHAPTER = 'Once upon a time there was a small machine that counted every star it saw. '

inferenceEngineCompliance('scripted, in memory', async () => {
  const engine = createScriptedEngine({
    clock: createRealClock(),
    rng: createSeededRng('compliance'),
    models: [
      { name: 'chat', contextLength: 512 },
      { name: 'embedding', kind: 'embedding' }
    ],
    answer: (_messages, rng) => CHAPTER.repeat(rng.int(3, 9)),
    decodeTokensPerSecond: 5000,
    prefillTokensPerSecond: 50_000,
    sequences: 3,
    queueLimit: 8
  })
  return {
    engine,
    chatModel: scriptedModelId('chat'),
    embeddingModel: scriptedModelId('embedding'),
    teardown: () => engine.stop()
  }
})
