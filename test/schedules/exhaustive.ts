import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Committee, EpochNumber, Hex32, NodeId } from '@cortensor/interface'
import { type Instance, instanceKey } from '@cortensor/protocols'
import { reduceAgreement } from '../../packages/oracle/src/agreement/reduce.js'
import {
  type AgreementEffect,
  type AgreementEvent,
  type CheckedReport,
  createAgreement
} from '../../packages/oracle/src/agreement/state.js'
import {
  attestRefusal,
  NO_WORDS,
  proposeRefusal,
  type SignedWords,
  type SpokenProposal
} from '../../packages/oracle/src/record/words.js'
import { committeeOf, Ledger } from './ledger.js'
import { bytesOf, keyOf, NOTHING, type Oracle, type Said, type Snapshot, withOracle, withSaid } from './snapshot.js'
import { TIMING } from './timing.js'

export interface ExhaustiveInit {
  n: 3 | 4
  /** The leader of the first view says everything that it could say, to everybody in any order. */
  liar: boolean
  /** Honest members that may crash, together. @default 0 */
  crashes?: number
  /** Times that the chain may take its last commit back. @default 1 */
  reorgs?: number
  /** The last epoch that anyone works on. @default 2 */
  lastEpoch?: number
  /** Looks at so many states at most. */
  maxStates: number
  /** Switches the record off, to see the search find something. @default true */
  record?: boolean
}

export interface ExhaustiveResult {
  states: number
  /** True iff every state was looked at. */
  complete: boolean
  /** The first thing that went wrong, null when nothing did. */
  violation: string | null
}

/** Views beyond this are not left by a timer: the bound of the search. */
const LAST_VIEW = 1

/**
 * Every history of a committee of reducers up to two views and one reorganisation: any message may come at any time or never, any timer
 * may end at any time, anyone may bring a quorum to the chain at any time. Attestations reach the chain at once and members never: a
 * member that knows of a quorum only stops, so that this allows more histories, not fewer.
 */
export function exploreAll(init: ExhaustiveInit): ExhaustiveResult {
  const search = new Search(init)
  return search.run()
}

class Search {
  readonly #committee: Committee
  readonly #ledger: Ledger
  readonly #liar: number
  readonly #reports = new Map<string, CheckedReport>()
  readonly #fitting = new Set<string>()

  constructor(readonly init: ExhaustiveInit) {
    this.#committee = committeeOf(init.n)
    this.#ledger = new Ledger(this.#committee)
    // Epoch 1 is led by member 1.
    this.#liar = init.liar ? 1 : -1
  }

  run(): ExhaustiveResult {
    const first = this.#first()
    const seen = new Set([keyOf(first)])
    const open = [first]
    // Short histories first, so that what is found is short.
    for (const next of open) {
      const violation = this.#violation(next)
      if (violation !== null) {
        return { states: seen.size, complete: false, violation }
      }
      for (const successor of this.#successors(next)) {
        const key = keyOf(successor)
        if (!seen.has(key)) {
          seen.add(key)
          open.push(successor)
        }
      }
      if (seen.size >= this.init.maxStates) {
        return { states: seen.size, complete: false, violation: null }
      }
    }
    return { states: seen.size, complete: true, violation: null }
  }

  #first(): Snapshot {
    const instance = this.#instanceAfter([])
    let snapshot: Snapshot = {
      oracles: this.#committee.members.map((_, i) => (i === this.#liar ? null : this.#begin(i, instance, new Map(), []))),
      said: this.#liar < 0 ? [] : this.#lies(instance),
      chain: [],
      reorgs: this.init.reorgs ?? 1,
      crashes: this.init.crashes ?? 0
    }
    this.#committee.members.forEach((_, i) => {
      snapshot = this.#start(snapshot, i)
    })
    return snapshot
  }

  #id(index: number): NodeId {
    return (this.#committee.members[index] as Committee['members'][number]).nodeId
  }

  #instanceAfter(chain: Snapshot['chain']): Instance {
    const prev = chain.at(-1)?.digest ?? ZERO_HEX32
    return { config: this.#committee.config, epoch: (chain.length + 1) as EpochNumber, prev }
  }

  #report(instance: Instance, name: string, fits = true): CheckedReport {
    const key = `${instanceKey(instance)} ${name}`
    const known = this.#reports.get(key) ?? this.#ledger.makeUp(instance, name)
    this.#reports.set(key, known)
    if (fits) {
      this.#fitting.add(known.digest)
    }
    return known
  }

  /** Two reports that follow and one that does not, and timeouts with every last word. */
  #lies(instance: Instance): Said[] {
    const reports = [this.#report(instance, 'twin a'), this.#report(instance, 'twin b'), this.#report(instance, 'false', false)]
    const proposals = reports.map((report): Said => {
      const propose = { instance, view: 0, report: report.report, digest: report.digest, timeouts: [] }
      return { from: this.#liar, instance, key: `liar ${report.digest}`, propose }
    })
    const lasts = [null, ...reports.map(({ digest, report }) => ({ view: 0, digest, report }))]
    const timeouts = lasts.map((last): Said => {
      const key = `liar timeout ${last?.digest}`
      return { from: this.#liar, instance, key, timeout: { instance, view: 0, last }, bytes: bytesOf(key) }
    })
    return [...proposals, ...timeouts]
  }

  /** An oracle that has just seen the head: everybody's observation is there. */
  #begin(self: number, instance: Instance, words: Oracle['words'], attested: Oracle['attested']): Oracle {
    const own = this.init.record === false ? NO_WORDS : (words.get(instanceKey(instance)) ?? NO_WORDS)
    const agreement = createAgreement({
      self: this.#id(self),
      committee: this.#committee,
      instance,
      lastCutoffMs: 0,
      words: own
    })
    return { agreement, words, attested }
  }

  #start(snapshot: Snapshot, self: number): Snapshot {
    const observe = { instance: this.#instanceAfter(snapshot.chain), timeMs: 0, buckets: [], measures: [] }
    const events = this.#committee.members.map(
      ({ nodeId: sender }): AgreementEvent => ({ type: 'observe', nowMs: 0, sender, bytes: NOTHING, observe })
    )
    return events.reduce((next, event) => this.#feed(next, self, event), snapshot)
  }

  #feed(snapshot: Snapshot, self: number, event: AgreementEvent): Snapshot {
    const oracle = snapshot.oracles[self]
    if (oracle === null || oracle === undefined) {
      return snapshot
    }
    const step = reduceAgreement(oracle.agreement, event, TIMING)
    const next = withOracle(snapshot, self, { ...oracle, agreement: step.state })
    return step.effects.reduce((after, effect) => this.#perform(after, self, effect), next)
  }

  #perform(snapshot: Snapshot, self: number, effect: AgreementEffect): Snapshot {
    const oracle = snapshot.oracles[self] as Oracle
    const { instance, view: current } = oracle.agreement
    const key = instanceKey(instance)
    const words = oracle.words.get(key) ?? NO_WORDS
    const write = (changed: SignedWords): Oracle => ({ ...oracle, words: new Map(oracle.words).set(key, changed) })
    const isRecorded = this.init.record !== false
    switch (effect.type) {
      case 'check': {
        const fits = this.#fitting.has(effect.propose.digest)
        const report = fits ? (effect.propose as unknown as CheckedReport) : null
        return this.#feed(snapshot, self, { type: 'checked', nowMs: 0, of: effect.propose, report })
      }
      case 'attest': {
        if (isRecorded && attestRefusal(words, effect.view, effect.digest) !== null) {
          return snapshot
        }
        const { digest, report, view } = effect
        const after = write({ ...words, attested: new Map(words.attested).set(view, { digest, report, view }) })
        const attested = new Set(oracle.attested).add(`${key}/${view}/${digest}`)
        return withOracle(snapshot, self, { ...after, attested: [...attested].sort() })
      }
      case 'timeout': {
        const after = withOracle(snapshot, self, write({ ...words, timedOut: new Set(words.timedOut).add(effect.view) }))
        const timeout = { instance, view: effect.view, last: effect.last }
        const said = `${key} ${self} timeout ${effect.view} ${effect.last?.view} ${effect.last?.digest}`
        return withSaid(after, { from: self, instance, key: said, timeout, bytes: bytesOf(said) })
      }
      case 'propose': {
        if (current > LAST_VIEW) {
          return snapshot
        }
        if (effect.again !== null && !this.#fitting.has(effect.again.digest)) {
          const { timeouts, view } = effect
          return this.#feed(snapshot, self, { type: 'unproposed', nowMs: 0, view, timeouts, tried: 0 })
        }
        // What a leader derives after a crash may be another report: it holds more by then.
        const { digest, report } = effect.again ?? this.#report(instance, `${self} ${effect.view} ${snapshot.crashes}`)
        return this.#say(snapshot, self, { view: effect.view, report, digest, timeouts: effect.timeouts })
      }
      case 'repeat':
        return this.#say(snapshot, self, effect.proposal)
      default:
        return snapshot
    }
  }

  #say(snapshot: Snapshot, self: number, proposal: SpokenProposal): Snapshot {
    const oracle = snapshot.oracles[self] as Oracle
    const { instance } = oracle.agreement
    const key = instanceKey(instance)
    const words = oracle.words.get(key) ?? NO_WORDS
    if (this.init.record !== false && proposeRefusal(words, proposal) !== null) {
      return snapshot
    }
    const spoken = { ...words, proposed: new Map(words.proposed).set(proposal.view, proposal) }
    const after = withOracle(snapshot, self, { ...oracle, words: new Map(oracle.words).set(key, spoken) })
    const said = `${key} ${self} ${proposal.view} ${proposal.digest}`
    return withSaid(after, { from: self, instance, key: said, propose: { instance, ...proposal } })
  }

  *#successors(snapshot: Snapshot): Generator<Snapshot> {
    const head = this.#instanceAfter(snapshot.chain)
    for (const [self, oracle] of snapshot.oracles.entries()) {
      if (oracle === null) {
        continue
      }
      const { agreement } = oracle
      const key = instanceKey(agreement.instance)
      for (const said of snapshot.said) {
        if (instanceKey(said.instance) === key) {
          yield this.#feed(snapshot, self, this.#heard(said, snapshot))
        }
      }
      const mayExpire = agreement.view < LAST_VIEW && agreement.instance.epoch === 1 && !agreement.timedOut.has(agreement.view)
      if (mayExpire) {
        yield this.#feed(snapshot, self, { type: 'tick', nowMs: agreement.viewEndsMs + 1, hasItems: false })
      }
      if (key !== instanceKey(head) && head.epoch <= (this.init.lastEpoch ?? 2)) {
        const moved = withOracle(snapshot, self, this.#begin(self, head, oracle.words, oracle.attested))
        yield this.#start(moved, self)
      }
      if (snapshot.crashes > 0) {
        const words = oracle.words
        const anew = withOracle(snapshot, self, this.#begin(self, agreement.instance, words, oracle.attested))
        yield this.#start({ ...anew, crashes: snapshot.crashes - 1 }, self)
      }
    }
    for (const digest of snapshot.chain.length >= (this.init.lastEpoch ?? 2) - 1 ? [] : this.#quorums(snapshot, head)) {
      yield { ...snapshot, chain: [...snapshot.chain, { instance: head, digest }] }
    }
    if (snapshot.reorgs > 0 && snapshot.chain.length > 0) {
      yield { ...snapshot, chain: snapshot.chain.slice(0, -1), reorgs: snapshot.reorgs - 1 }
    }
  }

  #heard(said: Said, { said: all }: Snapshot): AgreementEvent {
    if ('timeout' in said) {
      return { type: 'timeout', nowMs: 0, sender: this.#id(said.from), bytes: said.bytes, timeout: said.timeout }
    }
    const inside = all.flatMap((other) =>
      'timeout' in other && said.propose.timeouts.includes(other.bytes)
        ? [{ sender: this.#id(other.from), bytes: other.bytes, timeout: other.timeout }]
        : []
    )
    return { type: 'propose', nowMs: 0, sender: this.#id(said.from), propose: said.propose, timeouts: inside }
  }

  /** Digests of an instance that the chain would take now; the liar attests all of them. */
  #quorums({ oracles }: Snapshot, instance: Instance): Set<Hex32> {
    const given = oracles.flatMap((oracle) => oracle?.attested ?? []).filter((one) => one.startsWith(instanceKey(instance)))
    const groups = Map.groupBy(given, (one) => one)
    const needed = this.#committee.attestations - (this.#liar < 0 ? 0 : 1)
    return new Set([...groups.values()].filter((group) => group.length >= needed).map(([one]) => one?.split('/').at(-1) as Hex32))
  }

  #violation(snapshot: Snapshot): string | null {
    for (const [i, oracle] of snapshot.oracles.entries()) {
      const views = (oracle?.attested ?? []).map((one) => one.slice(0, one.lastIndexOf('/')))
      if (new Set(views).size < views.length) {
        return `V4: member ${i} attested two digests in one view`
      }
      if (oracle?.attested.some((one) => !this.#fitting.has(one.split('/').at(-1) as Hex32))) {
        return `V1: member ${i} attested a report that does not follow`
      }
    }
    if (snapshot.chain.some(({ instance }, i) => instance.prev !== (snapshot.chain[i - 1]?.digest ?? ZERO_HEX32))) {
      return 'V2: a commit does not build on the one before'
    }
    const isForked = this.#liar < 0 && this.#quorums(snapshot, this.#instanceAfter([])).size > 1
    return isForked ? 'V3: two digests have a quorum' : null
  }
}
