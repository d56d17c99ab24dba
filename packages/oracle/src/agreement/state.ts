import type {
  CidString,
  Committee,
  EpochCommit,
  Equivocation,
  Hex32,
  IndexedSignature,
  NodeId,
  UnixMs
} from '@cortensor/interface'
import type { Attest, Instance, Observe, Propose, Timeout } from '@cortensor/protocols'
import { leadingOrder } from '@cortensor/protocols'
import { lastAttested, NO_WORDS, type SignedWords, type SpokenProposal, viewOf } from '../record/words.js'

/** Timing of one instance, in ms. */
export interface AgreementTiming {
  /** From the last cutoff to the start of the next instance. */
  epochMs: number
  /** T0: view v lasts `viewMs * 1.5^v`, at most one epoch. */
  viewMs: number
  /** An instance starts after this long even with nothing to report. */
  heartbeatMs: number
}

export interface HeldObservation {
  sender: NodeId
  bytes: Uint8Array
  observe: Observe
}

export interface HeldTimeout {
  /** The envelope. */
  bytes: Uint8Array
  timeout: Timeout
}

/** The commit that a checked report stands for. */
export interface CheckedReport {
  report: CidString
  digest: Hex32
  commit: EpochCommit
}

export interface ProposedReport {
  report: CidString
  digest: Hex32
}

/** What the contract takes: a commit, and enough attestations of it in one view, by rising member. */
export interface HeldQuorum {
  view: number
  digest: Hex32
  commit: EpochCommit
  signatures: IndexedSignature[]
}

export interface AttestedProposal extends ProposedReport {
  view: number
}

/** Without its certificate, of which only this is kept: what it obliges the leader to repeat. */
export interface HeldProposal extends Propose {
  duty: AttestedProposal | null
}

/** A view that this oracle leads and could not propose in yet. */
export interface Unproposed {
  view: number
  /** Its certificate, which a later attempt comes with. */
  timeouts: Uint8Array[]
  /** How many observations could not carry a report; 0 when there was one to repeat, which could not be had in time. */
  tried: number
}

/** Everything that one oracle knows about the epoch that is being agreed on. Plain data; replaced, never changed in place. */
export interface AgreementState {
  self: NodeId
  committee: Committee
  instance: Instance
  /** In which the members lead the views. */
  order: readonly NodeId[]
  /** The cutoff of the epoch before. */
  lastCutoffMs: UnixMs
  /** `decided`: the chain would take the quorum that is held. */
  phase: 'waiting' | 'agreeing' | 'decided'
  view: number
  viewEndsMs: UnixMs
  observations: ReadonlyMap<NodeId, HeldObservation>
  /** When a quorum of observations was first held. */
  quorumHeldMs: UnixMs | null
  /** The first valid proposal of each view's leader, without its certificate. */
  proposals: ReadonlyMap<number, HeldProposal>
  /** Views in which this oracle was asked to propose, in this life. */
  proposed: ReadonlySet<number>
  /** The last attempt that failed; null when there is none. */
  unproposed: Unproposed | null
  /** What it had said before it was interrupted. */
  before: SignedWords
  /** Reports that are being checked here, or were, by {@link checkKey}. */
  checks: ReadonlyMap<string, CheckedReport | 'running' | 'failed'>
  attested: ReadonlyMap<number, Hex32>
  last: AttestedProposal | null
  /** Views that this oracle gave up. */
  timedOut: ReadonlySet<number>
  timeoutSentMs: UnixMs
  /** By sender, then view. */
  timeouts: ReadonlyMap<NodeId, ReadonlyMap<number, HeldTimeout>>
  /** By member index, then view: the digest and its packed signature. */
  attestations: ReadonlyMap<number, ReadonlyMap<number, Pick<Attest, 'digest' | 'signature'>>>
  /** Of the highest view that is known to have one. */
  quorum: HeldQuorum | null
  quorumSentMs: UnixMs
  /** Members that were seen to attest twice in one view. */
  accused: ReadonlySet<number>
}

export type AgreementEvent =
  /** Time passes. `hasItems`: something reportable is held. */
  | { type: 'tick'; nowMs: UnixMs; hasItems: boolean }
  | { type: 'observe'; nowMs: UnixMs; sender: NodeId; bytes: Uint8Array; observe: Observe }
  | {
      type: 'propose'
      nowMs: UnixMs
      sender: NodeId
      propose: Propose
      timeouts: readonly (HeldTimeout & { sender: NodeId })[]
    }
  /** Its signature has been checked and is the member's. */
  | { type: 'attest'; nowMs: UnixMs; member: number; attest: Attest }
  | { type: 'timeout'; nowMs: UnixMs; sender: NodeId; bytes: Uint8Array; timeout: Timeout }
  /** Its signatures have been checked, and are those of this instance's members. */
  | { type: 'quorum'; nowMs: UnixMs; quorum: HeldQuorum }
  /** A dry run on the chain has taken this quorum. */
  | { type: 'accepted'; nowMs: UnixMs; quorum: HeldQuorum }
  /** The outcome of an effect `check`. */
  | { type: 'checked'; nowMs: UnixMs; of: ProposedReport; report: CheckedReport | null }
  /** An effect `propose` has failed. */
  | ({ type: 'unproposed'; nowMs: UnixMs } & Unproposed)

export type AgreementEffect =
  /** Broadcast what is held here; asked for again, the same observation once more. */
  | { type: 'observe' }
  /** Derive a report from the observations and broadcast it; or broadcast `again`, when there is one and it can be had in time. */
  | { type: 'propose'; view: number; observations: HeldObservation[]; timeouts: Uint8Array[]; again: AttestedProposal | null }
  /** Broadcast what was proposed before an interruption, as it was. */
  | { type: 'repeat'; proposal: SpokenProposal }
  /** Fetch a report, keep it and its evidence, and derive it independently. */
  | { type: 'check'; propose: Propose }
  /** Record with fsync, then sign and broadcast. */
  | { type: 'attest'; view: number; report: CidString; digest: Hex32 }
  /** Record with fsync, then broadcast. */
  | { type: 'timeout'; view: number; last: AttestedProposal | null }
  /** Rule 11: two attestations of one member in one view, which the contract punishes. */
  | { type: 'accuse'; evidence: Pick<Equivocation, 'index' | 'view' | 'attestations'> }
  /** Broadcast: for those who missed attestations. */
  | { type: 'quorum'; quorum: HeldQuorum }
  /** See whether the chain would take it, and take turns to send it. */
  | { type: 'commit'; quorum: HeldQuorum }

/** A digest alone would not do: a faulty leader could give an honest report's digest with another block, and spoil its check. */
export const checkKey = ({ digest, report }: ProposedReport): string => `${report}/${digest}`

export function checkedReport(state: AgreementState, digest: Hex32): CheckedReport | null {
  const checks = [...state.checks.values()]
  return (checks.find((check) => typeof check === 'object' && check.digest === digest) as CheckedReport | undefined) ?? null
}

export interface AgreementStep {
  state: AgreementState
  effects: AgreementEffect[]
}

export interface InstanceInit {
  self: NodeId
  committee: Committee
  instance: Instance
  lastCutoffMs: UnixMs
  /** Members that lead last. @default none */
  laggards?: readonly NodeId[]
  /** What this oracle said in this instance before it was interrupted. @default nothing */
  words?: SignedWords
}

export function createAgreement({ laggards = [], words = NO_WORDS, ...init }: InstanceInit): AgreementState {
  return {
    ...init,
    order: leadingOrder(init.committee, init.instance.epoch, laggards),
    phase: 'waiting',
    view: viewOf(words),
    viewEndsMs: 0,
    observations: new Map(),
    quorumHeldMs: null,
    proposals: new Map(),
    proposed: new Set(),
    unproposed: null,
    before: words,
    checks: new Map(),
    attested: new Map([...words.attested].map(([view, { digest }]) => [view, digest])),
    last: lastAttested(words),
    timedOut: words.timedOut,
    timeoutSentMs: 0,
    timeouts: new Map(),
    attestations: new Map(),
    quorum: null,
    quorumSentMs: 0,
    accused: new Set()
  }
}
