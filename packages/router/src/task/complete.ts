import type {
  CompletionEvent,
  CompletionRequest,
  GatewayModel,
  ModelId,
  NodeId,
  Privacy,
  TaskAgreement,
  TaskId,
  TaskPayment
} from '@cortensor/interface'
import {
  feeOf,
  isWireError,
  MAX_INFER_PAYLOAD_BYTES,
  OPEN_SESSION,
  QUIZ_CATEGORIES,
  type QuizCategory
} from '@cortensor/protocols'
import {
  type DirectoryNode,
  findModel,
  type MatchPolicy,
  type MatchRequest,
  matchMiners,
  p95Of,
  promisedMs,
  type Ratings,
  readMinLevel,
  SLA_WEIGHTS,
  stricterLevels
} from '@cortensor/scheduler'
import { utf8Length, within } from '@cortensor/utils'
import type { RouterComponents } from '../components.js'
import type { RouterMetrics } from '../metrics.js'
import type { RouterInit } from '../options.js'
import type { Reservations } from '../sessions/reservations.js'
import type { SessionBook } from '../sessions/session-book.js'
import type { Stakes } from '../sessions/stakes.js'
import { openAttempt, type TaskPlan } from './attempt.js'
import { buildPayload, completeSampling } from './build-task.js'
import type { Capacity } from './capacity.js'
import { type Failed, failed, finalFailure, giveUp, noStake } from './failures.js'
import type { HedgeBudget } from './hedge-budget.js'
import { headerPrice, termsOf } from './payment.js'
import { type RaceResult, race } from './race.js'
import { agreementsOf, type Replicas, startReplicas } from './replicas.js'
import type { AttemptOutcome } from './run-attempt.js'

export interface CompleteContext {
  init: RouterInit
  components: RouterComponents
  metrics: RouterMetrics
  capacity: Capacity
  ratings: Ratings
  book: SessionBook
  reservations: Reservations
  stakes: Stakes
  hedges: HedgeBudget
  /** The least that is paid for a model's class now, in micro-COR for 1,000 tokens. */
  basePrice: (model: ModelId) => number
  /** True for the name or id of a model that this router has seen, though nobody may offer it any more. */
  isKnownModel: (wanted: string) => boolean
  offered: () => GatewayModel[]
  onCompleted: (
    outcome: Extract<AttemptOutcome, { type: 'completed' }>,
    miner: NodeId,
    model: GatewayModel,
    more: { payment: TaskPayment | null; privacy: Privacy; caller: string | null }
  ) => Promise<void>
  onOver: (taskId: TaskId, status: 'failed' | 'cancelled', miners: NodeId[]) => void
  /** Told of every answer that was compared with others. */
  onCompared: (taskId: TaskId, agreement: TaskAgreement) => Promise<void>
}

/** Who asks for this leaves the model to matching: what its miners can do as measured, how fast they are, how free. */
const ANY_MODEL = 'auto'

/** What a request wants of the miners that answer it, the session's policy counted in. */
interface Wishes {
  policy: MatchPolicy
  category: QuizCategory | null
}

/** Null for a category that nobody knows, or a level that none can have. */
function wishesOf({ category, minLevel = {} }: CompletionRequest, policy: MatchPolicy): Wishes | null {
  const known = QUIZ_CATEGORIES.find((one) => one === category) ?? null
  const levels = readMinLevel(minLevel)
  return levels === null || (category !== undefined && known === null)
    ? null
    : { policy: { ...policy, minLevel: stricterLevels(policy.minLevel, levels) }, category: known }
}

/** Chooses miners for a request under its policy. */
function chooser(plan: Pick<TaskPlan, 'session' | 'terms' | 'maxTokens'>, wishes: Wishes, context: CompleteContext) {
  const { basePrice, capacity, components, ratings, reservations, stakes } = context
  const { clock, presence, rng } = components
  const { maxTokens, session, terms } = plan
  const paidFor = (models: readonly ModelId[]): Pick<MatchRequest, 'stakeOf' | 'costOf'> => {
    const bases = new Map(models.map((model) => [model, basePrice(model)]))
    const costOf: MatchRequest['costOf'] = ({ id, priceMicroPerKilotoken }) =>
      feeOf(headerPrice(priceMicroPerKilotoken, bases.get(id) ?? 0, terms), maxTokens)
    return { stakeOf: stakes.stakeOf, costOf }
  }
  return (models: readonly ModelId[], more: Partial<MatchRequest> = {}) => {
    const nowMs = clock.now()
    const wanted: MatchRequest = {
      ...{ nowMs, maxTokens, ...wishes, inFlight: capacity.inFlight, count: 1 },
      maxPriceMicroPerKilotoken: terms.maxPriceMicroPerKilotoken,
      isAvailable: (node) => reservations.isAvailable(node, session),
      isPreferred: (node) => reservations.isReserved(node, session),
      // Under the open session nothing is paid, and nobody needs to be registered to give something away.
      ...(session === OPEN_SESSION ? {} : paidFor(models)),
      ...more
    }
    return matchMiners(presence.directory.offerings(models, nowMs), wanted, ratings, rng)
  }
}

/** Finds a miner for a request, the next one when it fails before its first token, and a second one while it is late. */
export async function* complete(
  request: CompletionRequest,
  context: CompleteContext,
  signal: AbortSignal
): AsyncGenerator<CompletionEvent> {
  const { capacity, components, hedges, init, metrics } = context
  const { clock } = components
  const startedMs = clock.now()
  const session = request.session ?? init.session ?? OPEN_SESSION
  const offered = context.offered()
  const named = request.model === ANY_MODEL ? undefined : findModel(offered, request.model)
  if (named === undefined && request.model !== ANY_MODEL) {
    yield noModel(request.model, context)
    return
  }
  const sampling = completeSampling(request, init)
  const payload = payloadOf(request, sampling)
  if (!(payload instanceof Uint8Array)) {
    yield payload
    return
  }
  const deadlineMs = startedMs + init.params.deadlines.taskDeadlineMs
  const acceptUntilMs = Math.min(deadlineMs, startedMs + (request.maxWaitMs ?? init.params.deadlines.taskDeadlineMs))
  const terms = await termsOf(session, named?.id ?? null, context.book, init.maxPriceMicroPerKilotoken)
  if (typeof terms === 'string') {
    yield failed('insufficient_quota', terms)
    return
  }
  const wishes = wishesOf(request, terms.policy)
  if (wishes === null) {
    yield failed('rejected', `There is no such category or level; categories are ${QUIZ_CATEGORIES.join(', ')}, levels 0 to 10`)
    return
  }
  const { maxTokens } = sampling
  const inTime = <T>(work: (limited: AbortSignal) => Promise<T>): Promise<T> =>
    within(clock, acceptUntilMs - clock.now(), signal, work)
  if (session !== OPEN_SESSION) {
    const ids = named === undefined ? offered.map(({ id }) => id) : [named.id]
    const asked = components.presence.directory.offerings(ids, clock.now())
    const miners = asked.map(({ node }) => node)
    await inTime((limited) => context.stakes.look(miners, limited))
  }
  const match = chooser({ session, terms, maxTokens }, wishes, context)
  const open = offered.filter(({ id }) => terms.model === null || terms.model === id)
  const isPaid = session !== OPEN_SESSION
  /** True when those that would do it lack nothing but a stake, the registry looked at again. */
  const lacksStake = async (models: readonly ModelId[]): Promise<boolean> => {
    const others = isPaid ? match(models, { stakeOf: undefined }) : []
    const nodes = others.map(({ node }) => node)
    await inTime((limited) => context.stakes.look(nodes, limited))
    return others.length > 0 && match(models).length === 0
  }
  const ids = open.map(({ id }) => id)
  const best = (): GatewayModel | undefined => open.find(({ id }) => id === match(ids)[0]?.offer.id)
  let model = named ?? best()
  if (model === undefined && (await lacksStake(ids))) {
    yield noStake(request.model, wishes.policy.minStake)
    return
  }
  model ??= best()
  if (model === undefined) {
    yield noModel(request.model, context)
    return
  }
  const { id } = model
  const privacy = request.privacy ?? wishes.policy.privacy
  const caller = request.caller ?? null
  const plan: TaskPlan = { payload, model, session, terms, maxTokens, startedMs, deadlineMs, privacy, caller, signal }
  const excluded = new Set<NodeId>()
  /** Nobody fits, which is not the same as that nobody is free in time. */
  let isNobody = false
  const choose = (): DirectoryNode | undefined => {
    const node = match([id], { excluded })[0]?.node
    isNobody = node === undefined
    return node
  }
  hedges.earn()
  let last: AttemptOutcome | null = null
  let replicas: Replicas | null = null
  for (let attempt = 1; attempt <= (init.maxAttempts ?? 3) && clock.now() < acceptUntilMs; attempt++) {
    let miner: DirectoryNode | null =
      attempt === 1 ? await capacity.take(id, choose, { untilMs: acceptUntilMs, signal }) : capacity.takeNow(choose)
    if (miner === null && isNobody && attempt === 1) {
      if (await lacksStake([id])) {
        yield noStake(model.name, wishes.policy.minStake)
        return
      }
      miner = capacity.takeNow(choose)
    }
    if (miner === null) {
      break
    }
    excluded.add(miner.nodeId)
    const first = openAttempt(miner, attempt, plan, context)
    if (typeof first === 'string') {
      yield failed('insufficient_quota', first)
      return
    }
    replicas ??= startReplicas({ miner, plan, policy: wishes.policy, excluded, match, context })
    const racing = race({
      clock,
      first,
      hedgeAfterMs: SLA_WEIGHTS[wishes.policy.sla].hedges ? lateAfterMs(miner, plan, context) : null,
      hedge() {
        const second = hedges.spend() ? capacity.takeNow(choose) : null
        if (second === null) {
          return null
        }
        excluded.add(second.nodeId)
        const opened = openAttempt(second, attempt, plan, context)
        return typeof opened === 'string' ? null : opened
      }
    })
    let result: RaceResult | null = null
    let hasBegun = false
    try {
      while (result === null) {
        const step = await racing.next()
        if (step.done === true) {
          result = step.value
          break
        }
        if (step.value.type === 'delta' && !hasBegun) {
          hasBegun = true
          metrics.firstToken.observe((clock.now() - startedMs) / 1000)
        }
        replicas.text += step.value.type === 'delta' ? step.value.text : ''
        yield step.value
      }
    } finally {
      await racing.return(undefined as never)
    }
    last = result.outcome
    if (last.type === 'completed') {
      const { cid, fingerprint, finishReason, taskId, usage } = last
      const miner = result.attempt.miner.nodeId
      const agreements = await agreementsOf(replicas, { taskId, miner }, wishes.category)
      await Promise.all(agreements.map((one, i) => context.onCompared(one.answers[i]?.taskId ?? taskId, one)))
      const [agreement] = agreements
      yield {
        type: 'end',
        taskId,
        miner,
        finishReason,
        usage,
        fingerprint,
        cid,
        ...(agreement === undefined ? {} : { agreement })
      }
      return
    }
    const ended = finalFailure(last)
    if (ended !== null) {
      yield ended
      return
    }
  }
  yield giveUp(last, model)
}

/** By then 95 of 100 of its answers would have begun, as far as this router knows. */
function lateAfterMs(
  { nodeId, presence }: DirectoryNode,
  { model, payload }: TaskPlan,
  { components, ratings }: CompleteContext
): number {
  const offer = presence.models.find(({ id }) => id === model.id)
  const nowMs = components.clock.now()
  const promised = offer === undefined ? 0 : promisedMs(offer, payload.byteLength / BYTES_PER_TOKEN, 0).firstTokenMs
  return p95Of(ratings.firstToken(nodeId, model.id, promised, nowMs))
}

/** Of ordinary text; the exact count is the miner's to know. */
const BYTES_PER_TOKEN = 4

/** The payload of a request, or why it has none. */
function payloadOf(request: CompletionRequest, sampling: ReturnType<typeof completeSampling>): Uint8Array | Failed {
  try {
    return buildPayload(request, sampling)
  } catch (error) {
    if (!isWireError(error)) {
      throw error
    }
    const isTooLong = request.messages.some(({ content }) => utf8Length(content) > MAX_INFER_PAYLOAD_BYTES)
    return isTooLong || error.code === 'WIRE_TOO_LARGE'
      ? failed('context_length_exceeded', 'The messages are longer than any model of this network reads')
      : failed('rejected', error.message)
  }
}

function noModel(wanted: string, context: CompleteContext): Failed {
  const { clock, presence } = context.components
  if (presence.directory.live(clock.now(), 'miner').length === 0) {
    return failed('no_miner', 'No miner is in reach yet; try again in a moment')
  }
  return context.isKnownModel(wanted) || wanted === ANY_MODEL
    ? failed('no_miner', `No live miner offers ${wanted} right now; try again in a moment`)
    : failed('model_not_found', `No miner offers a model named ${wanted}; GET /v1/models lists those on offer`)
}
