import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type EngineModel, errorMessage, type ModelId } from '@cortensor/interface'
import {
  GgufFileType,
  InsufficientMemoryError,
  type Llama,
  type LlamaContextSequence,
  type LlamaEmbeddingContext,
  type LlamaModel,
  type Token
} from 'node-llama-cpp'
import { engineError } from '../errors.js'
import { isFields } from '../ipc/checks.js'
import type { LoadCommand, ModelToLoad } from '../ipc/messages.js'
import { threadsFor } from '../options.js'
import type { TokenTexts } from '../text/answer-text.js'
import { BatchGate } from './batch-gate.js'
import { createPromptRenderer, type RenderPrompt } from './prompt.js'

export interface ChatModel {
  kind: 'chat'
  info: EngineModel
  llama: LlamaModel
  renderPrompt: RenderPrompt
  text: TokenTexts
  vocabularySize: number
  /** Sequences that nothing uses at the moment, all of one context: what runs in parallel shares its batches. */
  freeSequences: LlamaContextSequence[]
  /** What every evaluation goes through. */
  gate: BatchGate
}

export interface EmbeddingModel {
  kind: 'embedding'
  info: EngineModel
  llama: LlamaModel
  context: LlamaEmbeddingContext
}

export type LoadedModel = ChatModel | EmbeddingModel

/** Tokens of one batch: llama.cpp's own default. */
export const BATCH_SIZE = 512

/** @throws `ENGINE_MODEL_CORRUPT` when the library cannot use the file */
export async function loadModel(llama: Llama, id: ModelId, file: ModelToLoad, command: LoadCommand): Promise<LoadedModel> {
  try {
    return await load(llama, id, file, command)
  } catch (cause) {
    const name = basename(file.path)
    const advice =
      cause instanceof InsufficientMemoryError
        ? `does not fit into memory: lower sequences or maxContextLength, or choose a smaller quantisation than ${name}`
        : `is no GGUF file that this engine can use: download or convert ${name} again`
    throw engineError('ENGINE_MODEL_CORRUPT', `model file ${file.path} ${advice} (${errorMessage(cause).slice(0, 300)})`, {
      cause,
      details: { path: file.path }
    })
  }
}

async function load(llama: Llama, id: ModelId, file: ModelToLoad, command: LoadCommand): Promise<LoadedModel> {
  const { size } = await stat(file.path)
  const model = await llama.loadModel({ modelPath: file.path, gpuLayers: llama.gpu === false ? 0 : 'auto' })
  const contextLength = Math.min(model.trainContextSize, command.maxContextLength)
  const threads = threadsFor(size, command.threads ?? undefined)
  const info: EngineModel = {
    id,
    name: basename(file.path).replace(/\.gguf$/i, ''),
    kind: poolingType(model) > 0 ? 'embedding' : 'chat',
    quantisation: quantisation(model),
    contextLength,
    sizeBytes: size
  }
  if (info.kind === 'embedding') {
    // Pooling needs the whole text in one batch.
    const context = await model.createEmbeddingContext({ contextSize: contextLength, batchSize: contextLength, threads })
    return { kind: 'embedding', info, llama: model, context }
  }
  const context = await model.createContext({
    contextSize: contextLength,
    sequences: command.sequences,
    batchSize: Math.min(BATCH_SIZE, contextLength),
    threads,
    // On or off changes some answers; pinned so that nodes with equal fingerprints can check one another.
    flashAttention: false
  })
  const freeSequences = Array.from({ length: command.sequences }, () => context.getSequence())
  const renderPrompt = createPromptRenderer(model)
  return {
    kind: 'chat',
    info,
    llama: model,
    renderPrompt,
    text: tokenTexts(model),
    vocabularySize: vocabularySize(model),
    freeSequences,
    gate: new BatchGate()
  }
}

function tokenTexts(model: LlamaModel): TokenTexts {
  return {
    detokenise: (ids, previous) => model.detokenize(ids as Token[], false, previous as Token[]),
    isEog: (token) => model.isEogToken(token as Token)
  }
}

/** Without the list of its tokens in the file, no id can be told from a foreign one. */
function vocabularySize(model: LlamaModel): number {
  return model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0
}

/** Only models made for embeddings say how their vectors are pooled; 0 means not at all. */
function poolingType(model: LlamaModel): number {
  const { metadata } = model.fileInfo
  const section: unknown = metadata[metadata.general.architecture as keyof typeof metadata]
  const pooling = isFields(section) ? section.pooling_type : undefined
  return typeof pooling === 'number' ? pooling : 0
}

/** `MOSTLY_Q8_0` in the library's words is `Q8_0` in everybody else's. */
function quantisation(model: LlamaModel): string {
  const fileType = model.fileInfo.metadata.general.file_type
  const name = fileType === undefined ? undefined : GgufFileType[fileType]
  return name === undefined ? 'unknown' : name.replace(/^(ALL|MOSTLY)_/, '')
}
