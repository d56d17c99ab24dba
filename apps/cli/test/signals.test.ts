import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { untilStopped } from '../src/signals.js'

const EVENTS = ['SIGINT', 'SIGTERM', 'disconnect'] as const
const exit = vi.fn()
let before: ReturnType<typeof process.listeners>[]

beforeEach(() => {
  before = EVENTS.map((event) => process.listeners(event))
  vi.useFakeTimers({ now: 1_000_000 })
  vi.spyOn(process, 'exit').mockImplementation(exit as never)
})

afterEach(() => {
  for (const [i, event] of EVENTS.entries()) {
    for (const listener of process.listeners(event)) {
      if (before[i]?.includes(listener) !== true) {
        process.off(event, listener as () => void)
      }
    }
  }
  exit.mockClear()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

it.each(['SIGINT', 'SIGTERM'] as const)('stops in order at the first %s', async (signal) => {
  const onStop = vi.fn()
  const stopped = untilStopped(onStop)
  process.emit(signal)
  await stopped
  expect(onStop).toHaveBeenCalledTimes(1)
  expect(exit).not.toHaveBeenCalled()
})

it('takes no notice of the echo that npm sends, and ends at once when asked again', async () => {
  const onStop = vi.fn()
  const stopped = untilStopped(onStop)
  process.emit('SIGINT')
  process.emit('SIGINT')
  await stopped
  expect(exit).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  process.emit('SIGINT')
  expect(exit).toHaveBeenCalledExactlyOnceWith(130)
  expect(onStop).toHaveBeenCalledTimes(1)
})
