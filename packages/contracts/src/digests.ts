import { bytesToHex32, cidToHex32, hex32ToBytes, keccak256, nodeIdToPublicKey } from '@cortensor/crypto'
import type {
  Address,
  CommitteeMember,
  EpochCommit,
  EpochNumber,
  FalseWindow,
  Hex32,
  SessionId,
  TokenAmount
} from '@cortensor/interface'
import { bytesToHex, concatBytes, utf8ToBytes } from '@cortensor/utils'
import { addressToBytes, addressToWord, uintToWord } from './words.js'

const hashOfText = (text: string): Uint8Array => keccak256(utf8ToBytes(text))

const DOMAIN_TYPE = hashOfText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')
const DOMAIN_NAME = hashOfText('Cortensor OracleCommittee')
const DOMAIN_VERSION = hashOfText('1')
const SETTLEMENT = hashOfText('Cortensor settlement')
const FALSE_WINDOW = hashOfText('Cortensor false window')
const ATTEST_TYPE = hashOfText('Attest(bytes32 config,uint64 epoch,bytes32 prev,uint32 view,bytes32 digest)')

/** The contract that checks an attestation; signatures for one are worthless at another. */
export interface CommitteeDomain {
  chainId: number
  committee: Address
}

export interface Attestation {
  config: Hex32
  epoch: EpochNumber
  prev: Hex32
  view: number
  digest: Hex32
}

export interface CommitteeConfig extends CommitteeDomain {
  /** In the order in which bitmaps and leaders count. */
  members: readonly CommitteeMember[]
  faults: number
  attestations: number
  nonce: number
}

/** What an epoch's `digest` is: the next epoch's `prev`, and the heart of every attestation. */
export function commitDigest(commit: EpochCommit): Hex32 {
  const words = concatBytes(
    uintToWord(commit.epoch),
    hex32ToBytes(commit.prev),
    hex32ToBytes(commit.resultsRoot),
    hex32ToBytes(commit.rewardsRoot),
    uintToWord(commit.totals.results),
    uintToWord(commit.totals.rewards),
    hex32ToBytes(cidToHex32(commit.reportCid))
  )
  return bytesToHex32(keccak256(words))
}

/** The EIP-712 digest that a member signs with its operator key. */
export function attestationDigest(domain: CommitteeDomain, attestation: Attestation): Hex32 {
  const separator = keccak256(
    concatBytes(DOMAIN_TYPE, DOMAIN_NAME, DOMAIN_VERSION, uintToWord(domain.chainId), addressToWord(domain.committee))
  )
  const struct = keccak256(
    concatBytes(
      ATTEST_TYPE,
      hex32ToBytes(attestation.config),
      uintToWord(attestation.epoch),
      hex32ToBytes(attestation.prev),
      uintToWord(attestation.view),
      hex32ToBytes(attestation.digest)
    )
  )
  return bytesToHex32(keccak256(concatBytes(Uint8Array.of(0x19, 0x01), separator, struct)))
}

/** The members' accounts, 20 bytes each: what `commitEpoch` takes and the config hashes. */
export const packOperators = (members: readonly CommitteeMember[]): Uint8Array =>
  concatBytes(...members.map((member) => addressToBytes(member.operator)))

/** The members' Ed25519 keys, 32 bytes each. */
export const packNodeIds = (members: readonly CommitteeMember[]): Uint8Array =>
  concatBytes(...members.map((member) => nodeIdToPublicKey(member.nodeId)))

export const nodeIdsHash = (members: readonly CommitteeMember[]): Hex32 => bytesToHex32(keccak256(packNodeIds(members)))

/** What the contract holds instead of the members. */
export function configHash(config: CommitteeConfig): Hex32 {
  const words = concatBytes(
    uintToWord(config.chainId),
    addressToWord(config.committee),
    keccak256(packOperators(config.members)),
    keccak256(packNodeIds(config.members)),
    uintToWord(config.faults),
    uintToWord(config.attestations),
    uintToWord(config.nonce)
  )
  return bytesToHex32(keccak256(words))
}

/** A leaf of the rewards tree: hashed twice, so that no inner node can pass for one. */
export function rewardLeaf(operator: Address, cumulative: TokenAmount): Hex32 {
  return bytesToHex32(keccak256(keccak256(concatBytes(addressToWord(operator), uintToWord(cumulative)))))
}

/** A leaf that settles a session, in the tree of rewards: three words, which cannot be mistaken for the two of a reward. */
export function settlementLeaf(session: number | bigint, cumulative: TokenAmount): Hex32 {
  return bytesToHex32(keccak256(keccak256(concatBytes(SETTLEMENT, uintToWord(session), uintToWord(cumulative)))))
}

/** A leaf that costs a miner stake, in the tree of rewards: five words. */
export function falseWindowLeaf({ node, operator, subject, window }: FalseWindow): Hex32 {
  const words = concatBytes(
    FALSE_WINDOW,
    addressToWord(operator),
    nodeIdToPublicKey(node),
    hex32ToBytes(`0x${subject}`),
    uintToWord(window)
  )
  return bytesToHex32(keccak256(keccak256(words)))
}

/** A session's number in the contract as its id in messages: 32 bytes, big-endian. */
export const sessionIdOf = (number: number | bigint): SessionId => bytesToHex(uintToWord(number)) as SessionId

/** The number that the contract knows a session by; no session has 0, which the open session's id stands for. */
export const sessionNumber = (id: SessionId): bigint => BigInt(`0x${id}`)
