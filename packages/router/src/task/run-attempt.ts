import type {
  CidString,
  CompletionEvent,
  FinishReason,
  GatewayModel,
  GenerateUsage,
  NodeId,
  Privacy,
  SessionId,
  TaskId
} from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { DeclineReason, OpenedEnvelope } from '@cortensor/protocols'
import { isWireError } from '@cortensor/protocols'
import type { DirectoryNode } from '@cortensor/scheduler'
import type { RouterComponents } from '../components.js'
import type { RouterInit } from '../options.js'
import { openAcknowledgement } from './acknowledgement.js'
import { assign } from './build-task.js'
import { inferStream, isTimeout } from './infer-stream.js'

export interface AttemptInit {
  payload: Uint8Array
  model: GatewayModel
  miner: DirectoryNode
  session: SessionId
  priceMicroPerKilotoken: number
  maxTokens: number
  attempt: number
  deadlineMs: number
  privacy: Privacy
  signal: AbortSignal
  /** True once another miner was quicker: then nobody needs to hear of this assignment. */
  isGivenUp: () => boolean
  /** Told before the header leaves this router. */
  onAssigned: (taskId: TaskId) => void
}

/** How one assignment ended. `streamed`: the client has seen tokens of it, so it cannot quietly start again. */
export type AttemptOutcome =
  | {
      type: 'completed'
      taskId: TaskId
      /** Of the header. */
      nonce: Uint8Array
      cid: CidString
      usage: GenerateUsage
      finishReason: FinishReason
      fingerprint: string
    }
  | { type: 'declined'; taskId: TaskId; reason: DeclineReason; message: string }
  | { type: 'timeout' | 'failed'; taskId: TaskId; streamed: boolean; message: string }

/** No token of the vocabularies in use is longer: a miner that says it sent fewer tokens than it did is found out. */
const MAX_TOKEN_CHARACTERS = 512

/** Assigns the task to one miner and passes its tokens on. */
export async function* runAttempt(
  init: AttemptInit,
  router: RouterInit,
  components: RouterComponents
): AsyncGenerator<CompletionEvent, AttemptOutcome> {
  const { deadlines } = router.params
  const miner: NodeId = init.miner.nodeId
  const task = { ...init, model: init.model.id, miner }
  const { header, nonce, request, taskId } = await assign(task, router, components)
  init.onAssigned(taskId)
  let isBroadcast = false
  /**
   * Not before the client has the first token: the miner has the header in its request, and everybody's work on it would only delay the
   * answer.
   */
  const broadcastHeader = async (): Promise<void> => {
    if (!isBroadcast) {
      isBroadcast = true
      await components.publisher.broadcast(header)
    }
  }
  let streamed = false
  let tokens = 0
  let characters = 0
  let fingerprint: string | null = null
  let taken: OpenedEnvelope | null = null
  let isUndone = false
  const undone = (type: 'failed' | 'timeout', message: string): AttemptOutcome => {
    isUndone = true
    return { type, taskId, streamed, message }
  }
  const failed = (message: string): AttemptOutcome => undone('failed', message)
  try {
    const frames = inferStream({
      network: components.network,
      clock: components.clock,
      networkId: router.networkId,
      miner,
      addresses: init.miner.presence.addresses,
      request,
      ackMs: deadlines.taskAckMs,
      gapMs: deadlines.tokenGapMs,
      deadlineMs: init.deadlineMs,
      signal: init.signal
    })
    for await (const frame of frames) {
      // First the miner takes the task, then it answers, and it can fail at any time; anything else is no answer.
      const isAnswer = frame.type === 'token' || frame.type === 'end'
      if (frame.type !== 'failed' && isAnswer !== (fingerprint !== null)) {
        return failed(`The miner sent "${frame.type}" out of turn`)
      }
      switch (frame.type) {
        case 'queued':
          taken = await openAcknowledgement(frame.acknowledgement, {
            ...{ taskId, miner, networkId: router.networkId, verifier: components.verifier },
            nowMs: components.clock.now()
          })
          break
        case 'accepted':
          if (taken === null) {
            return failed('The miner did not sign that it takes the task')
          }
          fingerprint = frame.fingerprint
          yield { type: 'assigned', taskId, miner, model: init.model, attempt: init.attempt }
          break
        case 'declined':
          return { type: 'declined', taskId, reason: frame.reason, message: frame.message }
        case 'token':
          if (tokens > 0) {
            await broadcastHeader()
          }
          tokens += frame.count
          characters += frame.text.length
          if (tokens > init.maxTokens || characters > init.maxTokens * MAX_TOKEN_CHARACTERS) {
            return failed('The miner sent more tokens than were asked for')
          }
          if (frame.text !== '') {
            streamed = true
            yield { type: 'delta', text: frame.text }
          }
          break
        case 'failed':
          return failed(frame.message)
        case 'end': {
          const { finishReason, promptTokens, transcript } = frame
          const usage = { promptTokens, completionTokens: tokens }
          return { type: 'completed', taskId, nonce, cid: transcript, usage, finishReason, fingerprint: fingerprint ?? '' }
        }
      }
    }
    return failed('The miner ended its stream before the answer was complete')
  } catch (error) {
    if (init.signal.aborted) {
      throw error
    }
    if (isWireError(error)) {
      components.network.report(miner, 'protocol-violation')
    }
    return undone(isTimeout(error) ? 'timeout' : 'failed', errorMessage(error))
  } finally {
    if (!init.isGivenUp()) {
      await broadcastHeader()
      // With the header it shows the oracles that the miner took the task; that nothing came of it, they see themselves.
      if (isUndone && taken !== null) {
        await components.publisher.broadcast(taken)
      }
    }
  }
}
