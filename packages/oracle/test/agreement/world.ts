import { commitDigest } from '@cortensor/contracts'
import { blockCid, bytesToHex32, sha256 } from '@cortensor/crypto'
import type { CidString, Committee, EpochCommit, EpochNumber, Hex32, NodeId } from '@cortensor/interface'
import { memoryAddress, memoryNodeId } from '@cortensor/memory'
import type { Instance, Observe, Propose, Timeout } from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'
import { reduceAgreement } from '../../src/agreement/reduce.js'
import {
  type AgreementEffect,
  type AgreementEvent,
  type AgreementState,
  type AttestedProposal,
  type CheckedReport,
  createAgreement,
  type HeldQuorum,
  type HeldTimeout
} from '../../src/agreement/state.js'
import { NO_WORDS, type SignedWords } from '../../src/record/words.js'

export const TIMING = { epochMs: 15_000, viewMs: 2_000, heartbeatMs: 60_000 }
export const START_MS = 1_000_000

export const hexOf = (text: string): Hex32 => bytesToHex32(sha256(utf8ToBytes(text)))
export const bytesOf = (text: string): Uint8Array => utf8ToBytes(text)

export const member = (index: number): NodeId => memoryNodeId(`member-${index}`)

export function committeeOf(n: number): Committee {
  const faults = n === 3 ? 1 : Math.floor((n - 1) / 3)
  const members = Array.from({ length: n }, (_, i) => ({ nodeId: member(i), operator: memoryAddress(`member-${i}`) }))
  return { config: hexOf(`committee of ${n}`), members, faults, attestations: faults + 1 }
}

/** Epoch n·k, so that member v leads view v. */
export const instanceOf = (committee: Committee): Instance => ({
  config: committee.config,
  epoch: (committee.members.length * 3) as EpochNumber,
  prev: hexOf('epoch before')
})

/** A report that anyone derives from the observations of these members. */
export function reportOf(name: string, { epoch, prev } = instanceOf(committeeOf(4))): CheckedReport {
  const report: CidString = blockCid(utf8ToBytes(name), 'dag-cbor')
  const totals = { results: 1, rewards: 5n }
  const commit: EpochCommit = { epoch, prev, resultsRoot: hexOf(name), rewardsRoot: hexOf(name), reportCid: report, totals }
  return { report, digest: commitDigest(commit), commit }
}

export const observeOf = (committee: Committee, timeMs = START_MS): Observe => ({
  instance: instanceOf(committee),
  timeMs,
  buckets: [],
  measures: []
})

export const timeoutOf = (committee: Committee, sender: number, view: number, last: Timeout['last'] = null) => ({
  sender: member(sender),
  bytes: bytesOf(`timeout ${sender} ${view} ${last?.digest}`),
  timeout: { instance: instanceOf(committee), view, last }
})

export const proposeOf = (committee: Committee, view: number, report: CheckedReport): Propose => ({
  instance: instanceOf(committee),
  view,
  report: report.report,
  digest: report.digest,
  timeouts: []
})

/** One member under a microscope: what it is told, and what it wants done. */
export function createMember(committee: Committee, self: number, words: SignedWords = NO_WORDS) {
  let state: AgreementState = createAgreement({
    self: member(self),
    committee,
    instance: instanceOf(committee),
    lastCutoffMs: START_MS,
    words
  })
  let nowMs = START_MS
  const feed = (event: AgreementEvent): AgreementEffect[] => {
    const step = reduceAgreement(state, event, TIMING)
    state = step.state
    return step.effects
  }
  return {
    get state() {
      return state
    },
    at(ms: number) {
      nowMs = START_MS + ms
      return this
    },
    tick: (hasItems = true) => feed({ type: 'tick', nowMs, hasItems }),
    observe: (from: number) =>
      feed({ type: 'observe', nowMs, sender: member(from), bytes: bytesOf(`observe ${from}`), observe: observeOf(committee) }),
    propose: (from: number, propose: Propose, timeouts: readonly (HeldTimeout & { sender: NodeId })[] = []) =>
      feed({ type: 'propose', nowMs, sender: member(from), propose, timeouts }),
    attest: (from: number, view: number, digest: Hex32) =>
      feed({
        type: 'attest',
        nowMs,
        member: from,
        attest: { instance: instanceOf(committee), view, digest, signature: bytesOf(`attest ${from} ${view} ${digest}`) }
      }),
    timeout: (from: number, view: number, last: AttestedProposal | null = null) =>
      feed({ type: 'timeout', nowMs, ...timeoutOf(committee, from, view, last) }),
    quorum: (quorum: HeldQuorum) => feed({ type: 'quorum', nowMs, quorum }),
    accepted: (quorum: HeldQuorum) => feed({ type: 'accepted', nowMs, quorum }),
    unproposed: (view: number, timeouts: Uint8Array[], tried = 0) => feed({ type: 'unproposed', nowMs, view, timeouts, tried }),
    checked: (of: CheckedReport, fits: boolean) => feed({ type: 'checked', nowMs, of, report: fits ? of : null }),
    /** Begins with the observations of everybody. */
    begin(at = TIMING.epochMs) {
      const effects = this.at(at).tick()
      return [...effects, ...committee.members.flatMap((_, i) => this.observe(i))]
    }
  }
}
