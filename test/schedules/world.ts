import { blockCid, bytesToHex32, sha256 } from '@cortensor/crypto'
import type { ChainCall, CidString, Committee, EpochCommit, Hex32, NetworkId, Rng } from '@cortensor/interface'
import { createMemoryVerifier, createVirtualClock, type VirtualClock } from '@cortensor/memory'
import { type Instance, instanceKey, memberIndex, type OpenedEnvelope, type OracleMessage, quorumOf } from '@cortensor/protocols'
import { bytesToHex, createSeededRng, utf8ToBytes } from '@cortensor/utils'
import type { HeldObservation } from '../../packages/oracle/src/agreement/state.js'
import { type Commit, committeeOf, type KnownReport, Ledger, type Observation } from './ledger.js'
import { type Fault, Member } from './member.js'
import { ALL_RULES, committeeUnder, type Rules } from './rules.js'

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
  type: 'propose' | 'attest' | 'timeout'
  view: number
  digest: Hex32 | null
  shown: Instance | null
}

/** One proposal, whichever certificate it comes with. */
export const proposalKey = (instance: Instance, view: number, digest: Hex32 | null): string =>
  `${instanceKey(instance)}/${view}/${digest}`

/** The end of an envelope, which no other one has. */
const signatureOf = (envelope: Uint8Array): string => bytesToHex(envelope.subarray(-24))

const START_MS = 1_767_225_600_000

/** A committee on virtual time, the chain that it writes to, links that lose and delay until they heal, and a log of all that counts. */
export class World {
  readonly networkId = '0123456789abcdef' as NetworkId
  readonly rng: Rng
  readonly rules: Rules
  readonly clock: VirtualClock = createVirtualClock({ startMs: START_MS })
  readonly verifier = createMemoryVerifier()
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
  /** What a leader that proposes has to repeat, by {@link proposalKey}; null when one of its certificates says that it is free. */
  readonly duties = new Map<string, Hex32 | null>()
  /** Instances in which a leader proposed afresh what it should have repeated. */
  readonly fallbacks = new Set<string>()
  readonly log: { message: OracleMessage; envelope: OpenedEnvelope }[] = []
  /** Members that somebody honest holds two attestations of in one view. */
  readonly accused = new Set<number>()
  isChaos = true
  /** Told of every word that is on disk and not sent yet. */
  onWord: (from: Member, word: Pick<SignedWord, 'type'>) => void = () => {}
  reorgs = 0
  #sequence = 0
  readonly #buckets = new Map<CidString, ReadonlySet<number>>()
  readonly #lasts = new Map<string, Extract<OracleMessage, { type: 'timeout' }>>()
  readonly #digests = new Map<string, Hex32>()
  /** First observation of each honest member in each instance. */
  readonly #firstWords = new Map<string, Map<number, ReadonlySet<number>>>()

  constructor(init: WorldInit) {
    this.rng = createSeededRng(`schedules/${init.n}/${init.seed}`)
    this.rules = init.rules ?? ALL_RULES
    const committee = committeeOf(init.n)
    this.faults = committee.faults
    this.committee = committeeUnder(committee, this.rules)
    this.ledger = new Ledger(this.committee, START_MS)
    this.members = committee.members.map((_, i) => new Member(this, i, init.faults.get(i) ?? null))
    this.honest = this.members.filter(({ fault }) => fault === null)
  }

  /** Since the start. */
  get nowMs(): number {
    return this.clock.now() - START_MS
  }

  get quorum(): number {
    return quorumOf(this.committee)
  }

  sequence = (): number => ++this.#sequence

  /** What a member signs; any collision-free digest does. */
  attestationDigest = (instance: Instance, view: number, digest: Hex32): Hex32 => {
    const key = `${instanceKey(instance)}/${view}/${digest}`
    const known = this.#digests.get(key) ?? bytesToHex32(sha256(utf8ToBytes(key)))
    this.#digests.set(key, known)
    return known
  }

  /** Until the condition holds (true) or the time is over. */
  runUntil(isDone: () => boolean, untilMs: number): Promise<boolean> {
    return this.clock.runUntil(isDone, Math.max(0, untilMs - this.nowMs))
  }

  /** Everybody hears of it, some later than others. */
  tellHead(): void {
    for (const member of this.members) {
      this.clock.after(this.rng.int(5, this.isChaos ? 1_500 : 60), () => member.seeHead())
    }
  }

  reorg(depth: number): void {
    this.reorgs++
    this.ledger.commits.splice(Math.max(0, this.ledger.commits.length - depth))
    this.tellHead()
  }

  /** What the contract checks. */
  async takes({ commit, signatures, view }: Extract<ChainCall, { type: 'commitEpoch' }>): Promise<boolean> {
    const report = this.ledger.reports.get(commit.reportCid)
    const instance = { config: this.committee.config, epoch: commit.epoch, prev: commit.prev }
    if (report === undefined) {
      return false
    }
    const digest = this.attestationDigest(instance, view, report.digest)
    const accounts = await Promise.all(signatures.map(({ signature }) => this.verifier.recover(digest, signature)))
    const signers = signatures.flatMap(({ index }, i) =>
      accounts[i] === this.committee.members[index]?.operator && accounts[i] !== undefined ? [index] : []
    )
    return this.ledger.takes(instance, signers)
  }

  /** False when another one was quicker. */
  commit({ epoch, prev, reportCid }: EpochCommit, view: number): boolean {
    const instance = { config: this.committee.config, epoch, prev }
    if (instanceKey(instance) !== instanceKey(this.ledger.next)) {
      return false
    }
    const report = this.ledger.reports.get(reportCid) as KnownReport
    const commit = this.ledger.commit(report, instance, view)
    const holders = new Map<number, number>()
    for (const items of this.#firstWords.get(instanceKey(instance))?.values() ?? []) {
      for (const item of items) {
        holders.set(item, (holders.get(item) ?? 0) + 1)
      }
    }
    this.taken.push({ commit, report, holders })
    this.tellHead()
    return true
  }

  /** What a member says that it holds, in a bucket that it serves. A liar's clock shows anything. */
  observe(from: Member, items: ReadonlySet<number>): { bucket: CidString | null; timeMs: number } {
    const timeMs = this.clock.now() + (from.fault === null ? 0 : this.rng.int(-60_000, 60_000))
    const { items: known } = this.ledger.stateAfter(from.instance.prev)
    const own = new Set([...items].filter((item) => !known.has(item)).sort((a, b) => a - b))
    const key = instanceKey(from.instance)
    const words = this.#firstWords.get(key) ?? new Map<number, ReadonlySet<number>>()
    if (from.fault === null && !words.has(from.index)) {
      this.#firstWords.set(key, words.set(from.index, own))
    }
    if (own.size === 0) {
      return { bucket: null, timeMs }
    }
    const bucket = blockCid(utf8ToBytes([...own].join()), 'dag-cbor')
    this.#buckets.set(bucket, own)
    from.blocks.add(bucket)
    return { bucket, timeMs }
  }

  readObservation({ observe, sender }: HeldObservation, instance: Instance): Observation {
    const bucket = observe.buckets[0] ?? null
    const items = (bucket === null ? undefined : this.#buckets.get(bucket)) ?? new Set()
    return { member: memberIndex(this.committee, sender), instance: instanceKey(instance), timeMs: observe.timeMs, bucket, items }
  }

  /** Written down, and about to be sent. */
  noteWord(from: Member, word: Omit<SignedWord, 'member'>): void {
    if (from.fault === null) {
      this.signed.push({ ...word, member: from.index })
      this.onWord(from, word)
    }
  }

  broadcast(from: Member, message: OracleMessage, envelope: OpenedEnvelope, isFor = (_index: number): boolean => true): void {
    this.log.push({ message, envelope })
    if (message.type === 'timeout') {
      this.noteTimeout(message, envelope)
    } else if (message.type === 'propose') {
      this.#noteDuty(message)
    }
    for (const to of this.members) {
      const isWithheld = from.fault === 'withhold' && this.rng.next() < 0.6
      if (to !== from && isFor(to.index) && !isWithheld) {
        this.deliver(to, message, envelope, from.fault === 'delay' ? this.rng.int(0, 5_000) : 0)
      }
    }
  }

  /** Whatever may turn up in a certificate, said to everybody or to some. */
  noteTimeout(message: Extract<OracleMessage, { type: 'timeout' }>, envelope: OpenedEnvelope): void {
    this.#lasts.set(signatureOf(envelope.bytes), message)
  }

  deliver(to: Member, message: OracleMessage, envelope: OpenedEnvelope, extraMs = 0): void {
    if (this.isChaos && this.rng.next() < 0.25) {
      return
    }
    const times = this.isChaos && this.rng.next() < 0.05 ? 2 : 1
    for (let i = 0; i < times; i++) {
      this.clock.after(extraMs + this.rng.int(1, this.isChaos ? 1_200 : 40), () => to.receive(message, envelope))
    }
  }

  /** Rule 4: its certificate says what a leader has to repeat. */
  #noteDuty({ digest, instance, timeouts, view }: Extract<OracleMessage, { type: 'propose' }>): void {
    const lasts = timeouts.flatMap((bytes) => this.#lasts.get(signatureOf(bytes))?.last ?? [])
    lasts.sort((a, b) => b.view - a.view || (a.digest < b.digest ? -1 : 1))
    const duty = lasts[0]?.digest ?? null
    const key = proposalKey(instance, view, digest)
    this.duties.set(key, (this.duties.get(key) ?? duty) === duty ? duty : null)
    if (duty !== null && duty !== digest) {
      this.fallbacks.add(instanceKey(instance))
    }
  }
}
