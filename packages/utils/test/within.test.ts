import type { Clock } from '@cortensor/interface'
import { createDeferred, createRealClock, keepRunning, within } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'

const clock = createRealClock()
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))

describe('within', () => {
  const never = new AbortController().signal

  it('gives what the work gives, and its error', async () => {
    expect(await within(clock, 60_000, never, async () => 7)).toBe(7)
    await expect(within(clock, 60_000, never, () => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
  })

  it.each([1, 0, -5])('ends the work after %i ms', async (limitMs) => {
    await expect(within(clock, limitMs, never, untilAborted)).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('ends the work with the reason of an abort', async () => {
    const controller = new AbortController()
    const limited = within(clock, 60_000, controller.signal, untilAborted)
    controller.abort(new RangeError('enough'))
    await expect(limited).rejects.toThrow(RangeError)
  })
})

describe('keepRunning', () => {
  it('runs again after an end and, later, after a failure, until it is aborted', async () => {
    const controller = new AbortController()
    const waits: number[] = []
    const waiting: Clock = {
      ...clock,
      async sleep(ms) {
        waits.push(ms)
      }
    }
    const errors: unknown[] = []
    let runs = 0
    const work = async (): Promise<void> => {
      runs += 1
      if (runs === 2) {
        throw new RangeError('no')
      }
      if (runs === 4) {
        controller.abort()
        throw new TypeError('aborted')
      }
    }
    await keepRunning(work, { clock: waiting, onError: (error) => errors.push(error) }, controller.signal)
    expect([runs, waits, errors]).toEqual([4, [1_000], [new RangeError('no')]])
  })

  it('ends at an abort that comes while it waits', async () => {
    const controller = new AbortController()
    const failed = createDeferred<void>()
    const running = keepRunning(
      () => Promise.reject(new Error('no')),
      { clock, retryMs: 600_000, onError: () => failed.resolve() },
      controller.signal
    )
    await failed.promise
    controller.abort()
    await running
  })
})
