import { setImmediate as immediate } from 'node:timers/promises'
import type { Stream } from '@libp2p/interface'
import { networkError } from '../errors.js'

/** A producer that never waits would otherwise keep the event loop, and with it the abort that should stop it, from running. */
const WRITES_PER_TURN = 64

/** A reader that takes nothing for this long holds a place that others could use. */
const STALL_TIMEOUT_MS = 60_000

export interface StreamWriter {
  /** Resolves when the next write is welcome. Rejects when the stream has gone. */
  write(bytes: Uint8Array): Promise<void>
}

export function createStreamWriter(stream: Stream): StreamWriter {
  let writes = 0
  return {
    async write(bytes) {
      let welcome: boolean
      try {
        welcome = stream.send(bytes)
      } catch (error) {
        throw networkError('NETWORK_STREAM_RESET', 'The stream was closed while writing; try again or another peer', {
          cause: error
        })
      }
      if (!welcome) {
        await drained(stream)
      }
      if (++writes % WRITES_PER_TURN === 0) {
        await immediate()
      }
    }
  }
}

/** `stream.onDrain()` waits only the first time, hence the event. */
async function drained(stream: Stream): Promise<void> {
  while (stream.writableNeedsDrain || stream.writeBufferLength > 0) {
    if (stream.status !== 'open') {
      throw networkError('NETWORK_STREAM_RESET', 'The peer reset the stream; try again or another peer')
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        stream.removeEventListener('drain', done)
        stream.removeEventListener('idle', done)
        stream.removeEventListener('close', done)
        resolve()
      }
      const timer = setTimeout(() => stream.abort(new Error('The reader has stalled')), STALL_TIMEOUT_MS)
      stream.addEventListener('drain', done)
      stream.addEventListener('idle', done)
      stream.addEventListener('close', done)
    })
  }
}
