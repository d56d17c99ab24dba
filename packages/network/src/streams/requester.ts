import type { AbortOptions, NodeId, RequestOptions } from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import type { Connection, Stream } from '@libp2p/interface'
import { abortReason, networkError } from '../errors.js'
import type { NetworkMetrics, RequestOutcome } from '../metrics.js'
import { encodeFrame } from './frames.js'
import { createStreamReader } from './stream-reader.js'
import { createStreamWriter } from './stream-writer.js'

/** As `RequestOptions` documents. */
const DEFAULT_MAX_RESPONSE_BYTES = 65_536

/** Opening a stream is two round trips to a peer that is up. */
const OPEN_TIMEOUT_MS = 10_000

/** The answer is complete; this is for the peer's side of the close to arrive before the stream is reset. */
const CLOSE_GRACE_MS = 5_000

/** A router talks to one miner about many tasks; libp2p's default of 64 is for protocols with one short exchange. */
const MAX_STREAMS_PER_PEER = 1024

export interface RequesterInit {
  connect(peer: NodeId, options: AbortOptions & { addresses?: readonly string[] | undefined }): Promise<Connection>
  metrics: NetworkMetrics
}

/** Opens a stream, sends the one request, half-closes, and yields what comes back. */
export async function* sendRequest(
  init: RequesterInit,
  peer: NodeId,
  protocol: string,
  data: Uint8Array,
  options: RequestOptions & { signal: AbortSignal }
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = options
  let outcome: RequestOutcome = 'aborted'
  let stream: Stream | undefined
  const onAbort = (): void => stream?.abort(new Error('The request was aborted'))
  try {
    stream = await openStream(init, peer, protocol, options)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) {
      throw abortReason(signal)
    }
    const reader = createStreamReader(stream, options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES)
    try {
      const sent = sendAll(stream, data)
      // Reading tells of a reset; a failure to write on its own is one too, so nobody needs to await it.
      sent.catch(() => stream?.abort(new Error('The request could not be sent')))
      for (;;) {
        const message = await reader.next()
        if (signal.aborted) {
          throw abortReason(signal)
        }
        if (message === 'end') {
          outcome = 'answered'
          return
        }
        yield message
        if (signal.aborted) {
          throw abortReason(signal)
        }
      }
    } finally {
      reader.release()
    }
  } catch (error) {
    if (signal.aborted) {
      throw abortReason(signal)
    }
    outcome = outcomeOf(error)
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
    init.metrics.request(outcome)
    if (outcome === 'answered') {
      resetUnlessClosed(stream)
    } else {
      stream?.abort(new Error('The request has ended'))
    }
  }
}

function outcomeOf(error: unknown): RequestOutcome {
  const code = isCortensorError(error) ? error.code : ''
  return code === 'NETWORK_PEER_UNREACHABLE' ? 'unreachable' : code === 'NETWORK_MESSAGE_TOO_LARGE' ? 'oversize' : 'reset'
}

async function openStream(
  init: RequesterInit,
  peer: NodeId,
  protocol: string,
  options: RequestOptions & { signal: AbortSignal }
): Promise<Stream> {
  const timeout = AbortSignal.timeout(OPEN_TIMEOUT_MS)
  const signal = AbortSignal.any([options.signal, timeout])
  const connection = await init.connect(peer, { signal, addresses: options.addresses })
  try {
    return await connection.newStream(protocol, { signal, maxOutboundStreams: MAX_STREAMS_PER_PEER })
  } catch (error) {
    if (options.signal.aborted) {
      throw abortReason(options.signal)
    }
    if (connection.status !== 'open' || timeout.aborted) {
      throw networkError('NETWORK_PEER_UNREACHABLE', `${peer} stopped answering; try again or another peer`, { cause: error })
    }
    throw networkError('NETWORK_STREAM_RESET', `${peer} does not take ${protocol} now; try again or another peer`, {
      cause: error
    })
  }
}

async function sendAll(stream: Stream, data: Uint8Array): Promise<void> {
  await createStreamWriter(stream).write(encodeFrame(data))
  await stream.close()
}

function resetUnlessClosed(stream: Stream | undefined): void {
  if (stream === undefined || stream.status !== 'open') {
    return
  }
  const timer = setTimeout(() => stream.abort(new Error('The peer did not close an answered stream')), CLOSE_GRACE_MS)
  timer.unref()
  stream.addEventListener('close', () => clearTimeout(timer), { once: true })
}
