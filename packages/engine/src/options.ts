import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Logger, Metrics, ModelId } from '@cortensor/interface'
import { engineError } from './errors.js'

/** A GGUF file to serve. */
export interface ModelSource {
  path: string
  /** The SHA-256 that the file must have. @default whatever it has becomes the model's id */
  id?: ModelId | undefined
}

export interface LlamaEngineInit {
  /** At least one; a file that is named twice is loaded once. */
  models: readonly ModelSource[]
  /**
   * Threads of one evaluation.
   * @default 1 for files below 64 MB, else the number of cores
   */
  threads?: number | undefined
  /** Threads of all evaluations together. @default the largest number that one model uses */
  maxThreads?: number | undefined
  /** Requests that are computed at the same time. @default 4 */
  sequences?: number | undefined
  /** Requests that may wait for a free sequence. @default 64 */
  queueLimit?: number | undefined
  /** Longest context to allocate for one sequence, in tokens; the model's own limit still holds. @default 4096 */
  maxContextLength?: number | undefined
  /** `auto` picks the best backend that is installed. @default false */
  gpu?: 'auto' | false | undefined
  /** Longest time to check and load all models, in ms. @default 600000 */
  loadTimeoutMs?: number | undefined
  /** Restarts of the child process in a row, without one answered request between them. @default 5 */
  maxRestarts?: number | undefined
  /** Wait before the first restart, doubled each time up to 10 s, in ms. @default 200 */
  restartDelayMs?: number | undefined
  logger?: Logger | undefined
  metrics?: Metrics | undefined
}

export type ResolvedOptions = Required<Omit<LlamaEngineInit, 'logger' | 'metrics' | 'threads' | 'maxThreads'>> & {
  models: { path: string; id: ModelId | undefined }[]
  threads: number | undefined
  maxThreads: number | undefined
}

/** llama.cpp's own bound on parallel sequences of one context is 256; a node gains nothing above a few dozen. */
const MAX_SEQUENCES = 64

/** @throws `ENGINE_INVALID_REQUEST` for options that cannot work. */
export function resolveOptions(init: LlamaEngineInit): ResolvedOptions {
  if (init.models.length === 0) {
    throw engineError('ENGINE_INVALID_REQUEST', 'the engine needs at least one model: name a GGUF file')
  }
  return {
    models: init.models.map(({ path, id }) => ({ path: resolve(path), id })),
    threads: init.threads === undefined ? undefined : within('threads', init.threads, 1, 1024),
    maxThreads: init.maxThreads === undefined ? undefined : within('maxThreads', init.maxThreads, 1, 1024),
    sequences: within('sequences', init.sequences ?? 4, 1, MAX_SEQUENCES),
    queueLimit: within('queueLimit', init.queueLimit ?? 64, 0, 100_000),
    maxContextLength: within('maxContextLength', init.maxContextLength ?? 4096, 16, 1 << 20),
    gpu: init.gpu ?? false,
    loadTimeoutMs: within('loadTimeoutMs', init.loadTimeoutMs ?? 600_000, 1, 2 ** 31 - 1),
    maxRestarts: within('maxRestarts', init.maxRestarts ?? 5, 0, 1000),
    restartDelayMs: within('restartDelayMs', init.restartDelayMs ?? 200, 1, 10_000)
  }
}

function within(name: string, value: number, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw engineError(
      'ENGINE_INVALID_REQUEST',
      `engine option ${name} must be a whole number from ${min} to ${max}, not ${value}`
    )
  }
  return value
}

/** Below this, one thread is faster than waiting for a second one: measured 0.034 s against 0.65 s for 24 tokens. */
const ONE_THREAD_BYTES = 64 * 1024 * 1024

/** How many threads evaluate a model of this size. Never more than the cores: idle llama.cpp threads spin. */
export function threadsFor(sizeBytes: number, threads: number | undefined): number {
  return threads ?? (sizeBytes < ONE_THREAD_BYTES ? 1 : availableParallelism())
}
