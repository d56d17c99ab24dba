import type { Startable } from '@cortensor/interface'

/** Starts in order; when one fails, stops those that had started, in reverse, and throws the failure. */
export async function startAll(parts: readonly Startable[]): Promise<void> {
  const started: Startable[] = []
  for (const part of parts) {
    try {
      started.push(part)
      await part.start()
    } catch (error) {
      await stopAll(started).catch(() => {})
      throw error
    }
  }
}

/** Stops in reverse order, all of them, and throws the first failure at the end. */
export async function stopAll(parts: readonly Startable[]): Promise<void> {
  let failure: { error: unknown } | undefined
  for (const part of [...parts].reverse()) {
    try {
      await part.stop()
    } catch (error) {
      failure ??= { error }
    }
  }
  if (failure !== undefined) {
    throw failure.error
  }
}
