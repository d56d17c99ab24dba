import type { Clock, Hex32, Logger, NetworkId, Signer, UnixMs, Verifier } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Attest, Instance, OpenedEnvelope, OracleMessage, Publisher } from '@cortensor/protocols'
import { encodeOracleMessage, instanceKey, memberIndex } from '@cortensor/protocols'
import type { Head } from '../head.js'
import type { SigningRecord } from '../record/signing-record.js'
import type { SignedWords } from '../record/words.js'
import type { ReportDesk } from '../report/desk.js'
import { openCertificate } from './messages.js'
import { reduceAgreement } from './reduce.js'
import type {
  AgreementEffect,
  AgreementEvent,
  AgreementState,
  AgreementTiming,
  AttestedProposal,
  CheckedReport
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
  attestationDigest: (instance: Instance, view: number, digest: Hex32) => Hex32
  hasNews: () => boolean
  onTimeout: () => void
  onDecided: (view: number, checked: CheckedReport, signatures: { index: number; signature: Uint8Array }[]) => void
}

/** Runs the reducer: feeds it messages and time, and carries out what it asks for. */
export interface AgreementDriver {
  /** A new epoch to agree on, from what was said of it before on; what was under way for another one is dropped. */
  begin(head: Head, words?: SignedWords): void
  tick(): void
  /** A message of the current instance. */
  receive(message: OracleMessage, envelope: OpenedEnvelope): Promise<void>
  readonly state: AgreementState | null
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}

type Effect<T extends AgreementEffect['type']> = Extract<AgreementEffect, { type: T }>

export function createAgreementDriver(init: AgreementDriverInit): AgreementDriver {
  const { clock, desk, logger, publisher, record, signer, timing } = init
  let head: Head | null = null
  let state: AgreementState | null = null
  let controller = new AbortController()
  /** What this oracle says of the current instance, every time with the same words. */
  let observed: ReturnType<ReportDesk['observe']> | null = null
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
  const repeatable = async (
    again: AttestedProposal | null,
    current: Head,
    signal: AbortSignal
  ): Promise<CheckedReport | null> => {
    const known = again === null ? undefined : state?.checks.get(checkKey(again))
    if (again === null || known === 'failed') {
      return null
    }
    return known !== undefined && known !== 'running' ? known : desk.check(again, current, signal)
  }
  const propose = async (effect: Effect<'propose'>, current: Head, signal: AbortSignal): Promise<void> => {
    const { instance } = current
    const patience = viewDurationMs(timing, effect.view) / 2
    const repeated = await withPatience(patience, signal, (limited) => repeatable(effect.again, current, limited)).catch(
      () => null
    )
    const checked = repeated ?? (await desk.derive(effect.observations, current, signal))
    const message: OracleMessage = {
      type: 'propose',
      instance,
      view: effect.view,
      report: checked.report,
      digest: checked.digest,
      timeouts: effect.timeouts
    }
    await record.propose(instance, effect.view)
    await send(message)
    const timeouts = await openCertificate(effect.timeouts, { networkId: init.networkId, verifier: init.verifier, instance })
    feed({ type: 'checked', nowMs: clock.now(), of: checked, report: checked }, instance)
    feed({ type: 'propose', nowMs: clock.now(), sender: signer.nodeId, propose: message, timeouts }, instance)
  }
  const check = async (effect: Effect<'check'>, current: Head, signal: AbortSignal): Promise<void> => {
    const { propose } = effect
    let report: CheckedReport | null = null
    try {
      report = await withPatience(viewDurationMs(timing, propose.view), signal, (limited) =>
        desk.check(propose, current, limited)
      )
    } finally {
      feed({ type: 'checked', nowMs: clock.now(), of: propose, report }, current.instance)
    }
  }
  const attest = async (effect: Effect<'attest'>, current: Head): Promise<void> => {
    const { instance } = current
    await record.attest(instance, effect)
    const signature = await signer.signDigest(init.attestationDigest(instance, effect.view, effect.digest))
    const message: Attest = { instance, view: effect.view, digest: effect.digest, signature }
    await send({ type: 'attest', ...message })
    feed({ type: 'attest', nowMs: clock.now(), member: memberIndex(current.committee, signer.nodeId), attest: message }, instance)
  }
  const giveUp = async (effect: Effect<'timeout'>, current: Head): Promise<void> => {
    const { instance } = current
    init.onTimeout()
    await record.giveUp(instance, effect.view)
    const message: OracleMessage = { type: 'timeout', instance, view: effect.view, last: effect.last }
    const envelope = await send(message)
    feed({ type: 'timeout', nowMs: clock.now(), sender: signer.nodeId, bytes: envelope.bytes, timeout: message }, instance)
  }
  const perform = async (effect: AgreementEffect, current: Head, signal: AbortSignal): Promise<void> => {
    switch (effect.type) {
      case 'observe':
        return observe(current, signal)
      case 'propose':
        return propose(effect, current, signal)
      case 'check':
        return check(effect, current, signal)
      case 'attest':
        return attest(effect, current)
      case 'timeout':
        return giveUp(effect, current)
      case 'decided':
        return init.onDecided(effect.view, effect.checked, effect.signatures)
    }
  }
  const withPatience = async <T>(ms: number, signal: AbortSignal, work: (limited: AbortSignal) => Promise<T>): Promise<T> => {
    const limit = new AbortController()
    const cancel = clock.after(ms, () => limit.abort(new DOMException('The view is nearly over', 'TimeoutError')))
    try {
      return await work(AbortSignal.any([signal, limit.signal]))
    } finally {
      cancel()
    }
  }
  const receiveAttest = async (attest: Attest, envelope: OpenedEnvelope, nowMs: UnixMs): Promise<void> => {
    const committee = state?.committee
    const member = committee === undefined ? -1 : memberIndex(committee, envelope.sender)
    const account = await init.verifier.recover(
      init.attestationDigest(attest.instance, attest.view, attest.digest),
      attest.signature
    )
    if (committee !== undefined && account !== null && account === committee.members[member]?.operator) {
      feed({ type: 'attest', nowMs, member, attest }, attest.instance)
    }
  }
  return {
    get state() {
      return state
    },
    begin(next, words) {
      controller.abort()
      controller = new AbortController()
      observed = null
      head = next
      const { committee, instance } = next
      state = createAgreement({
        self: signer.nodeId,
        committee,
        instance,
        lastCutoffMs: next.state.cutoffMs,
        ...(words && { words })
      })
    },
    tick() {
      if (state !== null) {
        feed({ type: 'tick', nowMs: clock.now(), hasItems: init.hasNews() }, state.instance)
      }
    },
    async receive(message, envelope) {
      const nowMs = clock.now()
      const { instance } = message
      const { bytes, sender } = envelope
      switch (message.type) {
        case 'observe':
          return feed({ type: 'observe', nowMs, sender, bytes, observe: message }, instance)
        case 'timeout':
          return feed({ type: 'timeout', nowMs, sender, bytes, timeout: message }, instance)
        case 'attest':
          return receiveAttest(message, envelope, nowMs)
        case 'propose': {
          const timeouts = await openCertificate(message.timeouts, {
            networkId: init.networkId,
            verifier: init.verifier,
            instance
          })
          return feed({ type: 'propose', nowMs, sender, propose: message, timeouts }, instance)
        }
      }
    },
    async stop() {
      controller.abort()
      state = null
      head = null
      await Promise.all(running)
    }
  }
}
