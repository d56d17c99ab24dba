/**
 * The port `InferenceEngine` over node-llama-cpp, computed in a child process, and the model files that come with the project.
 *
 * @packageDocumentation
 */
export { type BuiltinModel, listBuiltinModels } from './builtin-models.js'
export { createLlamaEngine, type LlamaEngine } from './engine.js'
export type { LlamaEngineInit, ModelSource } from './options.js'
