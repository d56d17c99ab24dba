import { bytesToHex32, cidToHex32, nodeIdToPublicKey } from '@cortensor/crypto'
import {
  type Address,
  type ChainCall,
  type Deployment,
  type EpochCommit,
  type Equivocation,
  errorMessage,
  type Hex32,
  type IndexedSignature,
  type NodeId
} from '@cortensor/interface'
import { bytesToHex, concatBytes, hexToBytes } from '@cortensor/utils'
import { committeeAbi, distributorAbi, registryAbi, tokenAbi } from './abi.js'
import { revertedError, UNKNOWN_REASON } from './reverts.js'
import { encodeSessionCall } from './sessions.js'

/** A transaction's target and input; no target creates a contract. */
export interface CallData {
  to: Address | null
  data: string
}

const commitToTuple = (commit: EpochCommit): unknown[] => [
  commit.epoch,
  commit.prev,
  commit.resultsRoot,
  commit.rewardsRoot,
  commit.totals.results,
  commit.totals.rewards,
  cidToHex32(commit.reportCid)
]

const toHex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`

const toKey = (nodeId: NodeId): Hex32 => bytesToHex32(nodeIdToPublicKey(nodeId))

function bitOf(index: number): bigint {
  if (!Number.isInteger(index) || index < 0 || index > 255) {
    throw new RangeError(`No member has index ${index}`)
  }
  return 1n << BigInt(index)
}

function encodeCommit(call: Extract<ChainCall, { type: 'commitEpoch' }>): string {
  // The contract takes signatures by rising bit: one out of its place will not recover to its member.
  const bitmap = call.signatures.reduce((bits, { index }) => bits | bitOf(index), 0n)
  const signatures = concatBytes(...call.signatures.map(({ signature }) => signature))
  return committeeAbi.encodeFunctionData('commitEpoch', [commitToTuple(call.commit), call.view, bitmap, toHex(signatures)])
}

const SIGNATURE_BYTES = 64

/** The signatures within the input of a `commitEpoch` for this epoch, or null when it is something else. */
export function decodeAttestations(data: string, epoch: number): IndexedSignature[] | null {
  let args: ReturnType<typeof committeeAbi.decodeFunctionData>
  try {
    args = committeeAbi.decodeFunctionData('commitEpoch', data)
  } catch {
    return null
  }
  const bitmap = BigInt(args.bitmap)
  const indices = Array.from({ length: 256 }, (_, index) => index).filter((index) => ((bitmap >> BigInt(index)) & 1n) === 1n)
  const signatures = hexToBytes(String(args.signatures))
  if (BigInt(args.commit_.epoch) !== BigInt(epoch) || signatures.byteLength !== indices.length * SIGNATURE_BYTES) {
    return null
  }
  return indices.map((index, i) => ({ index, signature: signatures.slice(i * SIGNATURE_BYTES, (i + 1) * SIGNATURE_BYTES) }))
}

/** `r` and `vs` of a packed signature. */
function toWords(signature: Uint8Array): [string, string] {
  if (signature.byteLength !== SIGNATURE_BYTES) {
    throw new RangeError(`A signature has ${SIGNATURE_BYTES} bytes, not ${signature.byteLength}`)
  }
  return [toHex(signature.subarray(0, 32)), toHex(signature.subarray(32))]
}

function encodeEquivocation({ attestations, ...instance }: Equivocation): string {
  const evidence = [
    instance.config,
    instance.index,
    instance.epoch,
    instance.prev,
    instance.view,
    attestations.map(({ digest }) => digest),
    attestations.map(({ signature }) => toWords(signature))
  ]
  return committeeAbi.encodeFunctionData('punishEquivocation', [evidence])
}

/** Throws `CHAIN_REVERTED` for what no contract could accept: a value that does not fit its type. */
export function encodeCall(call: ChainCall, deployment: Deployment): CallData {
  try {
    return encode(call, deployment)
  } catch (error) {
    throw revertedError({ reason: UNKNOWN_REASON, text: `${call.type} cannot be encoded: ${errorMessage(error)}` }, error)
  }
}

function encode(call: ChainCall, deployment: Deployment): CallData {
  switch (call.type) {
    case 'register': {
      const data = registryAbi.encodeFunctionData('register', [toKey(call.nodeId), call.roles, call.stake, call.payout])
      return { to: deployment.registry, data }
    }
    case 'unbond':
      return { to: deployment.registry, data: registryAbi.encodeFunctionData('unbond', [toKey(call.nodeId)]) }
    case 'withdrawStake':
      return { to: deployment.registry, data: registryAbi.encodeFunctionData('withdraw', [toKey(call.nodeId)]) }
    case 'setPayout':
      return { to: deployment.registry, data: registryAbi.encodeFunctionData('setPayout', [call.payout]) }
    case 'commitEpoch':
      return { to: deployment.committee, data: encodeCommit(call) }
    case 'reportEquivocation':
      return { to: deployment.committee, data: encodeEquivocation(call.evidence) }
    case 'punishFalseWindow': {
      const { node, operator, subject, window } = call.fault
      const fault = [operator, toKey(node), `0x${subject}`, window]
      const data = registryAbi.encodeFunctionData('punishFalseWindow', [call.epoch, fault, call.proof])
      return { to: deployment.registry, data }
    }
    case 'claim': {
      const data = distributorAbi.encodeFunctionData('claim', [call.operator, call.cumulative, call.proof])
      return { to: deployment.distributor, data }
    }
    case 'createSession':
    case 'updateSession':
    case 'setSessionRouter':
    case 'depositSession':
    case 'settleSession':
    case 'closeSession':
    case 'withdrawSession':
      return { to: deployment.sessions, data: encodeSessionCall(call) }
    case 'approve':
      return { to: deployment.token, data: tokenAbi.encodeFunctionData('approve', [call.spender, call.amount]) }
    case 'faucet':
      return { to: deployment.token, data: tokenAbi.encodeFunctionData('faucet', [call.to, call.amount]) }
  }
}
