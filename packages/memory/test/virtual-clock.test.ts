import { createVirtualClock } from '@cortensor/memory'
import { createRepeatingTask } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const START = 1_000_000

describe('createVirtualClock', () => {
  it('runs tasks by time, and those of one time in the order of scheduling', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ delay: fc.nat(50), cancelled: fc.boolean(), again: fc.nat(20) }), { maxLength: 60 }),
        async (plans) => {
          const clock = createVirtualClock({ startMs: START })
          const ran: { dueMs: number; order: number; atMs: number }[] = []
          let order = 0
          const schedule = (delay: number, then?: number): (() => void) => {
            const entry = { dueMs: clock.now() + delay, order: order++, atMs: 0 }
            return clock.after(delay, () => {
              ran.push({ ...entry, atMs: clock.now() })
              if (then !== undefined) {
                schedule(then)
              }
            })
          }
          for (const { delay, cancelled, again } of plans) {
            const cancel = schedule(delay, again)
            if (cancelled) {
              cancel()
            }
          }
          const kept = plans.filter(({ cancelled }) => !cancelled).length
          expect(clock.pending).toBe(kept)
          expect(await clock.runFor(100)).toBe(2 * kept)
          expect(clock.pending).toBe(0)
          expect(ran.every(({ dueMs, atMs }) => dueMs === atMs)).toBe(true)
          expect(ran).toEqual([...ran].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order))
          expect(clock.now()).toBe(START + 100)
        }
      )
    )
  })

  it('lets chains of promises run to their end before time moves', async () => {
    const clock = createVirtualClock({ startMs: START })
    const seen: number[] = []
    clock.after(1, () => {
      void (async () => {
        for (let i = 0; i < 10_000; i++) {
          await null
        }
        seen.push(clock.now())
      })()
    })
    clock.after(2, () => seen.push(clock.now()))
    await clock.advance(2)
    expect(seen).toEqual([START + 1, START + 2])
  })

  it('repeats until cancelled, also from within', async () => {
    const clock = createVirtualClock({ startMs: START })
    const ticks: number[] = []
    const cancel = clock.every(10, () => {
      ticks.push(clock.now() - START)
      if (ticks.length === 3) {
        cancel()
      }
    })
    await clock.advance(100)
    expect(ticks).toEqual([10, 20, 30])
    expect(clock.pending).toBe(0)
  })

  it('sleeps, and wakes early with the reason of an abort', async () => {
    const clock = createVirtualClock({ startMs: START })
    const controller = new AbortController()
    const reason = new Error('enough')
    const long = clock.sleep(1000, { signal: controller.signal })
    const short = clock.sleep(10).then(() => controller.abort(reason))
    const outcome = long.catch((error: unknown) => error)
    await clock.complete(short)
    expect(await outcome).toBe(reason)
    expect(clock.now()).toBe(START + 10)
    expect(clock.pending).toBe(0)
    await expect(clock.sleep(1, { signal: controller.signal })).rejects.toBe(reason)
  })

  it('runs until a predicate holds, and says when it did not', async () => {
    const clock = createVirtualClock({ startMs: START })
    let ticks = 0
    clock.every(10, () => {
      ticks++
    })
    expect(await clock.runUntil(() => ticks === 5, 1000)).toBe(true)
    expect(clock.now()).toBe(START + 50)
    expect(await clock.runUntil(() => false, 25)).toBe(false)
    expect(clock.now()).toBe(START + 75)
  })

  it('completes what takes time, and gives up after a bound', async () => {
    const clock = createVirtualClock({ startMs: START })
    expect(await clock.complete(clock.sleep(5000).then(() => 'done'))).toBe('done')
    await expect(clock.complete(new Promise(() => {}), 100)).rejects.toMatchObject({ code: 'MEMORY_TIMEOUT' })
    const failed = clock.sleep(1).then(() => Promise.reject(new Error('inner')))
    await expect(clock.complete(failed)).rejects.toThrow('inner')
  })

  it('is moved by several at a time, also from within a task', async () => {
    const clock = createVirtualClock({ startMs: START })
    const arrivals: string[] = []
    const note = (name: string) => () => arrivals.push(`${name} ${clock.now() - START}`)
    clock.after(5, () => void clock.advance(10).then(note('inner')))
    await Promise.all([clock.advance(30).then(note('long')), clock.advance(10).then(note('short'))])
    expect(arrivals).toEqual(['short 10', 'inner 15', 'long 30'])
  })

  it('throws what a task throws, and goes on after', async () => {
    const clock = createVirtualClock()
    clock.after(1, () => {
      throw new RangeError('a bug')
    })
    await expect(clock.advance(5)).rejects.toThrow('a bug')
    let ran = false
    clock.after(1, () => {
      ran = true
    })
    await clock.advance(5)
    expect(ran).toBe(true)
  })

  it('notices tasks that schedule each other for ever at one time', async () => {
    const clock = createVirtualClock()
    const loop = (): void => {
      clock.after(0, loop)
    }
    loop()
    await expect(clock.advance(1)).rejects.toMatchObject({ code: 'MEMORY_CLOCK_STUCK' })
  })

  it('drives the repeating tasks of utils', async () => {
    const clock = createVirtualClock()
    const starts: number[] = []
    const task = createRepeatingTask({
      clock,
      intervalMs: 100,
      task: async () => {
        starts.push(clock.now())
        await clock.sleep(150)
      },
      onError: () => {}
    })
    await task.start()
    await clock.advance(1000)
    // Every second start falls into a run and is skipped.
    expect(starts).toHaveLength(5)
    await clock.complete(task.stop())
  })
})
