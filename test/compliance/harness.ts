import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises'
import { isCortensorError } from '@cortensor/interface'
import { expect } from 'vitest'

/** What a compliance suite needs of an implementation, whatever its clock. */
export interface Harness {
  /** Lets time pass until the predicate holds; rejects after a bound of the implementation's own. */
  eventually(predicate: () => boolean): Promise<void>
  teardown(): Promise<void>
}

/** Lets time pass until `work` settles, and takes its result. */
export async function settled<T>(harness: Harness, work: Promise<T>): Promise<T> {
  let done = false
  const mark = (): void => {
    done = true
  }
  work.then(mark, mark)
  await harness.eventually(() => done)
  return work
}

export async function failure(harness: Harness, work: Promise<unknown>): Promise<unknown> {
  return settled(
    harness,
    work.then(
      (value) => expect.fail(`Expected a failure, got ${String(value)}`),
      (error: unknown) => error
    )
  )
}

export async function expectCode(harness: Harness, work: Promise<unknown>, code: string): Promise<void> {
  const error = await failure(harness, work)
  expect(isCortensorError(error) ? error.code : error).toBe(code)
}

export async function collect(answer: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = []
  for await (const message of answer) {
    messages.push(message)
  }
  return messages
}

/** `eventually` on real time. */
export async function pollReal(predicate: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (let poll = 0; !predicate(); poll++) {
    if (performance.now() > deadline) {
      throw new Error(`Not so after ${timeoutMs} ms: ${predicate}`)
    }
    // Most things are so within a turn or two of the loop.
    await (poll < 10 ? immediate() : sleep(10))
  }
}
