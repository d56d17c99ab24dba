import type { Cancel, Clock, CompletionEvent, CompletionRequest, Gateway, Rng, SessionId, Startable } from '@cortensor/interface'
import type { TaskCounts, TaskRecord } from './records.js'

export interface WorkloadInit {
  clock: Clock
  rng: Rng
  gateways: readonly Pick<Gateway, 'complete'>[]
  /** Names of the models that are asked for, in equal shares. */
  models: readonly string[]
  /** 0 for none. */
  tasksPerSecond: number
  /** Whose escrow pays. @default the open session: nothing is paid */
  session?: () => SessionId | undefined
  /** Told of the last event of every request. */
  onEnd: (event: Extract<CompletionEvent, { type: 'end' | 'failed' }>) => void
}

export interface Workload extends Startable {
  counts(): TaskCounts
  /** Requests that are over, in the order of their ends. */
  tasks(): readonly TaskRecord[]
}

/** Users: they come by themselves, one after another at random (Poisson), ask one question each, and wait for the whole answer. */
export function createWorkload(init: WorkloadInit): Workload {
  const { clock, gateways, models, onEnd, tasksPerSecond } = init
  const arrivals = init.rng.fork('arrivals')
  const questions = init.rng.fork('questions')
  const counts: TaskCounts = { started: 0, completed: 0, failed: 0, active: 0, failures: {} }
  const tasks: TaskRecord[] = []
  const running = new Set<Promise<void>>()
  let controller: AbortController | undefined
  let cancel: Cancel | undefined

  const pick = <T>(choices: readonly T[]): T => choices[questions.int(0, choices.length - 1)] as T
  const draw = (session: SessionId | undefined): CompletionRequest => ({
    model: pick(models),
    messages: [{ role: 'user', content: `Tell me something about the number ${questions.int(0, 999_999)}.` }],
    sampling: { maxTokens: questions.int(16, 128) },
    ...(session === undefined ? {} : { session })
  })
  const ask = async (gateway: Pick<Gateway, 'complete'>, request: CompletionRequest, signal: AbortSignal): Promise<void> => {
    counts.started++
    counts.active++
    const startedMs = clock.now()
    let firstTokenMs: number | null = null
    const keep = (end: Pick<TaskRecord, 'outcome' | 'miner' | 'tokens'>): void => {
      tasks.push({ startedMs, firstTokenMs, endMs: clock.now(), model: request.model, ...end })
    }
    try {
      for await (const event of gateway.complete(request, { signal })) {
        if (event.type === 'delta') {
          firstTokenMs ??= clock.now()
        } else if (event.type === 'end') {
          counts.completed++
          keep({ outcome: 'completed', miner: event.miner, tokens: event.usage.completionTokens })
          onEnd(event)
        } else if (event.type === 'failed') {
          counts.failed++
          counts.failures[event.failure] = (counts.failures[event.failure] ?? 0) + 1
          keep({ outcome: event.failure, miner: null, tokens: 0 })
          onEnd(event)
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error
      }
    } finally {
      counts.active--
    }
  }
  const schedule = (signal: AbortSignal): void => {
    const waitMs = (-Math.log(1 - arrivals.next()) / tasksPerSecond) * 1000
    cancel = clock.after(waitMs, () => {
      const work = ask(pick(gateways), draw(init.session?.()), signal).finally(() => running.delete(work))
      running.add(work)
      schedule(signal)
    })
  }
  return {
    counts: () => ({ ...counts, failures: { ...counts.failures } }),
    tasks: () => tasks,
    async start() {
      if (controller === undefined && tasksPerSecond > 0 && gateways.length > 0) {
        controller = new AbortController()
        schedule(controller.signal)
      }
    },
    async stop() {
      cancel?.()
      controller?.abort()
      controller = undefined
      await Promise.allSettled(running)
    }
  }
}
