import type { Clock, Equivocation, Hex32, Logger, NetworkId, Signer, Verifier } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Attest, Instance, OpenedEnvelope, OracleMessage, Publisher } from '@cortensor/protocols'
import { encodeOracleMessage, instanceKey, memberIndex, openCertificate, quorumOf } from '@cortensor/protocols'
import { within } from '@cortensor/utils'
import type { Head } from '../head.js'
import type { SigningRecord } from '../record/signing-record.js'
import type { SignedWords, SpokenProposal } from '../record/words.js'
import type { ReportDesk } from '../report/desk.js'
import { createHeldQuorums } from './held-quorums.js'
import { heldCertificate } from './hold.js'
import { createReceiver } from './receiver.js'
import { reduceAgreement } from './reduce.js'
import type {
  AgreementEffect,
  AgreementEvent,
  AgreementState,
  AgreementTiming,
  AttestedProposal,
  CheckedReport,
  HeldQuorum
} from './state.js'
import { checkKey, createAgreement } from './state.js'
import { viewDurationMs } from './view-duration.js'

export interface AgreementDriverInit {
  networkId: NetworkId
  timing: AgreementTiming
  /** How long others may use a message of this oracle, in ms. */
  messageLifetimeMs: number
  clock: Clock
  logger: Logger
  signer: Signer
  verifier: Verifier
  publisher: Publisher
  desk: ReportDesk
  record: SigningRecord
  /** Epochs that a reorganisation can take back. */
  keptEpochs: number
  attestationDigest: (instance: Instance, view: number, digest: Hex32) => Hex32
  hasNews: () => boolean
  onTimeout: () => void
  /** A dry run of the commit; rejects when the chain would not take it now. */
  simulate: (quorum: HeldQuorum, signal: AbortSignal) => Promise<void>
  /** A member attested twice in one view, with both signatures. */
  onEquivocation: (evidence: Equivocation) => Promise<void>
  /** Others have enough attestations too, or hear of them: time to take turns. */
  onQuorum: (quorum: HeldQuorum, head: Head) => void
}

/** Runs the reducer: feeds it messages and time, and carries out what it asks for. */
export interface AgreementDriver {
  /** A new epoch to agree on, from what was said of it before on; what was under way for another one is dropped. */
  begin(head: Head, words?: SignedWords): void
  /** Rule 8: the chain shows another head. Nothing more is signed until it can be worked on. */
  suspend(): void
  tick(): void
  /** A message of the current instance. */
  receive(message: OracleMessage, envelope: OpenedEnvelope): Promise<void>
  readonly state: AgreementState | null
  /** Envelopes of the timeouts by which the current view began; empty in the first one, and as long as some are missing. */
  certificate(): Uint8Array[]
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}

/** Rule 4: what was attested before must be had within this share of the view. */
const REPEAT_PATIENCE = 0.5

/** For the evidence of observations, after which a quorum is enough. What is left is for the others, who need it too. */
const OBSERVATION_PATIENCE = 0.25

/** A dry run that failed is tried again after this share of T0. */
const SIMULATE_EVERY = 0.25

type Effect<T extends AgreementEffect['type']> = Extract<AgreementEffect, { type: T }>

export function createAgreementDriver(init: AgreementDriverInit): AgreementDriver {
  const { clock, desk, logger, publisher, record, signer, timing } = init
  let head: Head | null = null
  let state: AgreementState | null = null
  let controller = new AbortController()
  /** What this oracle says of the current instance, every time with the same words. */
  let observed: ReturnType<ReportDesk['observe']> | null = null
  const quorums = createHeldQuorums(init.keptEpochs)
  const running = new Set<Promise<void>>()

  const feed = (event: AgreementEvent, instance: Instance): void => {
    if (state === null || instanceKey(state.instance) !== instanceKey(instance)) {
      return
    }
    const step = reduceAgreement(state, event, timing)
    state = step.state
    for (const effect of step.effects) {
      carryOut(effect)
    }
  }
  const carryOut = (effect: AgreementEffect): void => {
    const current = head
    if (current === null) {
      return
    }
    const { signal } = controller
    const work = perform(effect, current, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) {
          logger.warn('A step of the epoch failed', {
            step: effect.type,
            epoch: current.instance.epoch,
            error: errorMessage(error)
          })
        }
      })
      .finally(() => running.delete(work))
    running.add(work)
  }
  const send = (message: OracleMessage): Promise<OpenedEnvelope> =>
    publisher.publish('oracle', encodeOracleMessage(message), init.messageLifetimeMs)

  const observe = async (current: Head, signal: AbortSignal): Promise<void> => {
    observed ??= desk.observe(signal)
    const observing = observed
    const seen = await observing.catch((error: unknown) => {
      observed = observed === observing ? null : observed
      throw error
    })
    const message: OracleMessage = { type: 'observe', instance: current.instance, ...seen }
    const envelope = await send(message)
    feed(
      { type: 'observe', nowMs: clock.now(), sender: signer.nodeId, bytes: envelope.bytes, observe: message },
      current.instance
    )
  }
  const repeatable = async (again: AttestedProposal, current: Head, signal: AbortSignal): Promise<CheckedReport | null> => {
    const known = state?.checks.get(checkKey(again))
    if (known === 'failed') {
      return null
    }
    return known !== undefined && known !== 'running' ? known : desk.check(again, current, signal)
  }
  /** What to propose; null when there is a report to repeat and it cannot be had in time. */
  const prepare = (
    { again, observations, view }: Effect<'propose'>,
    current: Head,
    signal: AbortSignal
  ): Promise<CheckedReport | null> => {
    const viewMs = viewDurationMs(timing, view)
    return again === null
      ? desk.derive(observations, current, viewMs * OBSERVATION_PATIENCE, signal)
      : within(clock, viewMs * REPEAT_PATIENCE, signal, (limited) => repeatable(again, current, limited)).catch(() => null)
  }
  const propose = async (effect: Effect<'propose'>, current: Head, signal: AbortSignal): Promise<void> => {
    const { instance } = current
    const { again, observations, timeouts, view } = effect
    let checked: CheckedReport | null = null
    try {
      checked = await prepare(effect, current, signal)
    } finally {
      if (checked === null && !signal.aborted) {
        const tried = again === null ? observations.length : 0
        feed({ type: 'unproposed', nowMs: clock.now(), view, timeouts, tried }, instance)
      }
    }
    if (checked !== null) {
      const { digest, report } = checked
      await say({ view, report, digest, timeouts }, current, signal, () =>
        feed({ type: 'checked', nowMs: clock.now(), of: checked, report: checked }, instance)
      )
    }
  }
  /** Rule 11: on disk, then on the wire. */
  const say = async (proposal: SpokenProposal, current: Head, signal: AbortSignal, onSent = (): void => {}): Promise<void> => {
    const { instance } = current
    signal.throwIfAborted()
    await record.propose(instance, proposal)
    const message: OracleMessage = { type: 'propose', instance, ...proposal }
    await send(message)
    const { networkId, verifier } = init
    const timeouts = await openCertificate(proposal.timeouts, { networkId, verifier, instance })
    onSent()
    feed({ type: 'propose', nowMs: clock.now(), sender: signer.nodeId, propose: message, timeouts }, instance)
  }
  const check = async (effect: Effect<'check'>, current: Head, signal: AbortSignal): Promise<void> => {
    const { propose } = effect
    let report: CheckedReport | null = null
    try {
      report = await within(clock, viewDurationMs(timing, propose.view), signal, (limited) =>
        desk.check(propose, current, limited)
      )
    } finally {
      feed({ type: 'checked', nowMs: clock.now(), of: propose, report }, current.instance)
    }
  }
  const attest = async (effect: Effect<'attest'>, current: Head, signal: AbortSignal): Promise<void> => {
    const { instance } = current
    signal.throwIfAborted()
    await record.attest(instance, effect)
    const signature = await signer.signDigest(init.attestationDigest(instance, effect.view, effect.digest))
    const message: Attest = { instance, view: effect.view, digest: effect.digest, signature }
    await send({ type: 'attest', ...message })
    feed({ type: 'attest', nowMs: clock.now(), member: memberIndex(current.committee, signer.nodeId), attest: message }, instance)
  }
  const giveUp = async (effect: Effect<'timeout'>, current: Head, signal: AbortSignal): Promise<void> => {
    const { instance } = current
    signal.throwIfAborted()
    init.onTimeout()
    await record.giveUp(instance, effect.view)
    const message: OracleMessage = { type: 'timeout', instance, view: effect.view, last: effect.last }
    const envelope = await send(message)
    feed({ type: 'timeout', nowMs: clock.now(), sender: signer.nodeId, bytes: envelope.bytes, timeout: message }, instance)
  }
  /** Rule 6: a quorum counts once a dry run passes, which a slow RPC or a block's time may put off. */
  const commit = async (quorum: HeldQuorum, current: Head, signal: AbortSignal): Promise<void> => {
    quorums.hold(current.instance, quorum)
    init.onQuorum(quorum, current)
    for (;;) {
      try {
        await init.simulate(quorum, signal)
        return feed({ type: 'accepted', nowMs: clock.now(), quorum }, current.instance)
      } catch {
        await clock.sleep(timing.viewMs * SIMULATE_EVERY, { signal })
      }
      if (state?.quorum?.view !== quorum.view) {
        return
      }
    }
  }
  const perform = async (effect: AgreementEffect, current: Head, signal: AbortSignal): Promise<void> => {
    switch (effect.type) {
      case 'observe':
        return observe(current, signal)
      case 'propose':
        return propose(effect, current, signal)
      case 'repeat':
        return say(effect.proposal, current, signal)
      case 'check':
        return check(effect, current, signal)
      case 'attest':
        return attest(effect, current, signal)
      case 'timeout':
        return giveUp(effect, current, signal)
      case 'quorum':
        await send({ type: 'quorum', instance: current.instance, ...effect.quorum })
        return
      case 'accuse':
        return init.onEquivocation({ ...current.instance, ...effect.evidence })
      case 'commit':
        return commit(effect.quorum, current, signal)
    }
  }
  const receiver = createReceiver({ ...init, nowMs: () => clock.now(), state: () => state, feed })
  return {
    get state() {
      return state
    },
    certificate() {
      const held = state === null || state.view === 0 ? [] : heldCertificate(state, state.view)
      return state !== null && held.length >= quorumOf(state.committee) ? held.map(({ bytes }) => bytes) : []
    },
    suspend() {
      controller.abort()
      controller = new AbortController()
      observed = null
      state = null
      head = null
    },
    begin(next, words) {
      this.suspend()
      head = next
      const { committee, instance, laggards } = next
      receiver.forget()
      quorums.prune(instance)
      state = createAgreement({
        self: signer.nodeId,
        committee,
        instance,
        laggards,
        lastCutoffMs: next.state.cutoffMs,
        ...(words && { words })
      })
      const known = quorums.of(instance)
      if (known !== null) {
        // Rule 8: what had a quorum before a reorganisation is the first thing that others hear.
        carryOut({ type: 'quorum', quorum: known })
        feed({ type: 'quorum', nowMs: clock.now(), quorum: known }, instance)
      }
    },
    tick() {
      if (state !== null) {
        feed({ type: 'tick', nowMs: clock.now(), hasItems: init.hasNews() }, state.instance)
      }
    },
    receive: (message, envelope) => receiver.receive(message, envelope),
    async stop() {
      this.suspend()
      await Promise.all(running)
    }
  }
}
