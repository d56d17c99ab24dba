import type { CidString, EpochCommit, EpochNumber, Hex32, IndexedSignature, NodeId, UnixMs } from '@cortensor/interface'

/** One try to agree on one epoch: its committee, its number and what it builds on. */
export interface Instance {
  config: Hex32
  epoch: EpochNumber
  prev: Hex32
}

export interface Measure {
  node: NodeId
  /** Presence slots seen in time, out of `slots`. */
  seen: number
  slots: number
}

export interface Observe {
  instance: Instance
  timeMs: UnixMs
  /** Bucket blocks by the leading bits of the items' hashes: none, or a power of two. */
  buckets: CidString[]
  measures: Measure[]
}

export interface Propose {
  instance: Instance
  view: number
  report: CidString
  digest: Hex32
  /** Envelopes of TIMEOUTs of `view - 1`; empty in view 0. */
  timeouts: Uint8Array[]
}

export interface Attest {
  instance: Instance
  view: number
  digest: Hex32
  /** Packed, 64 bytes. */
  signature: Uint8Array
}

export interface Timeout {
  instance: Instance
  view: number
  /** The PROPOSE attested most recently in this instance. */
  last: { view: number; report: CidString; digest: Hex32 } | null
}

export interface Quorum {
  instance: Instance
  view: number
  /** Of the instance's epoch and predecessor. */
  commit: EpochCommit
  /** As many attestations of this commit in this view as the contract takes, by rising member. */
  signatures: IndexedSignature[]
}

export type OracleMessage =
  | ({ type: 'observe' } & Observe)
  | ({ type: 'propose' } & Propose)
  | ({ type: 'attest' } & Attest)
  | ({ type: 'timeout' } & Timeout)
  | ({ type: 'quorum' } & Quorum)
