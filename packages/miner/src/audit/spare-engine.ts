import type { Clock, InferenceEngine } from '@cortensor/interface'
import { createDeferred, type Deferred, within } from '@cortensor/utils'

export type AuditEngine = Pick<InferenceEngine, 'evaluate' | 'models' | 'status'>

export interface SpareEngineInit {
  engine: AuditEngine
  clock: Clock
  /** Whether no paid task needs the engine. */
  isIdle: () => boolean
  /** Resolves as soon as that is so. */
  untilIdle: (signal: AbortSignal) => Promise<void>
}

export interface SpareEngine {
  /** The engine for one audit: until this time paid work goes first. */
  until(paidFirstUntilMs: number): AuditEngine
}

/**
 * The engine as far as paid work leaves it. It serves who comes first, so that what waits there is in the way of whatever is paid and comes
 * later: audits wait here, and one slot stays free of them where there are several.
 */
export function createSpareEngine({ clock, engine, isIdle, untilIdle }: SpareEngineInit): SpareEngine {
  const waiting = new Set<Deferred<void>>()
  let running = 0

  const untilLess = async (signal: AbortSignal): Promise<void> => {
    const turn = createDeferred<void>()
    const onAbort = (): void => turn.resolve()
    waiting.add(turn)
    signal.addEventListener('abort', onAbort, { once: true })
    await turn.promise
    signal.removeEventListener('abort', onAbort)
    waiting.delete(turn)
    signal.throwIfAborted()
  }
  const release = (): void => {
    running--
    for (const turn of [...waiting]) {
      turn.resolve()
    }
  }
  const takeTurn = async (paidFirstUntilMs: number, signal: AbortSignal): Promise<void> => {
    const limit = Math.max(1, (await engine.status()).totalSlots - 1)
    for (;;) {
      signal.throwIfAborted()
      const leftMs = paidFirstUntilMs - clock.now()
      if (leftMs > 0 && !isIdle()) {
        await within(clock, leftMs, signal, untilIdle).catch(() => signal.throwIfAborted())
      } else if (running >= limit) {
        await untilLess(signal)
      } else {
        running++
        return
      }
    }
  }
  return {
    until: (paidFirstUntilMs) => ({
      models: () => engine.models(),
      status: () => engine.status(),
      async evaluate(spec, tokenIds, options = {}) {
        await takeTurn(paidFirstUntilMs, options.signal ?? new AbortController().signal)
        try {
          return await engine.evaluate(spec, tokenIds, options)
        } finally {
          release()
        }
      }
    })
  }
}
