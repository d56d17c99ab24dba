import type { CompletionEvent, GatewayModel, Privacy, SessionId, TaskId, UnixMs } from '@cortensor/interface'
import { feeOf, OPEN_SESSION } from '@cortensor/protocols'
import { chatOffer, type DirectoryNode } from '@cortensor/scheduler'
import type { CompleteContext } from './complete.js'
import { closeReservation, headerPrice, type TaskTerms } from './payment.js'
import { type AttemptOutcome, runAttempt } from './run-attempt.js'

/** What all assignments of one request have in common. */
export interface TaskPlan {
  payload: Uint8Array
  model: GatewayModel
  session: SessionId
  terms: TaskTerms
  maxTokens: number
  startedMs: UnixMs
  deadlineMs: UnixMs
  privacy: Privacy
  /** By what whoever asks is known again. */
  caller: string | null
  signal: AbortSignal
}

export type AttemptStep = IteratorResult<CompletionEvent, AttemptOutcome>

/** One assignment, with what it costs and what it says of its miner. */
export interface Attempt {
  readonly miner: DirectoryNode
  /** Time spent waiting for the miner, not for the client, in ms. */
  waitedMs(): number
  next(): Promise<AttemptStep>
  /** After its end, or to cancel it: then the miner stops, and no receipt says that it did anything. Idempotent. */
  close(): Promise<void>
  /** It is given up because it was late: what its router learns of the miner's speed. */
  late(): void
}

/** Takes the money for one assignment, or says why there is none. The capacity of the miner has been taken before. */
export function openAttempt(miner: DirectoryNode, attempt: number, plan: TaskPlan, context: CompleteContext): Attempt | string {
  const { capacity, components, init, metrics, ratings, reservations } = context
  const { clock } = components
  const { caller, deadlineMs, maxTokens, model, payload, privacy, session, terms } = plan
  const isPaid = session !== OPEN_SESSION
  const asked = chatOffer(miner, model.id)?.priceMicroPerKilotoken ?? 0
  const priceMicroPerKilotoken = isPaid ? headerPrice(asked, context.basePrice(model.id), terms) : 0
  const most = feeOf(priceMicroPerKilotoken, maxTokens)
  const reservation = isPaid ? context.book.reserve(session, most) : null
  if (typeof reservation === 'string') {
    capacity.release(miner.nodeId)
    return reservation
  }
  reservations.begin(miner.nodeId, session, terms.policy)
  const openedMs = clock.now()
  const own = new AbortController()
  let assigned: TaskId | null = null
  let openTask: TaskId | null = null
  let outcome: AttemptOutcome | null = null
  let waitedMs = 0
  let firstTokenMs: number | null = null
  let isClosed = false
  let isGivenUp = false
  const run = runAttempt(
    {
      ...{ payload, model, miner, session, priceMicroPerKilotoken, maxTokens, attempt, deadlineMs, privacy },
      signal: AbortSignal.any([plan.signal, own.signal]),
      isGivenUp: () => isGivenUp,
      onAssigned: (taskId) => {
        assigned = taskId
      }
    },
    init,
    components
  )

  /** What it says of its miner. A miner that declines is honest about it: that is no failure. */
  const rate = (ended: AttemptOutcome): void => {
    const { nodeId } = miner
    if (ended.type === 'completed') {
      const { completionTokens, promptTokens } = ended.usage
      const speeds = { firstTokenMs: firstTokenMs ?? waitedMs, totalMs: waitedMs }
      ratings.observe({ type: 'completed', nodeId, model: model.id, promptTokens, completionTokens, ...speeds }, clock.now())
    } else if (ended.type !== 'declined') {
      ratings.observe({ type: 'failed', nodeId }, clock.now())
    }
  }
  const finish = async (ended: AttemptOutcome): Promise<void> => {
    outcome = ended
    await attemptOver()
    metrics.attempts.inc({ outcome: ended.type })
    rate(ended)
    if (ended.type === 'completed') {
      const cost = feeOf(priceMicroPerKilotoken, ended.usage.completionTokens)
      const payment = isPaid ? ({ session, priceMicroPerKilotoken, cost, state: 'pending' } as const) : null
      await context.onCompleted(ended, miner.nodeId, model, { payment, privacy, caller })
    } else {
      context.onOver(ended.taskId, 'failed', [miner.nodeId])
      const { message: reason, taskId, type } = ended
      components.logger.info('An assignment failed', { taskId, miner: miner.nodeId, outcome: type, reason })
    }
  }
  const attemptOver = async (): Promise<void> => {
    if (isClosed) {
      return
    }
    isClosed = true
    capacity.release(miner.nodeId)
    reservations.end(miner.nodeId, session)
    const expiryMs = deadlineMs + init.params.epoch.itemTtlMs
    closeReservation(reservation, { assigned, outcome, most, priceMicroPerKilotoken, expiryMs })
    if (outcome === null && openTask !== null) {
      context.onOver(openTask, 'cancelled', [miner.nodeId])
    }
    own.abort()
    await run.return(undefined as never)
  }
  return {
    miner,
    waitedMs: () => waitedMs,
    async next() {
      const askedMs = clock.now()
      const step = await run.next()
      waitedMs += clock.now() - askedMs
      if (step.done === true) {
        await finish(step.value)
      } else if (step.value.type === 'assigned') {
        openTask = step.value.taskId
      } else if (step.value.type === 'delta') {
        firstTokenMs ??= waitedMs
      }
      return step
    },
    close: attemptOver,
    late() {
      isGivenUp = true
      metrics.attempts.inc({ outcome: 'late' })
      const afterMs = clock.now() - openedMs
      ratings.observe({ type: 'late', nodeId: miner.nodeId, model: model.id, tokens: maxTokens, afterMs }, clock.now())
    }
  }
}
