import type { NetworkParams } from '@cortensor/config'
import type { EpochNumber, Hex32, NodeId, UnixMs } from '@cortensor/interface'
import type { AuthoredRound, AuthorMessage, AuthorStage, Commission } from '@cortensor/protocols'
import { isCoolingDown } from './commissions.js'
import { type FormFault, questionsFault, themeFault } from './form.js'

/**
 * Where the open challenge of an epoch stands for one observer. `create`: a theme is awaited. `prepare`: questions about it
 * are. `ready`: a round may ask them. `over`: one has, or nobody wrote in time; rounds ask about topics of the catalogue then.
 */
export type AuthoringPhase = 'create' | 'prepare' | 'ready' | 'over'

/** Why an author's message does not count for this observer. */
export type AuthoringFault =
  | FormFault
  /** Its sender was not drawn, or for another stage, or it is of another epoch. */
  | 'not_commissioned'
  /** It was drawn for an epoch before, and rests. */
  | 'cooling_down'
  /** It is the turn of somebody before it. */
  | 'early'
  /** After its turn, or after somebody else has written. */
  | 'late'
  /** A node writes once. */
  | 'twice'
  /** Questions about another theme than the one that counts. */
  | 'unasked'

/** What an observer knows of an epoch before anybody writes. */
export interface AuthoringBase {
  epoch: EpochNumber
  /** Digest of the epoch before. */
  prev: Hex32
  /** Of the state after that epoch. */
  commissions: readonly Commission[]
  authored: readonly AuthoredRound[]
}

export interface AuthoringState extends AuthoringBase {
  phase: AuthoringPhase
  /** When turns began to count in this phase. */
  sinceMs: UnixMs
  created: Extract<AuthorMessage, { type: 'create' }> | null
  prepared: Extract<AuthorMessage, { type: 'prepare' }> | null
}

export type AuthoringEvent =
  | { type: 'message'; message: AuthorMessage; atMs: UnixMs }
  | { type: 'time'; atMs: UnixMs }
  /** A round has asked what was written. */
  | { type: 'asked' }

export interface AuthoringStep {
  state: AuthoringState
  /** Null for what counts. */
  fault: AuthoringFault | null
}

export type AuthoringParams = Pick<NetworkParams, 'deadlines' | 'quiz'>

/**
 * By so much of a turn the clocks of two observers may differ: each begins to count when it hears of the commit, or of the
 * theme.
 */
const SLACK = 0.5

const turnMsOf = (stage: AuthorStage, { deadlines }: AuthoringParams): number =>
  stage === 'create' ? deadlines.quizCreateMs : deadlines.quizPrepareMs

const drawnFor = ({ commissions, epoch }: AuthoringBase, stage: AuthorStage): Commission[] =>
  commissions.filter((one) => one.epoch === epoch && one.stage === stage)

export function beginAuthoring(base: AuthoringBase, nowMs: UnixMs): AuthoringState {
  const isAnybodyDrawn = drawnFor(base, 'create').length > 0 && drawnFor(base, 'prepare').length > 0
  return { ...base, phase: isAnybodyDrawn ? 'create' : 'over', sinceMs: nowMs, created: null, prepared: null }
}

/** When the turn of a rank begins. */
export const turnOfRank = ({ sinceMs }: AuthoringState, stage: AuthorStage, rank: number, params: AuthoringParams): UnixMs =>
  sinceMs + rank * turnMsOf(stage, params)

/** When it ends for who writes; observers wait a little longer. */
export const turnEnd = (state: AuthoringState, stage: AuthorStage, rank: number, params: AuthoringParams): UnixMs =>
  turnOfRank(state, stage, rank + 1, params)

function advanced(state: AuthoringState, atMs: UnixMs, params: AuthoringParams): AuthoringState {
  const { phase } = state
  if (phase !== 'create' && phase !== 'prepare') {
    return state
  }
  const last = turnEnd(state, phase, drawnFor(state, phase).length - 1, params) + SLACK * turnMsOf(phase, params)
  return atMs > last ? { ...state, phase: 'over' } : state
}

/**
 * One step. Pure: the same events give the same state, and a fault changes nothing. Who is drawn writes in its turn, by each
 * observer's own clock; the first that counts ends its stage, and a stage in which nobody wrote ends it all: nothing ever waits
 * for an author.
 */
export function reduceAuthoring(before: AuthoringState, event: AuthoringEvent, params: AuthoringParams): AuthoringStep {
  if (event.type === 'asked') {
    return { state: { ...before, phase: 'over' }, fault: null }
  }
  const state = advanced(before, event.atMs, params)
  if (event.type === 'time') {
    return { state, fault: null }
  }
  const { atMs, message } = event
  const fault = faultOf(state, message, atMs, params)
  if (fault !== null) {
    return { state, fault }
  }
  return message.type === 'create'
    ? { state: { ...state, phase: 'prepare', sinceMs: atMs, created: message }, fault }
    : { state: { ...state, phase: 'ready', sinceMs: atMs, prepared: message }, fault }
}

function faultOf(state: AuthoringState, message: AuthorMessage, atMs: UnixMs, params: AuthoringParams): AuthoringFault | null {
  const { type: stage } = message
  const stranger = strangerFault(state, message, params)
  if (stranger !== null) {
    return stranger
  }
  const own = stage === 'create' ? state.created : state.prepared
  if (own !== null) {
    return own.sender === message.sender ? 'twice' : 'late'
  }
  if (state.phase !== stage) {
    return state.phase === 'create' ? 'unasked' : 'late'
  }
  if (message.type === 'prepare' && message.theme !== state.created?.id) {
    return 'unasked'
  }
  return timeFault(state, message, atMs, params) ?? formFault(state, message)
}

function strangerFault(state: AuthoringState, message: AuthorMessage, params: AuthoringParams): AuthoringFault | null {
  const { sender, type: stage } = message
  const isOfThis = stage === 'prepare' || (message.epoch === state.epoch && message.prev === state.prev)
  if (isOfThis && rankOf(state, stage, sender) !== null) {
    return null
  }
  return isOfThis && isCoolingDown(sender, state.epoch, state.commissions, params) ? 'cooling_down' : 'not_commissioned'
}

/** In the order of a stage's turns; null for a node that was not drawn for it. */
export const rankOf = (base: AuthoringBase, stage: AuthorStage, node: NodeId): number | null =>
  drawnFor(base, stage).find((one) => one.node === node)?.rank ?? null

function timeFault(
  state: AuthoringState,
  { sender, type: stage }: AuthorMessage,
  atMs: UnixMs,
  params: AuthoringParams
): AuthoringFault | null {
  const rank = rankOf(state, stage, sender) ?? 0
  const slackMs = SLACK * turnMsOf(stage, params)
  if (atMs < turnOfRank(state, stage, rank, params) - slackMs) {
    return 'early'
  }
  return atMs > turnEnd(state, stage, rank, params) + slackMs ? 'late' : null
}

const formFault = (state: AuthoringState, message: AuthorMessage): FormFault | null =>
  message.type === 'create'
    ? themeFault(message, state.authored)
    : state.created === null
      ? 'astray'
      : questionsFault(message.questions, state.created)
