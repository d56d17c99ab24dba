import type { Address, Committee, EpochCommit, Hex32, IndexedSignature } from '@cortensor/interface'
import type { ReportedResult } from '../../report/v1/types.js'

/** What a router hands out for a task whose result is on the chain: all that is needed to check it without asking anybody. */
export interface Receipt {
  version: 1
  chainId: number
  /** The contract that holds the epochs. */
  committeeAddress: Address
  /** The row of the epoch's report. */
  result: ReportedResult
  /** Siblings from the result's leaf up to the results root. */
  inclusion: Hex32[]
  commit: EpochCommit & {
    config: Hex32
    view: number
    /** The router's word: whoever doubts it asks an RPC. */
    blockNumber: number
    /** The router's word, too. */
    transactionHash: Hex32
  }
  /** Of the commit's config. */
  committee: Pick<Committee, 'members' | 'faults' | 'attestations'>
  /** By rising index. */
  attestations: IndexedSignature[]
  /** The block that the result names, with prompt, answer, windows and the miner's signature; null when the router could not get it. */
  transcript: Uint8Array | null
  /** Opens the transcript of a private task: its salt, 32 bytes; null when there is nothing to open, or it is not for the reader. */
  key: Uint8Array | null
  /** The router's, over everything else; 64 bytes. */
  signature: Uint8Array
}
