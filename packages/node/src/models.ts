import { listBuiltinModels, type ModelSource } from '@cortensor/engine'
import { nodeError } from './errors.js'

const BUILTIN = 'builtin:'

/** A file, or a model that comes with the engine as `builtin:NAME`. Throws `NODE_MODEL_UNKNOWN`. */
export function resolveModel(reference: string): ModelSource {
  if (!reference.startsWith(BUILTIN)) {
    return { path: reference }
  }
  const name = reference.slice(BUILTIN.length)
  const models = listBuiltinModels()
  const model = models.find((candidate) => candidate.name === name)
  if (model === undefined) {
    const names = models.map((candidate) => candidate.name).join(', ')
    throw nodeError('NODE_MODEL_UNKNOWN', `There is no built-in model ${name}; there are ${names}`)
  }
  return model
}
