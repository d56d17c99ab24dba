import { bumpFees, type Fees } from '../fees.js'
import {
  type Entry,
  newestOf,
  type Observation,
  type Outcome,
  type QueueContext,
  type QueueEffect,
  type QueueEvent,
  type QueueState,
  VOID_GAS
} from './state.js'

export interface QueueStep {
  state: QueueState
  effects: QueueEffect[]
}

/** An eighth more each time: 24 versions pay sixteen times as much as the first. */
const MAX_VERSIONS = 24
/** An RPC may tell of a used nonce before it has the receipt. */
const MAX_MISSES = 10
/** Gaps are filled a few nonces at a time: pools hold only so many of one account. */
const MAX_FILL = 16
/** Pools hold up to 64 transactions of one account. */
const MAX_FOREIGN = 64

function versionOf(context: QueueContext, entry: Pick<Entry, 'nonce' | 'call' | 'gasLimit'>, kind: 'call' | 'void', fees: Fees) {
  const isVoid = kind === 'void'
  const signed = context.sign(entry.nonce, isVoid ? null : entry.call, isVoid ? VOID_GAS : entry.gasLimit, fees)
  return { kind, fees, ...signed }
}

function createEntry(
  context: QueueContext,
  init: Pick<Entry, 'nonce' | 'call' | 'gasLimit' | 'confirmations'>,
  fees: Fees,
  nowMs: number
): Entry {
  const versions = [versionOf(context, init, init.call === null ? 'void' : 'call', fees)]
  const times = { sentAtMs: nowMs, signedAtMs: nowMs }
  return { ...init, versions, givenUp: null, isTold: false, mined: null, misses: 0, missedSince: 0, ...times }
}

function outcomeOf(entry: Entry, mined: NonNullable<Entry['mined']>): Outcome {
  const version = entry.versions.find(({ hash }) => hash === mined.hash)
  if (version?.kind === 'void' && entry.givenUp !== null) {
    return { type: 'given-up', ...entry.givenUp }
  }
  return { type: mined.isSuccess ? 'mined' : 'failed', mined }
}

/** A nonce that the chain has used. */
function settle(context: QueueContext, entry: Entry, look: Observation): { entry: Entry | null; effects: QueueEffect[] } {
  const mined = look.mined.get(entry.nonce)
  if (mined === undefined && entry.mined === null) {
    return { entry, effects: [] }
  }
  if (mined === null) {
    const misses = entry.misses + 1
    const missedSince = entry.misses === 0 ? look.headNumber : entry.missedSince
    if (misses < MAX_MISSES || look.headNumber < missedSince + entry.confirmations) {
      return { entry: { ...entry, misses, missedSince }, effects: [] }
    }
    const tell: QueueEffect[] = entry.isTold ? [] : [{ type: 'tell', entry, outcome: { type: 'taken' } }]
    return { entry: null, effects: [{ type: 'forget', nonce: entry.nonce }, ...tell] }
  }
  const at = mined ?? (entry.mined as NonNullable<Entry['mined']>)
  const depth = look.headNumber - at.block.number + 1
  let next: Entry = { ...entry, mined: at, misses: 0 }
  const effects: QueueEffect[] = []
  if (!entry.isTold && depth >= entry.confirmations) {
    next = { ...next, isTold: true }
    effects.push({ type: 'tell', entry: next, outcome: outcomeOf(next, at) })
  }
  if (next.isTold && depth >= context.forgetDepth) {
    return { entry: null, effects: [...effects, { type: 'forget', nonce: entry.nonce }] }
  }
  return { entry: next, effects }
}

function signAgain(context: QueueContext, entry: Entry, kind: 'call' | 'void', look: Observation): Entry | null {
  const fees = look.fees === null ? null : bumpFees(newestOf(entry).fees, look.fees, context.maxFeePerGas)
  if (fees === null || entry.versions.length >= MAX_VERSIONS) {
    return null
  }
  const versions = [...entry.versions, versionOf(context, entry, kind, fees)]
  return { ...entry, versions, signedAtMs: look.nowMs, sentAtMs: look.nowMs }
}

/** A nonce that the chain still waits for. Only the oldest can hold up others, so only it pays more. */
function push(
  context: QueueContext,
  found: Entry,
  isOldest: boolean,
  look: Observation,
  next: number
): { entry: Entry; effects: QueueEffect[] } {
  const isReorged = found.mined !== null
  const entry: Entry = { ...found, mined: null, misses: 0 }
  const isDue = isReorged || look.nowMs - entry.sentAtMs >= context.resendAfterMs
  const kind = newestOf(entry).kind
  const signed = (again: Entry, why: 'bumped' | 'given-up') => ({
    entry: again,
    effects: [
      { type: 'record', entry: again, next },
      { type: 'send', entry: again, why }
    ] satisfies QueueEffect[]
  })
  if (isOldest && look.doom !== null && kind === 'call') {
    const again = signAgain(context, entry, 'void', look)
    if (again !== null) {
      return signed({ ...again, givenUp: look.doom }, 'given-up')
    }
  }
  if (isOldest && !isReorged && look.nowMs - entry.signedAtMs >= context.stuckAfterMs) {
    const again = signAgain(context, entry, kind, look)
    if (again !== null) {
      return signed(again, 'bumped')
    }
  }
  if (!isDue) {
    return { entry, effects: [] }
  }
  const sent = { ...entry, sentAtMs: look.nowMs }
  return { entry: sent, effects: [{ type: 'send', entry: sent, why: isReorged ? 'reorged' : 'again' }] }
}

/** The chain waits for nonces that nobody here holds: transactions of ours that a deep reorg took, or that somebody else dropped. */
function fillGap(context: QueueContext, state: QueueState, look: Observation): QueueStep {
  const waiting = state.entries.find(({ nonce }) => nonce >= look.used)
  const end = Math.min(waiting?.nonce ?? state.next, look.used + MAX_FILL)
  if (end <= look.used) {
    return { state: { ...state, gapSinceMs: null }, effects: [] }
  }
  const gapSinceMs = state.gapSinceMs ?? look.nowMs
  if (look.nowMs - gapSinceMs < context.stuckAfterMs || look.fees === null) {
    return { state: { ...state, gapSinceMs }, effects: [] }
  }
  const fees = look.fees
  const fillers = Array.from({ length: end - look.used }, (_, i) => {
    const init = { nonce: look.used + i, call: null, gasLimit: VOID_GAS, confirmations: 1 }
    return createEntry(context, init, fees, look.nowMs)
  })
  const entries = [...state.entries, ...fillers].sort((a, b) => a.nonce - b.nonce)
  return {
    state: { ...state, entries, gapSinceMs: null },
    effects: fillers.flatMap((entry): QueueEffect[] => [
      { type: 'record', entry, next: state.next },
      { type: 'send', entry, why: 'gap' }
    ])
  }
}

function look(context: QueueContext, state: QueueState, observation: Observation): QueueStep {
  const effects: QueueEffect[] = []
  const entries: Entry[] = []
  let isOldest = true
  for (const entry of state.entries) {
    if (entry.nonce < observation.used) {
      const settled = settle(context, entry, observation)
      effects.push(...settled.effects)
      entries.push(...(settled.entry === null ? [] : [settled.entry]))
    } else {
      const pushed = push(context, entry, isOldest, observation, state.next)
      isOldest = false
      effects.push(...pushed.effects)
      entries.push(pushed.entry)
    }
  }
  const filled = fillGap(context, { ...state, entries, next: Math.max(state.next, observation.used) }, observation)
  return { state: filled.state, effects: [...effects, ...filled.effects] }
}

/**
 * The queue of one account as a pure function. A nonce belongs to one call for good: it is bumped, sent again, or used for nothing, but
 * never given to another call, and no nonce below one that was given stays unused.
 */
export function reduceQueue(context: QueueContext, state: QueueState, event: QueueEvent): QueueStep {
  switch (event.type) {
    case 'take': {
      const { call, confirmations, fees, gasLimit, nowMs } = event
      // What somebody else has in the pool is let by, unless there is more of it than a pool would hold.
      const nonce = Math.max(state.next, event.used, Math.min(event.pending, event.used + MAX_FOREIGN))
      const entry = createEntry(context, { nonce, call, gasLimit, confirmations }, fees, nowMs)
      const next = nonce + 1
      return {
        state: { ...state, entries: [...state.entries, entry], next },
        effects: [
          { type: 'record', entry, next },
          { type: 'send', entry, why: 'new' }
        ]
      }
    }
    case 'look':
      return look(context, state, event.observation)
    case 'underpriced': {
      // Soon, but not at every look: each version pays an eighth more.
      const signedAtMs = event.nowMs - context.stuckAfterMs + context.resendAfterMs
      const entries = state.entries.map((entry) => (entry.nonce === event.nonce ? { ...entry, signedAtMs } : entry))
      return { state: { ...state, entries }, effects: [] }
    }
  }
}

/** The entry that is to be sent or signed again at this moment, and so needs a look at fees and at its call. */
export function entryInDoubt(context: QueueContext, state: QueueState, used: number, nowMs: number): Entry | null {
  const oldest = state.entries.find(({ nonce }) => nonce >= used)
  if (oldest === undefined) {
    return null
  }
  const isDue = nowMs - oldest.sentAtMs >= context.resendAfterMs || nowMs - oldest.signedAtMs >= context.stuckAfterMs
  return isDue || oldest.mined !== null ? oldest : null
}

/** True when a gap is old enough to be filled, which takes a look at fees. */
export const hasOldGap = (context: QueueContext, state: QueueState, nowMs: number): boolean =>
  state.gapSinceMs !== null && nowMs - state.gapSinceMs >= context.stuckAfterMs
