import type { Clock } from '@cortensor/interface'

export interface SseStreamInit {
  /** Whole frames as text. Must not throw: failures are frames too. */
  frames: AsyncIterator<string>
  clock: Clock
  heartbeatMs: number
  /** Called once, at the end or when the client goes away. */
  onClose: () => void
}

/** A comment: every client skips it, and proxies see that the connection lives. */
const HEARTBEAT = ': waiting\n\n'

export function toFrame(payload: object): string {
  return `data: ${JSON.stringify(payload)}\n\n`
}

/** The value, or undefined when `ms` passed first. */
function orSilence<T>(promise: Promise<T>, clock: Clock, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(undefined))
    promise.then(resolve, reject).finally(cancel)
  })
}

/** Frames as bytes, pulled one at a time when the socket has room, with a comment in every long silence. */
export function createSseStream({ frames, clock, heartbeatMs, onClose }: SseStreamInit): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let pending: Promise<IteratorResult<string>> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        pending ??= frames.next()
        const step = await orSilence(pending, clock, heartbeatMs)
        if (step === undefined) {
          controller.enqueue(encoder.encode(HEARTBEAT))
          return
        }
        pending = undefined
        if (step.done === true) {
          onClose()
          controller.close()
        } else {
          controller.enqueue(encoder.encode(step.value))
        }
      },
      cancel: onClose
    },
    // Nothing is taken from the gateway before the socket asks for it.
    { highWaterMark: 0 }
  )
}
