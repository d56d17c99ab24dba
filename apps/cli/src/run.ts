import type { Startable } from '@cortensor/interface'

/** Starts something, works with it, and stops it however the work ends. */
export async function using<T extends Startable, R>(part: T, work: (part: T) => Promise<R>): Promise<R> {
  try {
    await part.start()
    return await work(part)
  } finally {
    await part.stop()
  }
}
