import type { NodeId, RequestOptions } from '@cortensor/interface'
import { abortReason, networkError } from '../errors.js'
import { type RequesterInit, sendRequest } from './requester.js'

export interface ActiveRequests {
  send(peer: NodeId, protocol: string, data: Uint8Array, options: RequestOptions | undefined): AsyncIterable<Uint8Array>
  /** Ends all requests in progress with `NETWORK_STREAM_RESET`. */
  abortAll(): void
}

/** Links every request in progress to its caller's signal and to this node's stop. */
export function createActiveRequests(init: RequesterInit): ActiveRequests {
  const controllers = new Set<AbortController>()
  return {
    async *send(peer, protocol, data, options) {
      options?.signal?.throwIfAborted()
      const controller = new AbortController()
      const caller = options?.signal
      const onAbort = (): void => controller.abort(caller === undefined ? undefined : abortReason(caller))
      caller?.addEventListener('abort', onAbort, { once: true })
      controllers.add(controller)
      try {
        yield* sendRequest(init, peer, protocol, data, { ...options, signal: controller.signal })
      } finally {
        caller?.removeEventListener('abort', onAbort)
        controllers.delete(controller)
      }
    },
    abortAll() {
      for (const controller of controllers) {
        controller.abort(networkError('NETWORK_STREAM_RESET', 'This node is stopping'))
      }
    }
  }
}
