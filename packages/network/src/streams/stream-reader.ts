import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { networkError } from '../errors.js'
import { createFrameDecoder } from './frames.js'

/**
 * Above this many undelivered bytes the stream is paused, so that the window of the muxer (256 KiB, see the node) runs out and the
 * sender stops. What a stalled reader can hold is this much, one window already on its way, and one window in the stream.
 */
const HIGH_WATER_BYTES = 64 * 1024
const LOW_WATER_BYTES = 16 * 1024

export interface StreamReader {
  /** The next message, or `end`. Rejects when the stream is reset or closed early, and for a message above the limit. */
  next(): Promise<Uint8Array | 'end'>
  /** Stops listening. */
  release(): void
}

/** Reads messages one by one and holds the sender back while nobody reads. For one reader at a time. */
export function createStreamReader(stream: Stream, maxBytes: number): StreamReader {
  const decoder = createFrameDecoder(maxBytes)
  let failure: { error: unknown } | undefined
  let wake: (() => void) | undefined
  let waiting = false
  let resuming = false
  const notify = (): void => {
    wake?.()
    wake = undefined
  }
  const pauseWhenFull = (): void => {
    if (!waiting && decoder.bufferedBytes >= HIGH_WATER_BYTES && stream.readStatus === 'readable') {
      stream.pause()
    }
  }
  const resume = (): void => {
    if (stream.readStatus !== 'paused' || resuming) {
      return
    }
    // Resuming delivers what the stream held and only then tells the muxer to go on: pausing from inside that delivery would be
    // undone by it, and the sender would never be stopped again.
    resuming = true
    try {
      stream.resume()
    } catch {
      // The stream closed meanwhile; what it held has been delivered, and its close event tells the rest.
    } finally {
      resuming = false
    }
    pauseWhenFull()
  }
  const onMessage = (event: StreamMessageEvent): void => {
    decoder.push(event.data)
    notify()
    if (!resuming) {
      pauseWhenFull()
    }
  }
  const onClose = (event: StreamCloseEvent): void => {
    failure ??= event.error === undefined ? undefined : { error: event.error }
    notify()
  }
  const onEnd = (): void => notify()
  stream.addEventListener('message', onMessage)
  stream.addEventListener('close', onClose)
  stream.addEventListener('end', onEnd)

  return {
    async next() {
      for (;;) {
        const message = decoder.next()
        waiting = message === null
        if (message !== null) {
          if (decoder.bufferedBytes <= LOW_WATER_BYTES) {
            resume()
          }
          return message
        }
        if (stream.readStatus === 'paused') {
          // Either all of it was read, or one message is longer than the high-water mark.
          resume()
          continue
        }
        if (failure !== undefined) {
          throw networkError('NETWORK_STREAM_RESET', 'The peer reset the stream; try again or another peer', {
            cause: failure.error
          })
        }
        if (stream.readStatus === 'closed' || stream.readStatus === 'closing' || stream.readableEnded) {
          throw networkError(
            'NETWORK_STREAM_RESET',
            'The stream was closed before the message was complete; try again or another peer'
          )
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    release() {
      stream.removeEventListener('message', onMessage)
      stream.removeEventListener('close', onClose)
      stream.removeEventListener('end', onEnd)
      notify()
    }
  }
}
