import type {
  CompletionEvent,
  CompletionRequest,
  GatewayModel,
  NodeId,
  TaskFailure,
  TaskId,
  TaskPayment
} from '@cortensor/interface'
import { feeOf, isWireError, MAX_INFER_PAYLOAD_BYTES, OPEN_SESSION } from '@cortensor/protocols'
import {
  chatOffer,
  type DirectoryNode,
  findModel,
  type MatchRequest,
  matchMiners,
  offeredModels,
  type Ratings
} from '@cortensor/scheduler'
import { utf8Length } from '@cortensor/utils'
import type { RouterComponents } from '../components.js'
import type { RouterMetrics } from '../metrics.js'
import type { RouterInit } from '../options.js'
import type { SessionBook } from '../sessions/session-book.js'
import { buildPayload, completeSampling } from './build-task.js'
import type { Capacity } from './capacity.js'
import { closeReservation, maxPriceOf, tooDear } from './payment.js'
import { type AttemptOutcome, runAttempt } from './run-attempt.js'

export interface CompleteContext {
  init: RouterInit
  components: RouterComponents
  metrics: RouterMetrics
  capacity: Capacity
  ratings: Ratings
  book: SessionBook
  /** True for the name or id of a model that this router has seen, though nobody may offer it any more. */
  isKnownModel: (wanted: string) => boolean
  firstSeenMs: (model: GatewayModel['id']) => number
  onCompleted: (
    outcome: Extract<AttemptOutcome, { type: 'completed' }>,
    miner: NodeId,
    model: GatewayModel,
    payment: TaskPayment | null
  ) => Promise<void>
  onOver: (taskId: TaskId, status: 'failed' | 'cancelled', miners: NodeId[]) => void
}

type Failed = Extract<CompletionEvent, { type: 'failed' }>

const failed = (failure: TaskFailure, message: string, taskId: TaskId | null = null): Failed => ({
  type: 'failed',
  taskId,
  failure,
  message
})

/** Declines that another miner of the same model would repeat. */
const FINAL_DECLINES: Readonly<Partial<Record<string, TaskFailure>>> = {
  context_length_exceeded: 'context_length_exceeded',
  invalid_request: 'rejected'
}

/** Who asks for this leaves the model to matching: what its miners can do as measured, how fast they are, how free. */
const ANY_MODEL = 'auto'

function likeliest(
  offered: readonly GatewayModel[],
  request: CompletionRequest,
  { capacity, components, init, ratings }: CompleteContext
): GatewayModel | undefined {
  const nowMs = components.clock.now()
  const wanted: MatchRequest = {
    models: offered.map(({ id }) => id),
    nowMs,
    inFlight: capacity.inFlight,
    maxTokens: completeSampling(request, init).maxTokens
  }
  const match = matchMiners(components.presence.directory.live(nowMs, 'miner'), wanted, ratings, components.rng)[0]
  return offered.find(({ id }) => id === match?.offer.id)
}

/** Finds a miner for a request, and the next one when it fails before its first token. */
export async function* complete(
  request: CompletionRequest,
  context: CompleteContext,
  signal: AbortSignal
): AsyncGenerator<CompletionEvent> {
  const { capacity, components, init, metrics, ratings } = context
  const { clock, presence, rng } = components
  const startedMs = clock.now()
  const offered = offeredModels(presence.directory.live(startedMs), context.firstSeenMs)
  const model = request.model === ANY_MODEL ? likeliest(offered, request, context) : findModel(offered, request.model)
  if (model === undefined) {
    yield noModel(request.model, context)
    return
  }
  const sampling = completeSampling(request, init)
  let payload: Uint8Array
  try {
    payload = buildPayload(request, sampling)
  } catch (error) {
    if (!isWireError(error)) {
      throw error
    }
    const isTooLong = request.messages.some(({ content }) => utf8Length(content) > MAX_INFER_PAYLOAD_BYTES)
    yield isTooLong || error.code === 'WIRE_TOO_LARGE'
      ? failed('context_length_exceeded', 'The messages are longer than any model of this network reads')
      : failed('rejected', error.message)
    return
  }
  const deadlineMs = startedMs + init.params.deadlines.taskDeadlineMs
  const acceptUntilMs = Math.min(deadlineMs, startedMs + (request.maxWaitMs ?? init.params.deadlines.taskDeadlineMs))
  const session = request.session ?? init.session ?? OPEN_SESSION
  const maxPriceMicroPerKilotoken = await maxPriceOf(session, model.id, context.book, init.maxPriceMicroPerKilotoken)
  if (typeof maxPriceMicroPerKilotoken === 'string') {
    yield failed('insufficient_quota', maxPriceMicroPerKilotoken)
    return
  }
  const excluded = new Set<NodeId>()
  const choose = (): DirectoryNode | undefined => {
    const nowMs = clock.now()
    const wanted: MatchRequest = {
      models: [model.id],
      nowMs,
      excluded,
      maxPriceMicroPerKilotoken,
      inFlight: capacity.inFlight,
      maxTokens: sampling.maxTokens
    }
    return matchMiners(presence.directory.live(nowMs, 'miner'), wanted, ratings, rng)[0]?.node
  }
  let last: AttemptOutcome | null = null
  for (let attempt = 1; attempt <= (init.maxAttempts ?? 3) && clock.now() < acceptUntilMs; attempt++) {
    const miner: DirectoryNode | null =
      attempt === 1 ? await capacity.take(model.id, choose, { untilMs: acceptUntilMs, signal }) : capacity.takeNow(choose)
    if (miner === null) {
      break
    }
    excluded.add(miner.nodeId)
    // Time spent waiting for the miner, not for the client.
    let waitedMs = 0
    let firstTokenMs: number | null = null
    const priceMicroPerKilotoken = session === OPEN_SESSION ? 0 : (chatOffer(miner, model.id)?.priceMicroPerKilotoken ?? 0)
    const most = feeOf(priceMicroPerKilotoken, sampling.maxTokens)
    const reservation = session === OPEN_SESSION ? null : context.book.reserve(session, most)
    if (session !== OPEN_SESSION && reservation === null) {
      capacity.release(miner.nodeId)
      yield failed('insufficient_quota', tooDear(most))
      return
    }
    let assigned: TaskId | null = null
    let outcome: AttemptOutcome | null = null
    const run = runAttempt(
      {
        ...{ payload, model, miner, session, priceMicroPerKilotoken, maxTokens: sampling.maxTokens, attempt, deadlineMs, signal },
        onAssigned: (taskId) => {
          assigned = taskId
        }
      },
      init,
      components
    )
    let openTask: TaskId | null = null
    try {
      for (;;) {
        const askedMs = clock.now()
        const step = await run.next()
        waitedMs += clock.now() - askedMs
        if (step.done === true) {
          outcome = step.value
          last = step.value
          break
        }
        if (step.value.type === 'assigned') {
          openTask = step.value.taskId
        } else if (step.value.type === 'delta' && firstTokenMs === null) {
          firstTokenMs = waitedMs
          metrics.firstToken.observe((clock.now() - startedMs) / 1000)
        }
        yield step.value
      }
    } finally {
      capacity.release(miner.nodeId)
      closeReservation(reservation, {
        assigned,
        outcome,
        most,
        priceMicroPerKilotoken,
        expiryMs: deadlineMs + init.params.epoch.itemTtlMs
      })
      if (last?.taskId !== openTask && openTask !== null) {
        context.onOver(openTask, 'cancelled', [miner.nodeId])
      }
      await run.return(undefined as never)
    }
    metrics.attempts.inc({ outcome: last.type })
    rate(last, { miner: miner.nodeId, model: model.id, totalMs: waitedMs, firstTokenMs }, context)
    if (last.type === 'completed') {
      const cost = feeOf(priceMicroPerKilotoken, last.usage.completionTokens)
      const payment = { session, priceMicroPerKilotoken, cost, state: 'pending' } as const
      await context.onCompleted(last, miner.nodeId, model, session === OPEN_SESSION ? null : payment)
      const { cid, fingerprint, finishReason, taskId, usage } = last
      yield { type: 'end', taskId, miner: miner.nodeId, finishReason, usage, fingerprint, cid }
      return
    }
    context.onOver(last.taskId, 'failed', [miner.nodeId])
    components.logger.info('An assignment failed', {
      taskId: last.taskId,
      miner: miner.nodeId,
      outcome: last.type,
      reason: last.message
    })
    const ended = finalFailure(last)
    if (ended !== null) {
      yield ended
      return
    }
  }
  yield giveUp(last, model)
}

/** What an assignment says of its miner. A miner that declines is honest about it: that is no failure. */
function rate(
  outcome: AttemptOutcome,
  seen: { miner: NodeId; model: GatewayModel['id']; totalMs: number; firstTokenMs: number | null },
  { components, ratings }: CompleteContext
): void {
  const nowMs = components.clock.now()
  const { miner: nodeId, model, totalMs } = seen
  if (outcome.type === 'completed') {
    const { promptTokens, completionTokens } = outcome.usage
    const firstTokenMs = seen.firstTokenMs ?? totalMs
    ratings.observe({ type: 'completed', nodeId, model, promptTokens, completionTokens, firstTokenMs, totalMs }, nowMs)
  } else if (outcome.type !== 'declined') {
    ratings.observe({ type: 'failed', nodeId }, nowMs)
  }
}

/** What cannot be tried again: an answer that the client has half seen, or a request that every miner would refuse. */
function finalFailure(outcome: Exclude<AttemptOutcome, { type: 'completed' }>): Failed | null {
  if (outcome.type === 'declined') {
    const failure = FINAL_DECLINES[outcome.reason]
    return failure === undefined ? null : failed(failure, outcome.message, outcome.taskId)
  }
  if (!outcome.streamed) {
    return null
  }
  return outcome.type === 'timeout'
    ? failed('timeout', 'The miner fell silent in the middle of its answer', outcome.taskId)
    : failed('miner_failed', `The miner failed in the middle of its answer: ${outcome.message}`, outcome.taskId)
}

function giveUp(last: AttemptOutcome | null, model: GatewayModel): Failed {
  if (last === null) {
    return failed('no_miner', `No miner is free for ${model.name} right now; try again in a moment`)
  }
  switch (last.type) {
    case 'timeout':
      return failed('timeout', 'No miner answered in time', last.taskId)
    case 'declined':
      if (last.reason === 'unpaid') {
        return failed('insufficient_quota', `The miners see no money for this request: ${last.message}`, last.taskId)
      }
      return failed('no_miner', `Every miner of ${model.name} declined: ${last.message}`, last.taskId)
    default:
      return failed('miner_failed', 'Every miner that was tried failed', last.taskId)
  }
}

function noModel(wanted: string, context: CompleteContext): Failed {
  const { clock, presence } = context.components
  if (presence.directory.live(clock.now(), 'miner').length === 0) {
    return failed('no_miner', 'No miner is in reach yet; try again in a moment')
  }
  return context.isKnownModel(wanted)
    ? failed('no_miner', `No live miner offers ${wanted} right now; try again in a moment`)
    : failed('model_not_found', `No miner offers a model named ${wanted}; GET /v1/models lists those on offer`)
}
