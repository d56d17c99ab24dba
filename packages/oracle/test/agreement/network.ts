import type { Hex32, NodeId, Rng } from '@cortensor/interface'
import type { Propose, Timeout } from '@cortensor/protocols'
import { leaderOf } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import { reduceAgreement } from '../../src/agreement/reduce.js'
import {
  type AgreementEffect,
  type AgreementEvent,
  type AgreementState,
  type CheckedReport,
  createAgreement,
  type HeldTimeout
} from '../../src/agreement/state.js'
import { bytesOf, committeeOf, hexOf, instanceOf, member, observeOf, reportOf, START_MS, TIMING } from './world.js'

export type Fault = 'silent' | 'equivocating'

export interface NetworkInit {
  n: number
  seed: number
  /** Members that do not do what they should, by index. */
  faults?: ReadonlyMap<number, Fault>
  /** Until then messages get lost and late; afterwards every one arrives within 80 ms. In ms after the epoch is due. @default 0 */
  chaosMs?: number
  /** Share of messages lost in that time. @default 0.3 */
  lossRate?: number
  /** Share of checks that fail in that time, though the report fits. @default 0 */
  failRate?: number
}

interface Scheduled {
  atMs: number
  run: () => void
}

type HeldBySender = HeldTimeout & { sender: NodeId }

/** A committee of reducers, with links between them that lose, delay and reorder, and members that lie. */
export class Network {
  readonly committee
  readonly states: AgreementState[]
  readonly honest: number[]
  /** What each honest member signed, in order. */
  readonly signed: { member: number; type: 'attest' | 'timeout'; view: number; digest: Hex32 | null }[] = []
  readonly decided = new Map<number, { view: number; digest: Hex32 }>()
  readonly reports = new Map<Hex32, CheckedReport>()
  nowMs = START_MS
  readonly #init: NetworkInit
  readonly #rng: Rng
  readonly #faults: ReadonlyMap<number, Fault>
  readonly #healMs: number
  readonly #scheduled: Scheduled[] = []
  readonly #timeouts = new Map<string, HeldBySender>()

  constructor(init: NetworkInit) {
    this.#init = init
    this.#rng = createSeededRng(`agreement/${init.seed}`)
    this.committee = committeeOf(init.n)
    this.#faults = init.faults ?? new Map()
    this.#healMs = START_MS + TIMING.epochMs + (init.chaosMs ?? 0)
    const instance = instanceOf(this.committee)
    this.states = this.committee.members.map(({ nodeId }) =>
      createAgreement({ self: nodeId, committee: this.committee, instance, lastCutoffMs: START_MS })
    )
    const all = this.states.map((_, i) => i)
    this.honest = all.filter((i) => !this.#faults.has(i))
    for (const i of this.honest) {
      this.#every(this.#rng.int(1, 250), () => this.#feed(i, { type: 'tick', nowMs: this.nowMs, hasItems: true }))
    }
    for (const i of all.filter((other) => this.#faults.get(other) === 'equivocating')) {
      this.#every(this.#rng.int(1, 250), () => this.#lie(i))
    }
  }

  /** Runs until so many honest members have decided (one is enough to tell the chain); false when that did not happen in time. */
  run(maxMs: number, decided = 1): boolean {
    while (this.nowMs < START_MS + maxMs && this.decided.size < decided) {
      const next = this.#scheduled.reduce((a, b) => (b.atMs < a.atMs ? b : a))
      this.#scheduled.splice(this.#scheduled.indexOf(next), 1)
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.run()
    }
    return this.decided.size >= decided
  }

  /** Digests that so many members attested in one view that the chain would take them. */
  quorums(): Set<Hex32> {
    const attests = this.signed.filter(({ type }) => type === 'attest')
    const groups = Map.groupBy(attests, ({ digest, view }) => `${view}/${digest}`)
    const full = [...groups.values()].filter((group) => group.length >= this.committee.attestations)
    return new Set(full.map((group) => group[0]?.digest as Hex32))
  }

  get #isChaos(): boolean {
    return this.nowMs < this.#healMs
  }

  #after(ms: number, run: () => void): void {
    this.#scheduled.push({ atMs: this.nowMs + ms, run })
  }

  #every(ms: number, run: () => void): void {
    this.#after(ms, () => {
      run()
      this.#every(250, () => run())
    })
  }

  #feed(to: number, event: AgreementEvent): void {
    const step = reduceAgreement(this.states[to] as AgreementState, event, TIMING)
    this.states[to] = step.state
    for (const effect of step.effects) {
      this.#carryOut(to, effect)
    }
  }

  #send(to: number, event: (nowMs: number) => AgreementEvent): void {
    if (!this.honest.includes(to) || (this.#isChaos && this.#rng.next() < (this.#init.lossRate ?? 0.3))) {
      return
    }
    this.#after(this.#rng.int(1, this.#isChaos ? 4_000 : 80), () => this.#feed(to, event(this.nowMs)))
  }

  #broadcast(from: number, event: (nowMs: number) => AgreementEvent): void {
    this.#after(this.#rng.int(0, 20), () => this.#feed(from, event(this.nowMs)))
    for (const to of this.states.keys()) {
      if (to !== from) {
        this.#send(to, event)
      }
    }
  }

  #timeoutOf(from: number, timeout: Timeout): HeldBySender {
    const bytes = bytesOf(`${from}/${timeout.view}/${timeout.last?.digest ?? ''}/${timeout.last?.view ?? ''}`)
    const held = { sender: member(from), bytes, timeout }
    this.#timeouts.set(String(bytes), held)
    return held
  }

  #propose(propose: Propose): (nowMs: number) => AgreementEvent {
    const timeouts = propose.timeouts.flatMap((bytes) => this.#timeouts.get(String(bytes)) ?? [])
    const sender = leaderOf(this.committee, propose.instance.epoch, propose.view)
    return (nowMs) => ({ type: 'propose', nowMs, sender, propose, timeouts })
  }

  #attest(from: number, view: number, digest: Hex32): (nowMs: number) => AgreementEvent {
    const attest = { instance: instanceOf(this.committee), view, digest, signature: bytesOf(`${from}`) }
    return (nowMs) => ({ type: 'attest', nowMs, member: from, attest })
  }

  #derive(name: string): CheckedReport {
    const report = reportOf(name)
    this.reports.set(report.digest, report)
    return report
  }

  #carryOut(self: number, effect: AgreementEffect): void {
    const instance = instanceOf(this.committee)
    switch (effect.type) {
      case 'observe': {
        const sender = member(self)
        const bytes = bytesOf(`observe ${self}`)
        this.#broadcast(self, (nowMs) => ({ type: 'observe', nowMs, sender, bytes, observe: observeOf(this.committee) }))
        break
      }
      case 'propose': {
        const { again, observations, timeouts, view } = effect
        const report =
          again === null ? this.#derive(observations.map(({ sender }) => sender).join()) : this.reports.get(again.digest)
        if (report === undefined) {
          this.#after(this.#rng.int(1, 500), () =>
            this.#feed(self, { type: 'unproposed', nowMs: this.nowMs, view, timeouts, tried: 0 })
          )
          return
        }
        const propose: Propose = { instance, view, ...report, timeouts }
        this.#feed(self, { type: 'checked', nowMs: this.nowMs, of: report, report })
        this.#broadcast(self, this.#propose(propose))
        break
      }
      case 'check': {
        const fits = this.reports.get(effect.propose.digest)
        const isHad = !this.#isChaos || this.#rng.next() >= (this.#init.failRate ?? 0)
        const report = fits?.report === effect.propose.report && isHad ? fits : null
        this.#after(this.#rng.int(1, 500), () =>
          this.#feed(self, { type: 'checked', nowMs: this.nowMs, of: effect.propose, report })
        )
        break
      }
      case 'attest':
        this.signed.push({ member: self, type: 'attest', view: effect.view, digest: effect.digest })
        this.#broadcast(self, this.#attest(self, effect.view, effect.digest))
        break
      case 'timeout': {
        this.signed.push({ member: self, type: 'timeout', view: effect.view, digest: null })
        const held = this.#timeoutOf(self, { instance, view: effect.view, last: effect.last })
        this.#broadcast(self, (nowMs) => ({ type: 'timeout', nowMs, ...held }))
        break
      }
      case 'commit':
        this.decided.set(self, { view: effect.quorum.view, digest: effect.quorum.digest })
        this.#feed(self, { type: 'accepted', nowMs: this.nowMs, quorum: effect.quorum })
        break
      case 'quorum':
        this.#broadcast(self, (nowMs) => ({ type: 'quorum', nowMs, quorum: effect.quorum }))
    }
  }

  /** Says something that this member may not say, or says it to some only. */
  #lie(self: number): void {
    const rng = this.#rng
    const instance = instanceOf(this.committee)
    const highest = Math.max(...this.honest.map((i) => this.states[i]?.view ?? 0))
    const view = rng.int(0, highest + (rng.next() < 0.1 ? 100 : 1))
    const real = [...this.reports.values()][rng.int(0, Math.max(0, this.reports.size - 1))]
    const made = reportOf(`made up ${rng.int(0, 20)}`)
    const report = [real, made, { ...made, digest: real?.digest ?? made.digest }][rng.int(0, 2)] ?? made
    const held = [...this.#timeouts.values()].filter(({ timeout }) => timeout.view === view - 1)
    const events: ((nowMs: number) => AgreementEvent)[] = [
      this.#attest(self, view, rng.next() < 0.5 ? report.digest : hexOf(`${rng.next()}`)),
      (nowMs) => ({
        type: 'timeout',
        nowMs,
        ...this.#timeoutOf(self, { instance, view, last: rng.next() < 0.5 ? null : { ...report, view: rng.int(0, view) } })
      })
    ]
    const leads = leaderOf(this.committee, instance.epoch, view) === member(self)
    if (leads) {
      // Two reports, both of which fit, to different members.
      const twin = this.#derive(`twin ${view} ${rng.int(0, 1)}`)
      const timeouts = held.map(({ bytes }) => bytes)
      events.push(this.#propose({ instance, view, ...(rng.next() < 0.7 ? twin : report), timeouts }))
    }
    const event = events[rng.int(0, events.length - 1)] as (nowMs: number) => AgreementEvent
    for (const to of this.honest.filter(() => rng.next() < 0.5)) {
      this.#send(to, event)
    }
  }
}
