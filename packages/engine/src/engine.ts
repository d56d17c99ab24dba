import {
  type AbortOptions,
  CortensorError,
  type EngineModel,
  type EngineStatus,
  type EvaluateOptions,
  type Evaluation,
  type GenerateEvent,
  type GenerateSpec,
  type InferenceEngine,
  type ModelId
} from '@cortensor/interface'
import { engineError } from './errors.js'
import { Inbox } from './inbox.js'
import type { JobReport, ParentMessage, ReadyReport } from './ipc/messages.js'
import { createEngineMetrics, type EngineMetrics } from './metrics.js'
import { type LlamaEngineInit, type ResolvedOptions, resolveOptions } from './options.js'
import { type Release, Slots } from './slots.js'
import { checkFits, contextExceeded, validateAnswer, validateSpec, validateTexts } from './spec.js'
import { Supervisor } from './supervisor.js'

/** The engine over llama.cpp, and what only this implementation can tell. */
export interface LlamaEngine extends InferenceEngine {
  /** Process id of the inference process; undefined while there is none. */
  readonly childPid: number | undefined
}

/** A request that the child works on. */
interface Job {
  release: Release
  receive(report: JobReport): void
  fail(error: unknown): void
}

/**
 * An engine that computes in a child process. Nothing runs before `start`, which checks and loads every model.
 *
 * @throws `ENGINE_INVALID_REQUEST` for options that cannot work
 */
export function createLlamaEngine(init: LlamaEngineInit): LlamaEngine {
  return new LlamaEngineImpl(init)
}

class LlamaEngineImpl implements LlamaEngine {
  readonly #init: LlamaEngineInit
  readonly #options: ResolvedOptions
  readonly #metrics: EngineMetrics
  readonly #slots: Slots
  readonly #jobs = new Map<number, Job>()
  #supervisor: Supervisor | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #ready: ReadyReport | undefined
  /** Set once the child is given up: every request fails with it. */
  #dead: CortensorError | undefined
  #lastId = 0

  constructor(init: LlamaEngineInit) {
    this.#init = init
    this.#options = resolveOptions(init)
    this.#metrics = createEngineMetrics(init.metrics)
    this.#slots = new Slots(this.#options.queueLimit)
  }

  get childPid(): number | undefined {
    return this.#supervisor?.pid
  }

  async start(): Promise<void> {
    if (this.#starting === undefined) {
      const starting = this.#boot(this.#stopping)
      this.#starting = starting
      starting.catch(() => {
        // A failed start may be tried again.
        this.#starting = this.#starting === starting ? undefined : this.#starting
      })
    }
    await this.#starting
  }

  async stop(): Promise<void> {
    if (this.#starting !== undefined) {
      this.#stopping = this.#shutDown(this.#starting, this.#stopping)
      this.#starting = undefined
    }
    await this.#stopping
  }

  async models(): Promise<EngineModel[]> {
    return this.#running().models.map((model) => ({ ...model }))
  }

  async status(): Promise<EngineStatus> {
    const { fingerprint } = this.#running()
    const { free, queueLength } = this.#slots
    return { fingerprint, freeSlots: free, totalSlots: this.#options.sequences, queueLength }
  }

  async *generate(spec: GenerateSpec, options: AbortOptions = {}): AsyncGenerator<GenerateEvent, void, undefined> {
    const { signal } = options
    const bytes = validateSpec(spec)
    const model = this.#model(spec.model, 'chat')
    checkFits(bytes, model.contextLength)
    const queuedAt = performance.now()
    const release = await this.#acquire(signal)
    const queueMs = performance.now() - queuedAt
    const inbox = new Inbox()
    const id = this.#addJob({
      release,
      fail: (error) => inbox.fail(error),
      receive: (report) => this.#deliver(report, inbox, model.contextLength, queueMs)
    })
    const onAbort = () => {
      this.#supervisor?.send({ type: 'abort', id })
      inbox.fail(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      this.#submit(id, {
        type: 'generate',
        id,
        model: model.id,
        messages: spec.messages.map(({ role, content }) => ({ role, content })),
        sampling: { ...spec.sampling, stop: [...spec.sampling.stop] },
        seed: Uint8Array.from(spec.seed),
        decode: spec.decode ?? 'verifiable'
      })
      let event: GenerateEvent
      do {
        event = await inbox.next()
        yield event
      } while (event.type !== 'end')
    } finally {
      signal?.removeEventListener('abort', onAbort)
      if (this.#jobs.has(id)) {
        this.#supervisor?.send({ type: 'abort', id })
      }
    }
  }

  async evaluate(spec: GenerateSpec, tokenIds: readonly number[], options: EvaluateOptions = {}): Promise<Evaluation> {
    const { from = 0, to = tokenIds.length, signal } = options
    const decode = spec.decode ?? 'verifiable'
    const bytes = validateSpec(spec)
    const model = this.#model(spec.model, 'chat')
    validateAnswer(tokenIds, from, to, decode)
    checkFits(bytes, model.contextLength)
    if (tokenIds.length >= model.contextLength) {
      throw contextExceeded(tokenIds.length, model.contextLength)
    }
    return await this.#ask<'evaluated'>(signal, (id) => ({
      command: {
        type: 'evaluate',
        id,
        model: model.id,
        messages: spec.messages.map(({ role, content }) => ({ role, content })),
        sampling: { ...spec.sampling, stop: [...spec.sampling.stop] },
        decode: decode === 'canonical' ? 'canonical' : 'verifiable',
        tokenIds: [...tokenIds],
        from,
        to
      },
      isAnswer: (report) => report.type === 'evaluated' && report.trace.ids.length === (to - from) * report.trace.top
    })).then(({ promptTokenIds, trace, text, ending }) => ({ promptTokenIds, trace, text, ending }))
  }

  async embed(modelId: ModelId, texts: readonly string[], options: AbortOptions = {}): Promise<Float32Array[]> {
    const model = this.#model(modelId, 'embedding')
    validateTexts(texts, model.contextLength)
    const { vectors } = await this.#ask<'embedded'>(options.signal, (id) => ({
      command: { type: 'embed', id, model: model.id, texts: [...texts] },
      isAnswer: (report) => report.type === 'embedded' && report.vectors.length === texts.length
    }))
    return vectors
  }

  /** One question to the child that has one answer. A wrong one ends the child, unless nobody waits for it any more. */
  async #ask<T extends JobReport['type']>(
    signal: AbortSignal | undefined,
    describe: (id: number) => { command: ParentMessage; isAnswer(report: JobReport): boolean }
  ): Promise<Extract<JobReport, { type: T }>> {
    const release = await this.#acquire(signal)
    const { promise, resolve, reject } = Promise.withResolvers<Extract<JobReport, { type: T }>>()
    const id = this.#addJob({
      release,
      fail: reject,
      receive: (report) => {
        if (isAnswer(report)) {
          resolve(report as Extract<JobReport, { type: T }>)
        } else if (signal?.aborted !== true) {
          this.#supervisor?.kill()
        }
      }
    })
    const { command, isAnswer } = describe(id)
    const onAbort = () => {
      this.#supervisor?.send({ type: 'abort', id })
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      this.#submit(id, command)
      return await promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Takes its turn after a stop that is still under way; creates the process at once otherwise. */
  async #boot(stopping: Promise<void> | undefined): Promise<void> {
    if (stopping !== undefined) {
      await stopping
    }
    const { models, threads, maxThreads, sequences, maxContextLength, gpu, ...limits } = this.#options
    this.#dead = undefined
    this.#supervisor = new Supervisor({
      ...limits,
      load: {
        type: 'load',
        models: models.map(({ path, id }) => ({ path, sha256: id ?? null })),
        threads: threads ?? null,
        maxThreads: maxThreads ?? null,
        sequences,
        maxContextLength,
        gpu
      },
      logger: this.#init.logger,
      onReport: (report) => this.#receive(report),
      onUp: (ready) => {
        this.#ready = ready
        this.#slots.setTotal(sequences)
        this.#init.logger?.info('inference process ready', { fingerprint: ready.fingerprint, models: ready.models.length })
      },
      onDown: (error) => {
        this.#metrics.childCrashed()
        this.#slots.setTotal(0)
        this.#failJobs(error)
      },
      onGiveUp: (error) => {
        this.#dead = error
        this.#slots.failWaiting(error)
      }
    })
    try {
      await this.#supervisor.start()
    } catch (error) {
      this.#supervisor = undefined
      throw error
    }
  }

  async #shutDown(starting: Promise<void>, earlier: Promise<void> | undefined): Promise<void> {
    if (earlier !== undefined) {
      await earlier
    }
    const error = engineError('ENGINE_NOT_STARTED', 'the engine was stopped: start it again')
    this.#ready = undefined
    this.#slots.setTotal(0)
    this.#slots.failWaiting(error)
    this.#failJobs(error)
    await this.#supervisor?.stop()
    // A start that was under way fails with its own error for whoever awaits it.
    await starting.catch(() => {})
    this.#supervisor = undefined
  }

  #running(): ReadyReport {
    if (this.#ready === undefined) {
      throw engineError('ENGINE_NOT_STARTED', 'the engine is not started: call start() first')
    }
    return this.#ready
  }

  #model(id: ModelId, kind: EngineModel['kind']): EngineModel {
    const model = this.#running().models.find((candidate) => candidate.id === id)
    if (model === undefined) {
      throw engineError('ENGINE_MODEL_UNKNOWN', `model ${id} is not loaded here: choose one that models() lists`)
    }
    if (model.kind !== kind) {
      throw engineError('ENGINE_WRONG_KIND', `${model.name} is a model of the kind ${model.kind}, this needs ${kind}`)
    }
    return model
  }

  async #acquire(signal: AbortSignal | undefined): Promise<Release> {
    if (this.#dead !== undefined) {
      throw this.#dead
    }
    const release = await this.#slots.acquire(signal)
    if (signal?.aborted === true) {
      release()
      throw signal.reason
    }
    return release
  }

  #addJob(job: Job): number {
    const id = ++this.#lastId
    this.#jobs.set(id, job)
    return id
  }

  #submit(id: number, message: Parameters<Supervisor['send']>[0]): void {
    if (this.#supervisor?.send(message) !== true) {
      this.#endJob(id)
      throw engineError('ENGINE_CRASHED', 'the inference process has just ended: try again')
    }
  }

  #receive(report: JobReport): void {
    const job = this.#jobs.get(report.id)
    // Reports about a request that failed here already come late; they are no fault.
    if (job === undefined) {
      return
    }
    if (report.type === 'failed') {
      this.#metrics.ended(report.error.code)
      this.#endJob(report.id)
      job.fail(CortensorError.fromObject(report.error))
      return
    }
    if (report.type === 'end' || report.type === 'embedded' || report.type === 'evaluated') {
      this.#supervisor?.markHealthy()
      this.#endJob(report.id)
    }
    job.receive(report)
  }

  #deliver(report: JobReport, inbox: Inbox, contextLength: number, queueMs: number): void {
    if (report.type === 'start' && report.promptTokenIds.length < contextLength) {
      inbox.push({ type: 'start', promptTokenIds: report.promptTokenIds })
    } else if (report.type === 'token' && report.tokenIds.length <= contextLength) {
      inbox.push({ type: 'token', tokenIds: report.tokenIds, text: report.text })
    } else if (report.type === 'end') {
      const { finishReason, usage, firstTokenMs, totalMs, trace } = report
      this.#metrics.ended(finishReason)
      this.#metrics.tokens(usage)
      inbox.push({ type: 'end', finishReason, usage, timings: { firstTokenMs, totalMs, queueMs }, trace })
    } else {
      this.#supervisor?.kill()
    }
  }

  #endJob(id: number): void {
    this.#jobs.get(id)?.release()
    this.#jobs.delete(id)
  }

  #failJobs(error: CortensorError): void {
    for (const [id, job] of [...this.#jobs]) {
      this.#metrics.ended(error.code)
      this.#endJob(id)
      job.fail(error)
    }
  }
}
