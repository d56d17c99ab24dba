import type { Cancel, Clock, Startable } from '@cortensor/interface'
import { createDeferred, createRealClock, createRepeatingTask, retry, startAll, stopAll } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'

/** A clock whose sleeps end at once and are counted, and whose repetitions happen when told to. */
function createTestClock(): Clock & { slept: number[]; tick(): void } {
  const slept: number[] = []
  const tasks = new Set<() => void>()
  const repeat = (_ms: number, task: () => void): Cancel => {
    tasks.add(task)
    return () => tasks.delete(task)
  }
  return {
    slept,
    tick() {
      for (const task of [...tasks]) {
        task()
      }
    },
    now: () => 0,
    async sleep(ms, options) {
      options?.signal?.throwIfAborted()
      slept.push(ms)
    },
    after: repeat,
    every: repeat
  }
}

describe('createRealClock', () => {
  const clock = createRealClock()

  it('sleeps, runs once, and repeats until cancelled', async () => {
    const startMs = clock.now()
    const order: string[] = []
    const done = createDeferred<void>()
    const cancel = clock.every(5, () => {
      order.push('tick')
      if (order.length === 3) {
        cancel()
        done.resolve()
      }
    })
    clock.after(5, () => order.push('never'))()
    await Promise.all([done.promise, clock.sleep(20)])
    expect(order).toEqual(['tick', 'tick', 'tick'])
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(19)
  })

  it('wakes with the reason of an abort', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const sleeping = clock.sleep(60_000, { signal: controller.signal })
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await expect(clock.sleep(0, { signal: controller.signal })).rejects.toBe(reason)
  })

  it('does not fire a timer of many weeks at once', async () => {
    let fired = false
    const cancel = clock.after(2 ** 40, () => {
      fired = true
    })
    await clock.sleep(5)
    cancel()
    expect(fired).toBe(false)
  })
})

describe('retry', () => {
  it('waits twice as long each time, up to a limit, and returns the first success', async () => {
    const clock = createTestClock()
    const result = await retry(
      async (attempt) => {
        if (attempt < 5) {
          throw new Error(`no ${attempt}`)
        }
        return attempt
      },
      { clock, baseDelayMs: 100, maxDelayMs: 500 }
    )
    expect(result).toBe(5)
    expect(clock.slept).toEqual([100, 200, 400, 500])
  })

  it('throws the last error when attempts are used up, refused or aborted', async () => {
    const fail = async (attempt: number): Promise<never> => {
      throw new Error(`no ${attempt}`)
    }
    const clock = createTestClock()
    await expect(retry(fail, { clock, attempts: 3 })).rejects.toThrow('no 3')
    await expect(retry(fail, { clock, shouldRetry: () => false })).rejects.toThrow('no 1')
    await expect(retry(fail, { clock, signal: AbortSignal.abort() })).rejects.toThrow('no 1')
    expect(clock.slept).toHaveLength(2)
  })
})

describe('createRepeatingTask', () => {
  it('never runs twice at a time, outlives failures, and waits at its stop', async () => {
    const clock = createTestClock()
    const errors: unknown[] = []
    const gates = [createDeferred<void>(), createDeferred<void>()]
    let runs = 0
    let aborted = false
    const task = createRepeatingTask({
      clock,
      intervalMs: 10,
      immediately: true,
      async task(signal) {
        const gate = gates[runs++]
        signal.addEventListener('abort', () => {
          aborted = true
          gate?.resolve()
        })
        await gate?.promise
      },
      onError: (error) => errors.push(error)
    })
    await task.start()
    await task.start()
    clock.tick()
    expect(runs).toBe(1)
    gates[0]?.reject(new Error('first'))
    await expect.poll(() => errors.length).toBe(1)
    clock.tick()
    expect(runs).toBe(2)
    await Promise.all([task.stop(), task.stop()])
    expect(aborted).toBe(true)
    clock.tick()
    expect(runs).toBe(2)
    expect(errors).toHaveLength(1)
  })
})

describe('startAll and stopAll', () => {
  const part = (name: string, log: string[], failing: 'start' | 'stop' | null = null): Startable => ({
    async start() {
      log.push(`start ${name}`)
      if (failing === 'start') {
        throw new Error(`${name} did not start`)
      }
    },
    async stop() {
      log.push(`stop ${name}`)
      if (failing === 'stop') {
        throw new Error(`${name} did not stop`)
      }
    }
  })

  it('start in order and, when one fails, stop what was started in reverse', async () => {
    const log: string[] = []
    const parts = [part('a', log), part('b', log, 'start'), part('c', log)]
    await expect(startAll(parts)).rejects.toThrow('b did not start')
    expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('stop everything although one fails, and tell of the first failure', async () => {
    const log: string[] = []
    const parts = [part('a', log, 'stop'), part('b', log, 'stop'), part('c', log)]
    await expect(stopAll(parts)).rejects.toThrow('b did not stop')
    expect(log).toEqual(['stop c', 'stop b', 'stop a'])
  })
})
