import type { Clock, Network, NetworkId, NodeId } from '@cortensor/interface'
import type { InferFrame } from '@cortensor/protocols'
import { decodeInferFrame, INFER_LIMITS, streamProtocol } from '@cortensor/protocols'

export interface InferStreamInit {
  network: Network
  clock: Clock
  networkId: NetworkId
  miner: NodeId
  addresses: readonly string[]
  request: Uint8Array
  /** Until the first frame, in ms. */
  ackMs: number
  /** Between two frames after it, in ms. */
  gapMs: number
  /** Unix ms. */
  deadlineMs: number
  signal: AbortSignal
}

/** A miner's frames, with the silence between them bounded. A frame that comes too late aborts with a `TimeoutError`. */
export async function* inferStream(init: InferStreamInit): AsyncGenerator<InferFrame> {
  const { clock, signal } = init
  const limit = new AbortController()
  const expire = (ms: number) =>
    clock.after(Math.max(0, Math.min(ms, init.deadlineMs - clock.now())), () =>
      limit.abort(new DOMException('The miner is silent', 'TimeoutError'))
    )
  let cancel = expire(init.ackMs)
  const frames = init.network.request(init.miner, streamProtocol(init.networkId, 'infer'), init.request, {
    maxResponseBytes: INFER_LIMITS.maxFrameBytes,
    addresses: init.addresses,
    signal: AbortSignal.any([signal, limit.signal])
  })
  try {
    for await (const bytes of frames) {
      cancel()
      const frame = decodeInferFrame(bytes)
      yield frame
      // A task that waits for its turn has the time of all that come first; then another miner may be quicker.
      cancel = expire(frame.type === 'queued' ? init.gapMs * (frame.ahead + 1) : init.gapMs)
    }
  } catch (error) {
    throw limit.signal.aborted && !signal.aborted ? limit.signal.reason : error
  } finally {
    cancel()
  }
}

export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError'
