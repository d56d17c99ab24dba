import { stat } from 'node:fs/promises'
import type { ModelId } from '@cortensor/interface'
import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp'
import { engineError, toErrorObject } from '../errors.js'
import type { EmbedCommand, EvaluateCommand, GenerateCommand, LoadCommand } from '../ipc/messages.js'
import { threadsFor } from '../options.js'
import { runEmbedding } from './embed.js'
import { runEvaluation } from './evaluate.js'
import { describeEngine } from './fingerprint.js'
import { runGeneration } from './generate.js'
import { type ChatModel, type LoadedModel, loadModel } from './load-model.js'
import type { Send } from './outbox.js'

/** The models of this process and the requests that run on them. */
export class Host {
  readonly #send: Send
  readonly #models = new Map<string, LoadedModel>()
  readonly #running = new Map<number, AbortController>()

  constructor(send: Send) {
    this.#send = send
  }

  /** Loads the files, which were verified before and have these ids. */
  async load(command: LoadCommand, ids: readonly ModelId[]): Promise<void> {
    const llama = await this.#startLibrary(command)
    for (const [index, file] of command.models.entries()) {
      const id = ids[index]!
      if (!this.#models.has(id)) {
        // Sent and taken before the file is opened, because a malformed one can end this process.
        await new Promise<void>((resolve) => this.#send({ type: 'loading', path: file.path }, resolve))
        this.#models.set(id, await loadModel(llama, id, file, command))
      }
    }
    const models = [...this.#models.values()].map((model) => model.info)
    this.#send({ type: 'ready', fingerprint: await describeEngine(llama), models })
  }

  generate(command: GenerateCommand): Promise<void> {
    return this.#run(command.id, async (signal) => runGeneration(this.#chatModel(command.model), command, signal, this.#send))
  }

  evaluate(command: EvaluateCommand): Promise<void> {
    return this.#run(command.id, async (signal) => runEvaluation(this.#chatModel(command.model), command, signal, this.#send))
  }

  embed(command: EmbedCommand): Promise<void> {
    return this.#run(command.id, async (signal) => {
      const model = this.#models.get(command.model)
      if (model?.kind !== 'embedding') {
        throw engineError('ENGINE_MODEL_UNKNOWN', `no embedding model ${command.model} is loaded`)
      }
      await runEmbedding(model, command, signal, this.#send)
    })
  }

  abort(id: number): void {
    this.#running.get(id)?.abort()
  }

  #chatModel(id: string): ChatModel {
    const model = this.#models.get(id)
    if (model?.kind !== 'chat') {
      throw engineError('ENGINE_MODEL_UNKNOWN', `no chat model ${id} is loaded`)
    }
    return model
  }

  async #run(id: number, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController()
    this.#running.set(id, controller)
    try {
      await task(controller.signal)
    } catch (error) {
      this.#send({ type: 'failed', id, error: toErrorObject(error) })
    } finally {
      this.#running.delete(id)
    }
  }

  async #startLibrary(command: LoadCommand): Promise<Llama> {
    const sizes = await Promise.all(command.models.map(async ({ path }) => (await stat(path)).size))
    return await getLlama({
      gpu: command.gpu,
      // Never compile or download anything at run time.
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: command.maxThreads ?? Math.max(...sizes.map((size) => threadsFor(size, command.threads ?? undefined))),
      logLevel: LlamaLogLevel.error,
      logger: (_level, message) => process.stderr.write(message)
    })
  }
}
