import { setTimeout as delay } from 'node:timers/promises'
import { type CortensorError, errorMessage, type Logger } from '@cortensor/interface'
import { ChildRun, crashError, describeExit } from './child-run.js'
import { engineError } from './errors.js'
import type { JobReport, LoadCommand, ParentMessage, ReadyReport } from './ipc/messages.js'

/** A child that fails again and again is not started more often than this, in ms. */
const MAX_RESTART_DELAY_MS = 10_000

export interface SupervisorInit {
  load: LoadCommand
  loadTimeoutMs: number
  maxRestarts: number
  restartDelayMs: number
  logger: Logger | undefined
  onReport(report: JobReport): void
  /** The process runs, for the first time or again. */
  onUp(ready: ReadyReport): void
  /** The process ended unexpectedly; a restart follows. */
  onDown(error: CortensorError): void
  /** There will be no further restart. */
  onGiveUp(error: CortensorError): void
}

/** Keeps one inference process alive, with a bounded number of restarts in a row. */
export class Supervisor {
  readonly #init: SupervisorInit
  readonly #stopping = new AbortController()
  #run: ChildRun | undefined
  #watching: Promise<void> = Promise.resolve()
  #restarts = 0

  constructor(init: SupervisorInit) {
    this.#init = init
  }

  get pid(): number | undefined {
    return this.#run?.pid
  }

  /** Resolves when all models are loaded; a first start that fails is not repeated. */
  async start(): Promise<void> {
    const run = await this.#launch()
    this.#watching = this.#watch(run)
  }

  /** Resolves when no process is left. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#run?.kill()
    await this.#run?.exited
    await this.#watching
  }

  send(message: ParentMessage): boolean {
    return this.#run?.send(message) ?? false
  }

  /** Ends a process that does not behave; it counts as a crash. */
  kill(): void {
    this.#run?.kill()
  }

  /** A request was answered: the next crash is the first in a row again. */
  markHealthy(): void {
    this.#restarts = 0
  }

  async #launch(): Promise<ChildRun> {
    const { load, loadTimeoutMs, onReport } = this.#init
    const run = new ChildRun({ load, loadTimeoutMs, onReport })
    this.#run = run
    try {
      const ready = await run.ready
      this.#init.onUp(ready)
      return run
    } catch (error) {
      await run.exited
      throw this.#stopping.signal.aborted ? engineError('ENGINE_NOT_STARTED', 'the engine was stopped') : error
    }
  }

  async #watch(first: ChildRun): Promise<void> {
    let run: ChildRun | undefined = first
    while (run !== undefined) {
      const exit = await run.exited
      if (this.#stopping.signal.aborted) {
        return
      }
      this.#init.logger?.error('inference process ended', { exit: describeExit(exit) })
      const crash = crashError(exit, 'unexpectedly')
      this.#init.onDown(crash)
      run = await this.#restart(crash)
    }
  }

  /** @returns undefined when it was stopped or has given up */
  async #restart(crash: CortensorError): Promise<ChildRun | undefined> {
    let last: unknown = crash
    while (this.#restarts < this.#init.maxRestarts) {
      const delayMs = Math.min(this.#init.restartDelayMs * 2 ** this.#restarts, MAX_RESTART_DELAY_MS)
      this.#restarts++
      try {
        await delay(delayMs, undefined, { signal: this.#stopping.signal })
        return await this.#launch()
      } catch (error) {
        if (this.#stopping.signal.aborted) {
          return undefined
        }
        last = error
        this.#init.logger?.error('inference process did not restart', { attempt: this.#restarts, error: errorMessage(error) })
      }
    }
    const message = `the inference process keeps failing (${errorMessage(last)}): remove the model to blame and restart the node`
    this.#init.onGiveUp(engineError('ENGINE_CRASHED', message, { cause: last }))
    return undefined
  }
}
