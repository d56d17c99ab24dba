import { quantile, type TaskRecord } from '@cortensor/simulator'
import { createRealClock } from '@cortensor/utils'
import { createOutput } from '../output.js'
import { untilStopped } from '../signals.js'
import { createHttpUsers } from '../sim/http-users.js'

export interface UsersOptions {
  url: string[]
  key: string
  tasksPerSecond: number
  duration: number
  seed: string
  json?: boolean
}

const firstTokens = (tasks: readonly TaskRecord[]): number[] =>
  tasks.flatMap(({ firstTokenMs, outcome, startedMs }) =>
    outcome === 'completed' && firstTokenMs !== null ? [firstTokenMs - startedMs] : []
  )

/** Asks routers for a while and tells how they answered; exits with 1 when not one question was answered. */
export async function askAsUsers(options: UsersOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const clock = createRealClock()
  const leaving = new AbortController()
  const stopped = untilStopped(() => leaving.abort())
  const users = await createHttpUsers({
    ...{ urls: options.url, key: options.key, tasksPerSecond: options.tasksPerSecond, seed: options.seed, clock },
    signal: leaving.signal,
    onEnd(event) {
      if (output.json) {
        output.value({ event: 'task', ...event })
      }
    }
  })
  await users.start()
  await Promise.race([clock.sleep(options.duration, { signal: leaving.signal }).catch(() => {}), stopped])
  leaving.abort()
  await users.stop()
  const counts = users.counts()
  const waits = firstTokens(users.tasks())
  const firstTokenMs = { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) }
  if (output.json) {
    output.value({ event: 'end', ...counts, firstTokenMs })
  }
  output.line(`${counts.completed} of ${counts.started} tasks completed, ${counts.failed} failed`)
  output.line(`first token after p50 ${firstTokenMs.p50} ms, p99 ${firstTokenMs.p99} ms`)
  process.exitCode = counts.started > 0 && counts.completed === 0 ? 1 : 0
}
