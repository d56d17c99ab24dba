import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Committee, EpochNumber, Hex32, NodeId } from '@cortensor/interface'
import type { Instance, Propose, Timeout } from '@cortensor/protocols'
import { reduceAgreement } from '../../packages/oracle/src/agreement/reduce.js'
import {
  type AgreementEffect,
  type AgreementEvent,
  type AgreementState,
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
import { Ledger } from './ledger.js'
import { TIMING } from './timing.js'

export type Said = { from: number; key: string } & ({ propose: Propose } | { timeout: Timeout; bytes: Uint8Array })

/** One honest member, with what it has on disk. */
export interface Oracle {
  self: number
  agreement: AgreementState
  words: SignedWords
  /** Every attestation that left, for ever, as `view/digest`. */
  attested: readonly string[]
  /** How often it has begun this epoch. */
  starts: number
}

export interface Turn {
  oracle: Oracle
  said: readonly Said[]
}

/** Views beyond this are not left by a timer: the bound of the search. */
const LAST_VIEW = 1
const NOTHING = new Uint8Array()

export interface MembersInit {
  committee: Committee
  /** Members with a record of what they signed. */
  isRecorded: boolean
}

/** What a member of the first epoch's committee does, one step at a time, and nothing but what follows from its state and the step. */
export class Members {
  readonly instance: Instance
  readonly #init: MembersInit
  readonly #ledger: Ledger
  readonly #fitting = new Set<string>()
  readonly #timeouts = new Map<string, Extract<Said, { bytes: Uint8Array }>>()
  readonly #timeoutOf = new Map<Uint8Array, Extract<Said, { bytes: Uint8Array }>>()

  constructor(init: MembersInit) {
    this.#init = init
    this.#ledger = new Ledger(init.committee)
    this.instance = { config: init.committee.config, epoch: 1 as EpochNumber, prev: ZERO_HEX32 }
  }

  follows(digest: Hex32): boolean {
    return this.#fitting.has(digest)
  }

  /** Two reports that follow and one that does not, and timeouts with every last word. */
  lies(from: number): Said[] {
    const reports = [this.#report('twin a'), this.#report('twin b'), this.#report('false', false)]
    const proposals = reports.map(({ digest, report }) => this.#propose(from, { view: 0, report, digest, timeouts: [] }))
    const lasts = [null, ...reports.map(({ digest, report }) => ({ view: 0, digest, report }))]
    return [...proposals, ...lasts.map((last) => this.#timeout(from, { instance: this.instance, view: 0, last }))]
  }

  /** It sees that the epoch is open: everybody's observation is there. */
  begin({ attested, self, starts, words }: Pick<Oracle, 'self' | 'words' | 'attested' | 'starts'>): Turn {
    const { committee, isRecorded } = this.#init
    const kept = isRecorded ? words : NO_WORDS
    const agreement = createAgreement({
      self: this.#id(self),
      committee,
      instance: this.instance,
      lastCutoffMs: 0,
      words: kept
    })
    const observe = { instance: this.instance, timeMs: 0, buckets: [], measures: [] }
    const oracle: Oracle = { self, agreement, words, attested, starts: starts + 1 }
    return committee.members.reduce<Turn>(
      (turn, { nodeId: sender }) => this.#feed(turn, { type: 'observe', nowMs: 0, sender, bytes: NOTHING, observe }),
      { oracle, said: [] }
    )
  }

  hear(oracle: Oracle, said: Said): Turn {
    const sender = this.#id(said.from)
    if ('timeout' in said) {
      return this.#feed({ oracle, said: [] }, { type: 'timeout', nowMs: 0, sender, bytes: said.bytes, timeout: said.timeout })
    }
    const timeouts = said.propose.timeouts.map((bytes) => {
      const inside = this.#timeoutOf.get(bytes) as Extract<Said, { bytes: Uint8Array }>
      return { sender: this.#id(inside.from), bytes, timeout: inside.timeout }
    })
    return this.#feed({ oracle, said: [] }, { type: 'propose', nowMs: 0, sender, propose: said.propose, timeouts })
  }

  /** Its view has taken too long; null where that cannot be, or is beyond the bound. */
  expire(oracle: Oracle): Turn | null {
    const { agreement } = oracle
    if (agreement.view >= LAST_VIEW || agreement.timedOut.has(agreement.view)) {
      return null
    }
    return this.#feed({ oracle, said: [] }, { type: 'tick', nowMs: agreement.viewEndsMs + 1, hasItems: false })
  }

  #id(index: number): NodeId {
    return (this.#init.committee.members[index] as Committee['members'][number]).nodeId
  }

  #report(name: string, fits = true): CheckedReport {
    const report = this.#ledger.makeUp(this.instance, name)
    if (fits) {
      this.#fitting.add(report.digest)
    }
    return report
  }

  #propose(from: number, spoken: SpokenProposal): Said {
    const certificate = spoken.timeouts.map((bytes) => this.#timeoutOf.get(bytes)?.key).sort()
    return {
      from,
      key: `${from} propose ${spoken.view} ${spoken.digest} ${certificate}`,
      propose: { instance: this.instance, ...spoken }
    }
  }

  #timeout(from: number, timeout: Timeout): Said {
    const key = `${from} timeout ${timeout.view} ${timeout.last?.view} ${timeout.last?.digest}`
    const known = this.#timeouts.get(key) ?? { from, key, timeout, bytes: new Uint8Array(1) }
    this.#timeouts.set(key, known)
    this.#timeoutOf.set(known.bytes, known)
    return known
  }

  #feed({ oracle, said }: Turn, event: AgreementEvent): Turn {
    const step = reduceAgreement(oracle.agreement, event, TIMING)
    return step.effects.reduce((turn, effect) => this.#perform(turn, effect), {
      oracle: { ...oracle, agreement: step.state },
      said
    })
  }

  #perform(turn: Turn, effect: AgreementEffect): Turn {
    const { oracle, said } = turn
    const { self, words } = oracle
    switch (effect.type) {
      case 'check': {
        const report = this.follows(effect.propose.digest) ? (effect.propose as unknown as CheckedReport) : null
        return this.#feed(turn, { type: 'checked', nowMs: 0, of: effect.propose, report })
      }
      case 'attest': {
        const { digest, report, view } = effect
        if (this.#init.isRecorded && attestRefusal(words, view, digest) !== null) {
          return turn
        }
        const attested = [...new Set(oracle.attested).add(`${view}/${digest}`)].sort()
        const written = { ...words, attested: new Map(words.attested).set(view, { digest, report, view }) }
        return { oracle: { ...oracle, words: written, attested }, said }
      }
      case 'timeout': {
        const written = { ...words, timedOut: new Set(words.timedOut).add(effect.view) }
        const timeout = this.#timeout(self, { instance: this.instance, view: effect.view, last: effect.last })
        return { oracle: { ...oracle, words: written }, said: [...said, timeout] }
      }
      case 'propose': {
        const { again, timeouts, view } = effect
        if (view > LAST_VIEW) {
          return turn
        }
        if (again !== null && !this.follows(again.digest)) {
          return this.#feed(turn, { type: 'unproposed', nowMs: 0, view, timeouts, tried: 0 })
        }
        // What a leader derives once it has begun anew may be another report: it holds more by then.
        const { digest, report } = again ?? this.#report(`${self} ${view} ${oracle.starts}`)
        return this.#say(turn, { view, report, digest, timeouts })
      }
      case 'repeat':
        return this.#say(turn, effect.proposal)
      default:
        return turn
    }
  }

  #say(turn: Turn, proposal: SpokenProposal): Turn {
    const { oracle, said } = turn
    if (this.#init.isRecorded && proposeRefusal(oracle.words, proposal) !== null) {
      return turn
    }
    const words = { ...oracle.words, proposed: new Map(oracle.words.proposed).set(proposal.view, proposal) }
    return { oracle: { ...oracle, words }, said: [...said, this.#propose(oracle.self, proposal)] }
  }
}

/** All of a member that can make a difference from here on. */
export function keyOf({ agreement, attested, self, starts, words }: Oracle): string {
  const own = [
    [...words.timedOut].sort(),
    [...words.attested].map(([view, { digest }]) => `${view}${digest}`).sort(),
    [...words.proposed].map(([view, spoken]) => `${view}${spoken?.digest}`).sort(),
    attested,
    starts
  ]
  const { attested: signed, last, phase, proposals, proposed, timedOut, timeouts, view } = agreement
  const heard = [...timeouts].flatMap(([sender, byView]) =>
    [...byView].map(([given, { timeout }]) => `${sender}${given}${timeout.last?.view}${timeout.last?.digest}`)
  )
  return [
    self,
    phase,
    view,
    last?.view,
    last?.digest,
    [...timedOut].sort(),
    [...proposed].sort(),
    heard.sort(),
    [...signed].map(([given, digest]) => `${given}${digest}`).sort(),
    [...proposals].map(([given, { digest, duty }]) => `${given}${digest}${duty?.digest}`).sort(),
    ...own
  ].join('|')
}
