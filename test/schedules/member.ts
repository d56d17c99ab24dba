import type { CidString, Hex32 } from '@cortensor/interface'
import {
  type Attest,
  type Instance,
  instanceKey,
  memberIndex,
  type OpenedEnvelope,
  type OracleMessage,
  type Timeout,
  turnOf
} from '@cortensor/protocols'
import { reduceAgreement } from '../../packages/oracle/src/agreement/reduce.js'
import {
  type AgreementEffect,
  type AgreementEvent,
  type AgreementState,
  type AttestedProposal,
  checkKey,
  createAgreement
} from '../../packages/oracle/src/agreement/state.js'
import { createOracleHandler, type OracleHandler } from '../../packages/oracle/src/handlers/oracle.js'
import type { Head } from '../../packages/oracle/src/head.js'
import { attestRefusal, NO_WORDS, proposeRefusal, type SignedWords } from '../../packages/oracle/src/record/words.js'
import type { KnownReport, Observation } from './ledger.js'
import { forgetful } from './rules.js'
import { TIMING, TRANSMIT_MS } from './timing.js'
import type { World } from './world.js'

export type Fault = 'silent' | 'equivocate' | 'withhold' | 'stale' | 'bad-root' | 'censor' | 'replay' | 'delay'

type Effect<T extends AgreementEffect['type']> = Extract<AgreementEffect, { type: T }>

/** The disk of one member: what a crash leaves. */
export interface Disk {
  words: Map<string, SignedWords>
  fromEpoch: number | null
  blocks: Set<CidString>
  items: Set<number>
}

/** One oracle: the real reducer and the real handler, with a shell around them that does what the driver does, on virtual time. */
export class Member {
  isUp = false
  state: AgreementState | null = null
  disk: Disk = { words: new Map(), fromEpoch: null, blocks: new Set(), items: new Set() }
  /** What the chain told last. */
  shown: Instance | null = null
  /** Of what is under way: a crash and a new head end it. */
  #life = 0
  #observed: { envelope: OpenedEnvelope; observation: Observation } | null = null
  #handler: OracleHandler = this.#createHandler()
  /** Words that a crash forgets, when rule 11 is off. */
  #unsynced = new Map<string, SignedWords>()

  constructor(
    readonly world: World,
    readonly index: number,
    readonly fault: Fault | null
  ) {}

  get id() {
    return this.world.idOf(this.index)
  }

  start(): void {
    this.isUp = true
    this.#handler = this.#createHandler()
    const { rules, ledger } = this.world
    const last = ledger.commits.length
    if (this.disk.fromEpoch === null || !rules.recovery) {
      this.disk.fromEpoch = last === 0 || !rules.recovery ? 1 : last + 2
    }
    this.seeHead()
    const life = this.world.lives++
    const tick = (): void => {
      if (this.isUp && this.#ticking === life) {
        const hasItems = [...this.disk.items].some((item) => !ledger.stateAfter(this.instance.prev).items.has(item))
        this.feed({ type: 'tick', nowMs: this.world.nowMs, hasItems })
        this.world.after(TIMING.tickMs, tick)
      }
    }
    this.#ticking = life
    this.world.after(this.world.rng.int(1, TIMING.tickMs), tick)
  }
  #ticking = -1

  /** SIGKILL: what was not on disk is gone. */
  crash(losesRecord: boolean): void {
    this.isUp = false
    this.state = null
    this.#observed = null
    this.#life++
    this.#unsynced.clear()
    if (losesRecord) {
      this.disk = { ...this.disk, words: new Map(), fromEpoch: null }
    }
  }

  get instance(): Instance {
    return (this.state as AgreementState).instance
  }

  /** The chain's head, as far as it can be worked on. */
  seeHead(): void {
    const { ledger, rules } = this.world
    const next = ledger.next
    const isStuck = this.state !== null && (this.fault === 'stale' || (!rules.chainHead && next.epoch <= this.instance.epoch))
    this.shown = next
    if (!this.isUp || isStuck || (this.state !== null && instanceKey(this.instance) === instanceKey(next))) {
      return
    }
    const last = ledger.commits.at(-1)
    if (last !== undefined && !this.#fetch(ledger.reportOf(last.digest).report)) {
      this.world.after(500, () => this.seeHead())
      return
    }
    this.#life++
    this.#observed = null
    this.state = createAgreement({
      self: this.id,
      committee: this.world.committee,
      instance: next,
      lastCutoffMs: ledger.stateAfter(next.prev).cutoffMs,
      words: this.#words(next)
    })
    this.#handler.replay()
  }

  receive(message: OracleMessage, envelope: OpenedEnvelope): void {
    if (this.isUp) {
      this.#handler.handle(message, envelope)
    }
  }

  feed(event: AgreementEvent): void {
    if (this.state === null) {
      return
    }
    const before = this.world.rules.oneDigestAView ? this.state : forgetful(this.state, event)
    const step = reduceAgreement(before, event, TIMING)
    this.state = step.state
    for (const effect of step.effects) {
      this.#perform(effect)
    }
  }

  #createHandler(): OracleHandler {
    return createOracleHandler({
      head: () => (this.state === null ? null : (this.state as unknown as Head)),
      onMessage: (message, envelope) => this.#take(message, envelope)
    })
  }

  #take(message: OracleMessage, { bytes, sender }: OpenedEnvelope): void {
    const nowMs = this.world.nowMs
    switch (message.type) {
      case 'observe':
        this.feed({ type: 'observe', nowMs, sender, bytes, observe: message })
        break
      case 'timeout':
        this.feed({ type: 'timeout', nowMs, sender, bytes, timeout: message })
        break
      case 'attest':
        this.feed({ type: 'attest', nowMs, member: memberIndex(this.world.committee, sender), attest: message })
        break
      case 'propose':
        this.feed({ type: 'propose', nowMs, sender, propose: message, timeouts: this.world.openTimeouts(message) })
        break
    }
  }

  /** Goes on with something after a while, unless the member crashed or moved on. */
  #later(ms: number, run: () => void): void {
    const life = this.#life
    this.world.after(ms, () => {
      if (this.#life === life && this.isUp) {
        run()
      }
    })
  }

  #words(instance: Instance): SignedWords {
    const key = instanceKey(instance)
    return this.#unsynced.get(key) ?? this.disk.words.get(key) ?? NO_WORDS
  }

  /** False when the record forbids it. A liar writes nothing down. */
  #record(change: (words: SignedWords) => SignedWords | null): boolean {
    if (this.fault !== null) {
      return true
    }
    const { rules } = this.world
    if (rules.recovery && this.instance.epoch < (this.disk.fromEpoch ?? 0)) {
      return false
    }
    const words = change(this.#words(this.instance))
    if (words === null) {
      return !rules.oneDigestAView
    }
    const map = rules.fsync ? this.disk.words : this.#unsynced
    map.set(instanceKey(this.instance), words)
    return true
  }

  #fetch(report: CidString): boolean {
    const { members } = this.world
    const isHad =
      this.disk.blocks.has(report) ||
      members.some((other) => other.isUp && other.fault !== 'withhold' && other.disk.blocks.has(report))
    if (isHad && this.world.rules.storage) {
      this.disk.blocks.add(report)
    }
    return isHad
  }

  #perform(effect: AgreementEffect): void {
    const { rng } = this.world
    switch (effect.type) {
      case 'observe':
        this.#later(rng.int(0, 20), () => this.#observe())
        break
      case 'propose':
        this.#later(rng.int(1, 60), () => this.#propose(effect))
        break
      case 'check':
        this.#later(rng.int(1, this.world.isChaos ? 500 : 100), () => this.#check(effect))
        break
      case 'attest':
        this.#attest(effect)
        break
      case 'timeout':
        this.#giveUp(effect.view, effect.last)
        break
      case 'commit':
        this.feed({ type: 'accepted', nowMs: this.world.nowMs, quorum: effect.quorum })
        this.#transmit(effect)
        break
    }
  }

  #observe(): void {
    const { world, instance } = this
    this.#observed ??= world.observation(this, this.disk.items)
    const { envelope, observation } = this.#observed
    world.noteObservation(this, observation)
    const message = world.observeMessage(instance, observation)
    this.feed({ type: 'observe', nowMs: world.nowMs, sender: this.id, bytes: envelope.bytes, observe: message })
    if (this.fault === 'equivocate' || this.fault === 'censor') {
      // Another word to each half, or one that holds nothing.
      const other = world.observation(this, this.fault === 'censor' ? new Set() : new Set([...this.disk.items].slice(1)))
      world.broadcast(this, world.observeMessage(instance, other.observation), other.envelope, (to) => to % 2 === 0)
      world.broadcast(this, message, envelope, (to) => to % 2 === 1)
    } else {
      world.broadcast(this, message, envelope)
    }
  }

  #derive(effect: Effect<'propose'>): KnownReport | null {
    const { world } = this
    const held = effect.observations.flatMap(({ bytes }) => world.observations.get(bytes) ?? [])
    if (this.fault !== 'censor') {
      return world.ledger.derive(this.instance, held, world.quorum)
    }
    // As few observations as it may, those with the fewest items first.
    const poorest = held.sort((a, b) => a.items.size - b.items.size).slice(0, world.quorum)
    return world.ledger.derive(this.instance, poorest, world.quorum)
  }

  #propose(effect: Effect<'propose'>): void {
    const { world, instance } = this
    const { ledger, rng } = world
    let again: KnownReport | undefined
    if (effect.again !== null) {
      const isChecked = typeof this.state?.checks.get(checkKey(effect.again)) === 'object'
      const known = ledger.reports.get(effect.again.report)
      const isHad = isChecked || (this.#fetch(effect.again.report) && !(world.isChaos && rng.next() < 0.2))
      again = known !== undefined && isHad && this.#isProper(known, effect.again) ? known : undefined
      if (again === undefined) {
        world.fallbacks.add(instanceKey(instance))
      }
    }
    const report = this.fault === 'bad-root' ? ledger.makeUp(instance, `${effect.view}`) : (again ?? this.#derive(effect))
    const mayPropose = this.#record((words) =>
      proposeRefusal(words, effect.view) === null ? { ...words, proposed: new Set(words.proposed).add(effect.view) } : null
    )
    if (report === null || !mayPropose) {
      return
    }
    this.disk.blocks.add(report.report)
    this.#sendProposal(effect, report, () => true)
    if (this.fault === 'equivocate') {
      const held = effect.observations.flatMap(({ bytes }) => world.observations.get(bytes) ?? [])
      const twin = ledger.derive(instance, held.slice(0, world.quorum), world.quorum)
      if (twin !== null && twin.digest !== report.digest) {
        this.disk.blocks.add(twin.report)
        this.#sendProposal(effect, twin, (to) => to % 2 === 0)
        this.sign(effect.view, twin)
      }
    }
  }

  #sendProposal(effect: Effect<'propose'>, report: KnownReport, to: (index: number) => boolean): void {
    const { world, instance } = this
    const { view, timeouts } = effect
    const message: OracleMessage = { type: 'propose', instance, view, report: report.report, digest: report.digest, timeouts }
    this.feed({ type: 'checked', nowMs: world.nowMs, of: report, report })
    this.feed({ type: 'propose', nowMs: world.nowMs, sender: this.id, propose: message, timeouts: world.openTimeouts(message) })
    world.broadcast(this, message, world.envelope(this), to)
  }

  /** What the own recomputation says of a report. */
  #isProper(known: KnownReport, { digest }: { digest: Hex32 }): boolean {
    const isTrusting = !this.world.rules.recompute || this.fault === 'bad-root'
    const isDerived = known.fits && instanceKey(known.instance) === instanceKey(this.instance)
    return known.digest === digest && (isDerived || isTrusting)
  }

  #check({ propose }: Effect<'check'>): void {
    const { world } = this
    const known = world.ledger.reports.get(propose.report)
    const isHad = this.#fetch(propose.report) && !(world.isChaos && world.rng.next() < 0.1)
    const report = known !== undefined && isHad && this.#isProper(known, propose) ? known : null
    this.feed({ type: 'checked', nowMs: world.nowMs, of: propose, report })
  }

  #attest(effect: Effect<'attest'>): void {
    const { world } = this
    const { digest, report, view } = effect
    const maySign = this.#record((words) =>
      attestRefusal(words, view, digest) === null
        ? { ...words, attested: new Map(words.attested).set(view, { view, digest, report }) }
        : null
    )
    if (maySign) {
      world.noteWord(this, { type: 'attest', view, digest })
      // A kill between the disk and the wire.
      this.#later(world.rng.int(0, 5), () => this.sign(view, effect))
    }
  }

  sign(view: number, { digest }: { digest: Hex32 }): void {
    const { world, instance } = this
    world.noteSignature(this, view, digest)
    const attest: Attest = { instance, view, digest, signature: new Uint8Array() }
    this.feed({ type: 'attest', nowMs: world.nowMs, member: this.index, attest })
    world.broadcast(this, { type: 'attest', ...attest }, world.envelope(this))
  }

  #giveUp(view: number, last: AttestedProposal | null): void {
    if (this.#record((words) => ({ ...words, timedOut: new Set(words.timedOut).add(view) }))) {
      this.world.noteWord(this, { type: 'timeout', view, digest: null })
      this.#later(this.world.rng.int(0, 5), () => this.sendTimeout({ instance: this.instance, view, last }))
    }
  }

  sendTimeout(timeout: Timeout): void {
    const { world } = this
    const envelope = world.envelope(this)
    world.timeouts.set(envelope.bytes, { sender: this.id, bytes: envelope.bytes, timeout })
    this.feed({ type: 'timeout', nowMs: world.nowMs, sender: this.id, bytes: envelope.bytes, timeout })
    world.broadcast(this, { type: 'timeout', ...timeout }, envelope)
  }

  #transmit({ quorum: { commit, signatures, view } }: Effect<'commit'>): void {
    const { world, instance } = this
    const turn = turnOf(world.committee, instance.epoch + view, this.id)
    const attempt = (): void => {
      const isLost = world.isChaos && world.rng.next() < 0.3
      const report = world.ledger.reports.get(commit.reportCid) as KnownReport
      const signers = signatures.map(({ index }) => index)
      if (isLost || !world.commit(report, instance, view, signers)) {
        this.#later(TRANSMIT_MS, attempt)
      }
    }
    this.#later(turn * TRANSMIT_MS + 10, attempt)
  }
}
