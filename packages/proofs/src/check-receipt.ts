import { commitDigest } from '@cortensor/contracts'
import { blockCid, verifyMerkleProof } from '@cortensor/crypto'
import type { Committee, Hex32, Verifier } from '@cortensor/interface'
import {
  auditedAnswers,
  decodeReceipt,
  isReceiptSigned,
  isTranscriptSigned,
  isWireError,
  type Receipt,
  type StoredTranscript
} from '@cortensor/protocols'
import { checkAttestations } from './attestations.js'
import { isOfAnswer } from './audit-result.js'
import { type AssignmentFault, checkAssignment } from './check-assignment.js'
import { resultLeaf } from './leaves.js'
import { type ReadTranscript, readTranscript } from './read-transcript.js'

/** Why a receipt is refused. */
export type ReceiptFault =
  | AssignmentFault
  /** The file is no receipt, or not in its only spelling. */
  | 'malformed'
  /** The router that the result names has not signed the file. */
  | 'router-signature'
  /** The result is not among those that the commit's root covers. */
  | 'inclusion'
  /** Too few members of the committee have signed the commit, or others. */
  | 'attestations'
  /** The chain holds another commit for this epoch. */
  | 'digest'
  /** The chain has another committee, contract or transaction than the file says. */
  | 'chain'
  /** The block is not the one that the result names, or is no transcript. */
  | 'transcript'
  /** The transcript is of another task, miner or model than the result, or of other counts of tokens. */
  | 'subject'
  /** The miner has not signed the transcript. */
  | 'miner-signature'
  /** The key in the file does not open the transcript, or there is nothing to open. */
  | 'key'

/** What the chain says of a receipt's epoch. */
export interface ReceiptChain {
  chainId: number
  committeeAddress: Receipt['committeeAddress']
  digest: Hex32
  transactionHash: Hex32
  blockNumber: number
  committee: Committee
}

export interface CheckReceiptInit {
  /** The file as it is. */
  bytes: Uint8Array
  /**
   * What to hold it against: a digest that was read from the chain, or all that an RPC says of the epoch; null for neither. Without one
   * the file is only found to agree with itself, which everybody can make a file do.
   */
  root: Hex32 | ReceiptChain | null
  verifier: Verifier
}

export interface ReceiptCheck {
  isValid: boolean
  reason: ReceiptFault | null
  /** Whether a root of the chain was there to hold the file against. */
  isAnchored: boolean
  /** Null when the file could not be read. */
  receipt: Receipt | null
  /** Null when the file does not hold it, or it does not fit. Of a private task, as far as the key in the file opens it. */
  transcript: StoredTranscript | null
  /** Of the commit in the file. */
  digest: Hex32 | null
}

function readOr<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (isWireError(error)) {
      return null
    }
    throw error
  }
}

/** Checks a receipt with what is in it and, if there is one, a root of the chain. Asks nobody. */
export async function checkReceipt({ bytes, root, verifier }: CheckReceiptInit): Promise<ReceiptCheck> {
  const receipt = readOr(() => decodeReceipt(bytes))
  if (receipt === null) {
    return { isValid: false, reason: 'malformed', isAnchored: root !== null, receipt, transcript: null, digest: null }
  }
  const keys = receipt.key === null ? [] : [receipt.key]
  const read = receipt.transcript === null ? null : readTranscript(receipt.transcript, keys)
  const reason = (await commitFault(receipt, root, verifier)) ?? (await answerFault(receipt, read, verifier))
  const transcript = read === null || read.type === 'malformed' ? null : read.transcript
  const isValid = reason === null
  const digest = commitDigest(receipt.commit)
  return { isValid, reason, isAnchored: root !== null, receipt, transcript: isValid ? transcript : null, digest }
}

/** From the result up to the chain. */
async function commitFault(receipt: Receipt, root: CheckReceiptInit['root'], verifier: Verifier): Promise<ReceiptFault | null> {
  if (!(await isReceiptSigned(receipt, verifier))) {
    return 'router-signature'
  }
  const { attestations, chainId, commit, committeeAddress, inclusion, result } = receipt
  if (!verifyMerkleProof(commit.resultsRoot, resultLeaf(result), inclusion)) {
    return 'inclusion'
  }
  const committee = { ...receipt.committee, config: commit.config }
  const { view } = commit
  if (!(await checkAttestations(verifier, { chainId, committeeAddress, committee, commit, view, attestations }))) {
    return 'attestations'
  }
  if (root === null) {
    return null
  }
  const digest = commitDigest(commit)
  if (typeof root === 'string') {
    return root === digest ? null : 'digest'
  }
  return root.digest === digest ? chainFault(receipt, root) : 'digest'
}

function chainFault({ chainId, commit, committee, committeeAddress }: Receipt, chain: ReceiptChain): ReceiptFault | null {
  const { attestations, config, faults, members } = chain.committee
  const isSame =
    chain.chainId === chainId &&
    chain.committeeAddress === committeeAddress &&
    chain.transactionHash === commit.transactionHash &&
    chain.blockNumber === commit.blockNumber &&
    config === commit.config &&
    faults === committee.faults &&
    attestations === committee.attestations &&
    members.length === committee.members.length &&
    members.every(({ nodeId, operator }, index) => {
      const told = committee.members[index]
      return told?.nodeId === nodeId && told.operator === operator
    })
  return isSame ? null : 'chain'
}

/** From the result down to the answer. */
async function answerFault(
  { key, result, transcript: block }: Receipt,
  read: ReadTranscript | null,
  verifier: Verifier
): Promise<ReceiptFault | null> {
  if (read === null || block === null) {
    return key === null ? null : 'key'
  }
  if (read.type === 'malformed' || blockCid(block, 'dag-cbor') !== result.transcript) {
    return 'transcript'
  }
  const { transcript } = read
  const [answer] = auditedAnswers({ results: [result], outcomes: [], opinions: [] })
  if (answer === undefined || !isOfAnswer(transcript, answer)) {
    return 'subject'
  }
  if (!(await isTranscriptSigned(transcript, verifier))) {
    return 'miner-signature'
  }
  const isKeyUsed = read.type === 'open' && transcript.sealing !== undefined
  return isKeyUsed === (key !== null) ? checkAssignment(transcript) : 'key'
}
