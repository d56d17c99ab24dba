import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
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
