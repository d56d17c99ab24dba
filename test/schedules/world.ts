import type { Committee, Hex32, NodeId, Rng } from '@cortensor/interface'
import {
  type Instance,
  instanceKey,
  type Observe,
  type OpenedEnvelope,
  type OracleMessage,
  type Propose,
  quorumOf
} from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import type { HeldTimeout } from '../../packages/oracle/src/agreement/state.js'
import { type Commit, committeeOf, type KnownReport, Ledger, type Observation } from './ledger.js'
import { type Fault, Member } from './member.js'
import { ALL_RULES, committeeUnder, type Rules } from './rules.js'
import { Timeline } from './timeline.js'

export interface WorldInit {
  n: number
  seed: string
  faults: ReadonlyMap<number, Fault>
  rules?: Rules
}

/** What an honest member wrote down to sign it, and what the chain had shown it by then. */
export interface SignedWord {
  member: number
  instance: Instance
  type: 'attest' | 'timeout'
  view: number
  digest: Hex32 | null
  shown: Instance | null
}

/** A committee on virtual time, the chain that it writes to, links that lose and delay until they heal, and a log of all that counts. */
export class World {
  readonly rng: Rng
  readonly rules: Rules
  /** As members and contract take it to be; {@link faults} is the truth. */
  readonly committee: Committee
  /** f of the committee, whatever a mutation makes of it. */
  readonly faults: number
  readonly ledger: Ledger
  readonly members: Member[]
  readonly honest: Member[]
  readonly signed: SignedWord[] = []
  /** Every commit that the chain ever took, those of a losing fork included. */
  readonly taken: { commit: Commit; report: KnownReport; holders: Map<number, number> }[] = []
  /** Observations by their envelope's bytes. */
  readonly observations = new Map<Uint8Array, Observation>()
  readonly timeouts = new Map<Uint8Array, HeldTimeout & { sender: NodeId }>()
  /** Instances in which a leader proposed afresh what it should have repeated. */
  readonly fallbacks = new Set<string>()
  readonly log: { message: OracleMessage; envelope: OpenedEnvelope }[] = []
  isChaos = true
  lives = 0
  reorgs = 0
  readonly #timeline = new Timeline()
  /** First observation of each honest member in each instance. */
  readonly #firstWords = new Map<string, Map<number, Observation>>()

  constructor(init: WorldInit) {
    this.rng = createSeededRng(`schedules/${init.n}/${init.seed}`)
    this.rules = init.rules ?? ALL_RULES
    const committee = committeeOf(init.n)
    this.faults = committee.faults
    this.committee = committeeUnder(committee, this.rules)
    this.ledger = new Ledger(this.committee)
    this.members = committee.members.map((_, i) => new Member(this, i, init.faults.get(i) ?? null))
    this.honest = this.members.filter(({ fault }) => fault === null)
  }

  get nowMs(): number {
    return this.#timeline.nowMs
  }

  get quorum(): number {
    return quorumOf(this.committee)
  }

  idOf(index: number): NodeId {
    return (this.committee.members[index] as Committee['members'][number]).nodeId
  }

  after(ms: number, run: () => void): void {
    this.#timeline.after(ms, run)
  }

  runUntil(isDone: () => boolean, untilMs: number): boolean {
    return this.#timeline.runUntil(isDone, untilMs)
  }

  /** Everybody hears of it, some later than others. */
  tellHead(): void {
    for (const member of this.members) {
      this.after(this.rng.int(5, this.isChaos ? 1_500 : 60), () => member.seeHead())
    }
  }

  reorg(depth: number): void {
    this.reorgs++
    this.ledger.commits.splice(Math.max(0, this.ledger.commits.length - depth))
    this.tellHead()
  }

  commit(report: KnownReport, instance: Instance, view: number, signers: readonly number[]): boolean {
    const commit = this.ledger.commit(report, instance, view, signers)
    if (commit === null) {
      return false
    }
    const holders = new Map<number, number>()
    for (const { items } of this.#firstWords.get(instanceKey(instance))?.values() ?? []) {
      for (const item of items) {
        holders.set(item, (holders.get(item) ?? 0) + 1)
      }
    }
    this.taken.push({ commit, report, holders })
    this.tellHead()
    return true
  }

  envelope(from: Member): OpenedEnvelope {
    return { sender: from.id, bytes: new Uint8Array(1) } as OpenedEnvelope
  }

  observation(from: Member, items: ReadonlySet<number>): { envelope: OpenedEnvelope; observation: Observation } {
    const envelope = this.envelope(from)
    const { items: known } = this.ledger.stateAfter(from.instance.prev)
    // A liar's clock shows anything.
    const timeMs = from.fault === null ? this.nowMs : this.nowMs + this.rng.int(-60_000, 60_000)
    const own = new Set([...items].filter((item) => !known.has(item)))
    const observation = { member: from.index, instance: instanceKey(from.instance), timeMs, items: own }
    this.observations.set(envelope.bytes, observation)
    return { envelope, observation }
  }

  observeMessage(instance: Instance, { timeMs }: Observation): { type: 'observe' } & Observe {
    return { type: 'observe', instance, timeMs, buckets: [], measures: [] }
  }

  noteObservation(from: Member, observation: Observation): void {
    const words = this.#firstWords.get(observation.instance) ?? new Map<number, Observation>()
    if (from.fault === null && !words.has(from.index)) {
      this.#firstWords.set(observation.instance, words.set(from.index, observation))
    }
  }

  /** Written down, and about to be sent. */
  noteWord(from: Member, word: Pick<SignedWord, 'type' | 'view' | 'digest'>): void {
    if (from.fault === null) {
      this.signed.push({ ...word, member: from.index, instance: from.instance, shown: from.shown })
    }
  }

  noteSignature(from: Member, view: number, digest: Hex32): void {
    this.ledger.signatures.add(Ledger.signature(from.index, from.instance, view, digest))
  }

  openTimeouts({ instance, timeouts }: Propose): (HeldTimeout & { sender: NodeId })[] {
    const key = instanceKey(instance)
    const held = timeouts.flatMap((bytes) => this.timeouts.get(bytes) ?? [])
    return held.filter(({ timeout }) => instanceKey(timeout.instance) === key)
  }

  broadcast(from: Member, message: OracleMessage, envelope: OpenedEnvelope, isFor = (_index: number): boolean => true): void {
    this.log.push({ message, envelope })
    for (const to of this.members) {
      const isWithheld = from.fault === 'withhold' && this.rng.next() < 0.6
      if (to !== from && isFor(to.index) && !isWithheld) {
        this.deliver(to, message, envelope, from.fault === 'delay' ? this.rng.int(0, 5_000) : 0)
      }
    }
  }

  deliver(to: Member, message: OracleMessage, envelope: OpenedEnvelope, extraMs = 0): void {
    if (this.isChaos && this.rng.next() < 0.25) {
      return
    }
    const times = this.isChaos && this.rng.next() < 0.05 ? 2 : 1
    for (let i = 0; i < times; i++) {
      this.after(extraMs + this.rng.int(1, this.isChaos ? 1_200 : 40), () => to.receive(message, envelope))
    }
  }
}
