import { errorMessage, type HandlerLimits, type Logger, type NodeId, type RequestHandler } from '@cortensor/interface'
import type { Connection, Stream } from '@libp2p/interface'
import { networkError } from '../errors.js'
import type { HandledOutcome, NetworkMetrics } from '../metrics.js'
import { END_FRAME, encodeFrame } from './frames.js'
import { createStreamReader } from './stream-reader.js'
import { createStreamWriter } from './stream-writer.js'

/** As `HandlerLimits` documents. */
export const DEFAULT_HANDLER_LIMITS: Readonly<Required<HandlerLimits>> = {
  maxRequestBytes: 65_536,
  maxResponseBytes: 65_536,
  maxStreamsPerPeer: 16,
  maxStreams: 256,
  serves: () => true
}

/** A stream whose request does not come holds a place that others could use. */
const REQUEST_TIMEOUT_MS = 10_000

export interface ResponderInit {
  protocol: string
  handler: RequestHandler
  limits: HandlerLimits | undefined
  metrics: NetworkMetrics
  logger: Logger | undefined
}

export interface Responder {
  /** What libp2p calls for each stream of the protocol. */
  accept(stream: Stream, connection: Connection): void
  /** Aborts what is in progress and resolves when no handler is running. */
  stop(): Promise<void>
}

export function createResponder(init: ResponderInit): Responder {
  const limits = { ...DEFAULT_HANDLER_LIMITS, ...definedOf(init.limits) }
  const streamsOfPeer = new Map<NodeId, number>()
  const running = new Map<Promise<void>, AbortController>()

  const answer = async (stream: Stream, from: NodeId, controller: AbortController): Promise<HandledOutcome> => {
    const reader = createStreamReader(stream, limits.maxRequestBytes)
    const onClose = (): void => controller.abort(networkError('NETWORK_STREAM_RESET', 'The requester has gone'))
    const onAbort = (): void => stream.abort(new Error('The request was aborted'))
    const timer = setTimeout(onClose, REQUEST_TIMEOUT_MS)
    stream.addEventListener('close', onClose)
    controller.signal.addEventListener('abort', onAbort)
    let outcome: HandledOutcome = 'malformed'
    try {
      const request = await reader.next()
      clearTimeout(timer)
      if (request === 'end') {
        throw networkError('NETWORK_STREAM_RESET', 'The requester sent no request')
      }
      outcome = 'failed'
      const writer = createStreamWriter(stream)
      for await (const message of init.handler(request, { from, signal: controller.signal })) {
        controller.signal.throwIfAborted()
        if (message.byteLength > limits.maxResponseBytes) {
          throw networkError(
            'NETWORK_MESSAGE_TOO_LARGE',
            `An answer of ${init.protocol} has at most ${limits.maxResponseBytes} bytes, got ${message.byteLength}`
          )
        }
        await writer.write(encodeFrame(message))
      }
      controller.signal.throwIfAborted()
      await writer.write(END_FRAME)
      await stream.close({ signal: controller.signal })
      outcome = 'answered'
    } catch (error) {
      const isGone = controller.signal.aborted || stream.status !== 'open'
      if (outcome === 'failed' && isGone) {
        outcome = 'aborted'
      } else if (outcome === 'failed') {
        init.logger?.warn('Request handler failed', { protocol: init.protocol, from, error: errorMessage(error) })
      }
    } finally {
      clearTimeout(timer)
      stream.removeEventListener('close', onClose)
      controller.signal.removeEventListener('abort', onAbort)
      reader.release()
      // Whatever the handler still does in the background for this request has no reader any more.
      controller.abort(networkError('NETWORK_STREAM_RESET', 'The request has ended'))
    }
    if (outcome !== 'answered') {
      stream.abort(new Error(`The request ended as ${outcome}`))
    }
    return outcome
  }

  return {
    accept(stream, connection) {
      const from = connection.remotePeer.toString() as NodeId
      if (!limits.serves(from)) {
        init.metrics.handled(init.protocol, 'refused')
        stream.abort(new Error('This peer is not served'))
        return
      }
      const inProgress = streamsOfPeer.get(from) ?? 0
      if (inProgress >= limits.maxStreamsPerPeer || running.size >= limits.maxStreams) {
        init.metrics.handled(init.protocol, 'limited')
        stream.abort(new Error('Too many requests in progress'))
        return
      }
      streamsOfPeer.set(from, inProgress + 1)
      const controller = new AbortController()
      const run: Promise<void> = answer(stream, from, controller).then((outcome) => {
        running.delete(run)
        const left = (streamsOfPeer.get(from) ?? 1) - 1
        if (left > 0) {
          streamsOfPeer.set(from, left)
        } else {
          streamsOfPeer.delete(from)
        }
        init.metrics.handled(init.protocol, outcome)
      })
      running.set(run, controller)
    },
    async stop() {
      for (const controller of running.values()) {
        controller.abort(networkError('NETWORK_NOT_STARTED', 'The network is stopping'))
      }
      await Promise.all(running.keys())
    }
  }
}

function definedOf(limits: HandlerLimits = {}): HandlerLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}
