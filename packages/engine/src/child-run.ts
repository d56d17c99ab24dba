import { type ChildProcess, fork } from 'node:child_process'
import { basename } from 'node:path'
import { CortensorError } from '@cortensor/interface'
import { resolveChildEntry } from './child-entry.js'
import { engineError } from './errors.js'
import { parseChildMessage } from './ipc/child-messages.js'
import type { JobReport, LoadCommand, ParentMessage, ReadyReport } from './ipc/messages.js'

/** How much of what the process last wrote to stderr is kept for its obituary, in characters. */
const STDERR_TAIL = 2000

/** How one inference process ended. */
export interface ChildExit {
  code: number | null
  signal: NodeJS.Signals | null
  stderrTail: string
}

export interface ChildRunInit {
  load: LoadCommand
  /** In ms. */
  loadTimeoutMs: number
  onReport(report: JobReport): void
}

/** One life of the inference process: from its fork to its exit. */
export class ChildRun {
  /** Settles once: the models are loaded, or a coded error says why not. */
  readonly ready: Promise<ReadyReport>
  /** Never rejects. */
  readonly exited: Promise<ChildExit>
  readonly #child: ChildProcess
  readonly #init: ChildRunInit
  readonly #ready = Promise.withResolvers<ReadyReport>()
  #loadingPath: string | undefined
  #stderrTail = ''
  #ended = false

  constructor(init: ChildRunInit) {
    this.#init = init
    this.ready = this.#ready.promise
    this.#child = fork(resolveChildEntry(), [], {
      // Inherited flags could be conditions or loaders that the compiled child cannot run with.
      execArgv: [],
      serialization: 'advanced',
      // stdout belongs to the parent; stderr holds the last words of an aborting native library.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc']
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-STDERR_TAIL)
    })
    this.#child.on('message', (raw) => this.#receive(raw))
    this.exited = this.#watchExit()
    const timer = setTimeout(() => this.#kill(`its models were not loaded within ${init.loadTimeoutMs} ms`), init.loadTimeoutMs)
    // `ready` is awaited by whoever started this; here only the timer is of interest.
    this.ready.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer)
    )
    this.send(init.load)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** @returns false when the process has ended, whose exit then tells more */
  send(message: ParentMessage): boolean {
    if (this.#ended || !this.#child.connected) {
      return false
    }
    // The error of a channel that closes meanwhile is the exit's to report.
    this.#child.send(message, () => {})
    return true
  }

  /** The process holds nothing worth saving, so it is not asked. Its exit follows. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #kill(why: string): void {
    this.#stderrTail = why
    this.kill()
  }

  #receive(raw: unknown): void {
    const message = parseChildMessage(raw)
    if (message === null) {
      this.#kill('it sent a malformed message')
      return
    }
    switch (message.type) {
      case 'loading':
        this.#loadingPath = message.path
        break
      case 'load-failed':
        this.#ready.reject(CortensorError.fromObject(message.error))
        this.kill()
        break
      case 'ready':
        this.#ready.resolve(message)
        break
      default:
        this.#init.onReport(message)
    }
  }

  #watchExit(): Promise<ChildExit> {
    return new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        this.#ended = true
        const exit = { code, signal, stderrTail: this.#stderrTail.trim() }
        this.#ready.reject(this.#loadFailure(exit))
        resolve(exit)
      }
      this.#child.once('close', end)
      this.#child.once('error', (error) => {
        this.#stderrTail += error.message
        if (this.#child.pid === undefined) {
          end(null, null)
        }
      })
    })
  }

  #loadFailure(exit: ChildExit): CortensorError {
    const path = this.#loadingPath
    if (path === undefined || exit.signal === 'SIGKILL') {
      return crashError(exit, 'while it loaded the models')
    }
    return engineError(
      'ENGINE_MODEL_CORRUPT',
      `model file ${path} ended the process that loaded it (${describeExit(exit)}): download or convert ${basename(path)} again`,
      { details: { path } }
    )
  }
}

export function crashError(exit: ChildExit, when: string): CortensorError {
  return engineError('ENGINE_CRASHED', `the inference process ended ${when} (${describeExit(exit)}): try again`)
}

export function describeExit({ code, signal, stderrTail }: ChildExit): string {
  const how = signal === null ? `exit code ${code}` : signal
  return stderrTail === '' ? how : `${how}: ${stderrTail.split('\n').slice(-3).join(' ')}`
}
