import type { Hex32 } from '@cortensor/interface'
import { NO_WORDS } from '../../packages/oracle/src/record/words.js'
import { keyOf, Members, type Oracle, type Said, type Turn } from './exhaustive-member.js'
import { Fingerprints } from './fingerprints.js'
import { committeeOf } from './ledger.js'

export interface ExhaustiveInit {
  n: 3 | 4
  /** The leader of the first view says everything that it could say, to everybody in any order. */
  liar: boolean
  /** Times that each honest member may begin anew, with its record: a crash, or a commit that the chain takes back. @default 0 */
  restarts?: number
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

/** Epoch 1 is led by member 1. */
const FIRST_LEADER = 1
const NOBODY = -1

/**
 * Every history of a committee of reducers in one epoch, up to two views: any message may come at any time or never, any timer may end
 * at any time, members begin anew at any time. Attestations reach the chain at once and members never: a member that knows of a quorum
 * only stops, so that this allows more histories, not fewer.
 *
 * What a member hears is its own affair until it says something, so that states are looked at after words only: whatever comes in
 * between can as well come right before the member's next word.
 *
 * A reorganisation is among them. Whoever sees a commit goes on to the next epoch and forgets all but its record. What it says there
 * belongs to another instance and makes no difference to this one, and the next epoch by itself is this one under another name. To this
 * epoch it is a member that hears nothing, until the chain takes the commit back: then it begins anew. Here it may without a commit, too.
 */
export function exploreAll(init: ExhaustiveInit): ExhaustiveResult {
  return new Search(init).run()
}

/** A member's state under a number, with what can come of it. */
interface Local {
  oracle: Oracle
  /** By message. */
  heard: (Step | undefined)[]
  expired: Step | null | undefined
  begun: Step | undefined
  /** By what has been said. */
  wordsOf: Map<number, readonly Step[]>
}

interface Step {
  local: number
  said: readonly number[]
}

/** States are rows of numbers: each member's state, and the messages so far. */
class Search {
  readonly #members: Members
  readonly #init: ExhaustiveInit
  readonly #needed: number
  readonly #locals: Local[] = []
  readonly #localOf = new Map<string, number>()
  readonly #messages: Said[] = []
  readonly #messageOf = new Map<string, number>()
  readonly #soups: (readonly number[])[] = []
  readonly #soupOf = new Map<string, number>()
  readonly #seen = new Fingerprints()
  readonly #width: number
  #open: Int32Array
  #count = 0
  #violation: string | null = null

  constructor(init: ExhaustiveInit) {
    const committee = committeeOf(init.n)
    this.#init = init
    this.#members = new Members({ committee, isRecorded: init.record !== false })
    // The liar attests everything.
    this.#needed = committee.attestations - (init.liar ? 1 : 0)
    this.#width = init.n + 1
    this.#open = new Int32Array(this.#width * 1024)
  }

  run(): ExhaustiveResult {
    this.#add(this.#first())
    // Short histories first, so that what is found is short.
    for (let level = this.#take(); level.length > 0 && !this.#isOver(); level = this.#take()) {
      for (let at = 0; at < level.length && !this.#isOver(); at += this.#width) {
        this.#expand(level.slice(at, at + this.#width))
      }
    }
    const complete = !this.#isOver()
    return { states: this.#seen.size, complete, violation: this.#violation }
  }

  #isOver(): boolean {
    return this.#violation !== null || this.#seen.size >= this.#init.maxStates
  }

  /** The states that were added since the last time. */
  #take(): Int32Array {
    const level = this.#open.subarray(0, this.#count * this.#width)
    this.#open = new Int32Array(this.#width * 1024)
    this.#count = 0
    return level
  }

  #first(): Int32Array {
    const { liar, n } = this.#init
    const row = new Int32Array(this.#width)
    let soup = this.#soup(liar ? this.#members.lies(FIRST_LEADER).map((said) => this.#message(said)) : [])
    for (let self = 0; self < n; self++) {
      if (liar && self === FIRST_LEADER) {
        row[self] = NOBODY
        continue
      }
      const { local, said } = this.#step(this.#members.begin({ self, words: NO_WORDS, attested: [], starts: 0 }))
      row[self] = local
      soup = this.#withSaid(soup, said)
    }
    row[n] = soup
    return row
  }

  #expand(row: Int32Array): void {
    const { n } = this.#init
    const soup = row[n] as number
    for (let self = 0; self < n; self++) {
      const id = row[self] as number
      if (id === NOBODY) {
        continue
      }
      for (const { local, said } of this.#words(id, soup)) {
        row[self] = local
        row[n] = this.#withSaid(soup, said)
        this.#add(row)
      }
      row[self] = id
      row[n] = soup
    }
  }

  /** All ways in which a member comes to say something, whatever it hears, and however often it begins anew, until then. */
  #words(id: number, soup: number): readonly Step[] {
    const { wordsOf } = this.#locals[id] as Local
    const known = wordsOf.get(soup)
    if (known !== undefined) {
      return known
    }
    const messages = this.#soups[soup] as readonly number[]
    const words = new Map<string, Step>()
    const silent = new Set([id])
    for (const next of silent) {
      for (const step of this.#steps(next, messages)) {
        const said = step.said.filter((message) => !messages.includes(message))
        if (said.length > 0 || this.#attested(step.local) > this.#attested(next)) {
          words.set(`${step.local} ${said}`, { local: step.local, said })
        } else {
          silent.add(step.local)
        }
      }
    }
    const all = [...words.values()]
    wordsOf.set(soup, all)
    return all
  }

  #attested(id: number): number {
    return (this.#locals[id] as Local).oracle.attested.length
  }

  #steps(id: number, messages: readonly number[]): Step[] {
    const local = this.#locals[id] as Local
    const expired = this.#expired(local)
    return [
      ...messages.map((message) => this.#heard(local, message)),
      ...(expired === null ? [] : [expired]),
      ...(local.oracle.starts <= (this.#init.restarts ?? 0) ? [this.#begun(local)] : [])
    ]
  }

  #add(row: Int32Array): void {
    if (!this.#seen.add(row, 0, this.#width)) {
      return
    }
    if (this.#open.length < (this.#count + 1) * this.#width) {
      const wider = new Int32Array(this.#open.length * 2)
      wider.set(this.#open)
      this.#open = wider
    }
    this.#open.set(row, this.#count * this.#width)
    this.#count++
    if (!this.#init.liar && this.#quorums(row).size > 1) {
      this.#violation ??= 'V3: two digests have a quorum'
    }
  }

  #heard(local: Local, message: number): Step {
    const known = local.heard[message] ?? this.#step(this.#members.hear(local.oracle, this.#messages[message] as Said))
    local.heard[message] = known
    return known
  }

  #expired(local: Local): Step | null {
    if (local.expired === undefined) {
      const turn = this.#members.expire(local.oracle)
      local.expired = turn === null ? null : this.#step(turn)
    }
    return local.expired
  }

  #begun(local: Local): Step {
    local.begun ??= this.#step(this.#members.begin(local.oracle))
    return local.begun
  }

  #step({ oracle, said }: Turn): Step {
    return { local: this.#local(oracle), said: said.map((one) => this.#message(one)) }
  }

  #local(oracle: Oracle): number {
    const key = keyOf(oracle)
    const known = this.#localOf.get(key)
    if (known !== undefined) {
      return known
    }
    this.#violation ??= this.#violationOf(oracle)
    this.#localOf.set(key, this.#locals.length)
    return this.#locals.push({ oracle, heard: [], expired: undefined, begun: undefined, wordsOf: new Map() }) - 1
  }

  #message(said: Said): number {
    const known = this.#messageOf.get(said.key) ?? this.#messages.push(said) - 1
    this.#messageOf.set(said.key, known)
    return known
  }

  #withSaid(soup: number, said: readonly number[]): number {
    const held = this.#soups[soup] as readonly number[]
    return said.every((message) => held.includes(message)) ? soup : this.#soup([...held, ...said])
  }

  #soup(messages: readonly number[]): number {
    const sorted = [...new Set(messages)].sort((a, b) => a - b)
    const key = sorted.join()
    const known = this.#soupOf.get(key) ?? this.#soups.push(sorted) - 1
    this.#soupOf.set(key, known)
    return known
  }

  /** What the chain would take now, as `view/digest`. */
  #quorums(row: Int32Array): Set<string> {
    const count = new Map<string, number>()
    for (let self = 0; self < this.#init.n; self++) {
      for (const one of this.#locals[row[self] as number]?.oracle.attested ?? []) {
        count.set(one, (count.get(one) ?? 0) + 1)
      }
    }
    return new Set([...count].filter(([, given]) => given >= this.#needed).map(([one]) => one.split('/')[1] as Hex32))
  }

  #violationOf({ attested, self }: Oracle): string | null {
    const said = attested.map((one) => one.split('/') as [string, Hex32])
    if (new Set(said.map(([view]) => view)).size < said.length) {
      return `V4: member ${self} attested two digests in one view`
    }
    return said.every(([, digest]) => this.#members.follows(digest))
      ? null
      : `V1: member ${self} attested a report that does not follow`
  }
}
