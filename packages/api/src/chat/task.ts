import type { CompletionEvent, CompletionRequest, Gateway, Logger } from '@cortensor/interface'
import { createShuttingDownError, failureToHttpError, HttpError, toHttpError } from '../http-error.js'

export type AssignedEvent = Extract<CompletionEvent, { type: 'assigned' }>
export type EndEvent = Extract<CompletionEvent, { type: 'end' }>
export type TaskEvent = Exclude<CompletionEvent, { type: 'failed' }>

/** One completion in progress, with every way to fail turned into an `HttpError`. */
export interface Task {
  /** The next event; `end` is the last. Throws an `HttpError` for everything that is not a good end, also for an abort. */
  next(): Promise<TaskEvent>
  /** Frees everything, and cancels the task at its miner unless it ended. Idempotent. */
  close(): void
}

export interface OpenTaskInit {
  gateway: Gateway
  request: CompletionRequest
  logger: Logger
  /** Aborts when the client goes away. */
  disconnected: AbortSignal
  /** Aborts when the server stops. */
  closing: AbortSignal
  /** Called once, when the task is closed. */
  onClose: () => void
}

/** Rejects at the abort, also when whoever makes the promise is slow to notice it. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    if (signal.aborted) {
      onAbort()
    }
  })
}

export function openTask({ gateway, request, logger, disconnected, closing, onClose }: OpenTaskInit): Task {
  const controller = new AbortController()
  const { signal } = controller
  let state: 'running' | 'ended' | 'closed' = 'running'

  const onDisconnect = (): void => {
    controller.abort(new HttpError('cancelled', 'The client went away.'))
    close()
  }
  const onClosing = (): void => controller.abort(createShuttingDownError())
  disconnected.addEventListener('abort', onDisconnect, { once: true })
  closing.addEventListener('abort', onClosing, { once: true })

  let iterator: AsyncIterator<CompletionEvent> | undefined

  function close(): void {
    if (state === 'closed') {
      return
    }
    const ended = state === 'ended'
    state = 'closed'
    disconnected.removeEventListener('abort', onDisconnect)
    closing.removeEventListener('abort', onClosing)
    if (!ended) {
      controller.abort(new HttpError('cancelled', 'The task was cancelled.'))
    }
    // After its last event the iteration is run to its end, as a loop would do; otherwise it is left early.
    const left = ended ? iterator?.next() : iterator?.return?.()
    left?.catch(() => {})
    onClose()
  }

  async function next(): Promise<TaskEvent> {
    try {
      signal.throwIfAborted()
      iterator ??= gateway.complete(request, { signal })[Symbol.asyncIterator]()
      const step = await abortable(iterator.next(), signal)
      const event: CompletionEvent = step.done === true ? NO_END : step.value
      if (event.type === 'failed') {
        state = state === 'running' ? 'ended' : state
        throw failureToHttpError(event.failure, event.message)
      }
      if (event.type === 'end') {
        state = state === 'running' ? 'ended' : state
        if (event.finishReason === 'cancelled') {
          throw failureToHttpError('miner_failed', 'The miner stopped before the answer was complete. Send the request again.')
        }
      }
      return event
    } catch (error) {
      // The gateway may answer an abort in its own words; ours say who aborted.
      const shown = signal.aborted ? signal.reason : error
      if (!(shown instanceof HttpError)) {
        logger.error('The gateway broke off a completion', { error: shown })
      }
      throw toHttpError(shown)
    }
  }

  if (disconnected.aborted) {
    onDisconnect()
  } else if (closing.aborted) {
    onClosing()
  }
  return { next, close }
}

/** A gateway that just stops must not look like a complete answer. */
const NO_END: CompletionEvent = {
  type: 'failed',
  taskId: null,
  failure: 'miner_failed',
  message: 'The answer broke off before its end. Send the request again.'
}
