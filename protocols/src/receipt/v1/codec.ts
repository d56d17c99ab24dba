import type { EpochNumber, IndexedSignature, ModelId, SessionId, TaskId } from '@cortensor/interface'
import { base64ToBytes, bytesToBase64, bytesToHex, equalBytes, hexToBytes, utf8ToBytes } from '@cortensor/utils'
import { blockInt, blockList, blockMap, blockText } from '../../common/v1/block-checks.js'
import {
  readAddress,
  readBytes,
  readCid,
  readCount,
  readHex32,
  readId,
  readInt,
  readNodeId,
  writeAddress,
  writeCid,
  writeHex32,
  writeId,
  writeNodeId
} from '../../common/v1/checks.js'
import { guard, wireError } from '../../common/v1/errors.js'
import { MAX_ANSWER_TOKENS, MAX_PROMPT_TOKENS, MAX_TOKEN_AMOUNT, MAX_VIEW } from '../../common/v1/limits.js'
import { checkSize } from '../../common/v1/wire-codec.js'
import { MAX_COMMITTEE, SIGNATURE_BYTES } from '../../oracle/v1/limits.js'
import type { ReportedResult } from '../../report/v1/types.js'
import { MAX_TRANSCRIPT_BYTES } from '../../transcript/v1/limits.js'
import { MAX_INCLUSION_PROOF, MAX_RECEIPT_BYTES } from './limits.js'
import type { Receipt } from './types.js'

type Unsigned = Omit<Receipt, 'signature'>

/** Longest text of a name, id or number in a receipt. */
const MAX_WORD_BYTES = 160

const word = (value: unknown, field: string): string => blockText(value, MAX_WORD_BYTES, field)
const count = (value: unknown, field: string): number => readCount(blockInt(value, 0, Number.MAX_SAFE_INTEGER, field), field)

/** Every id goes through its bytes, so that a text which is none is refused by the one who writes it, too. */
const idOf = <T extends string>(value: unknown, field: string): T => readId<T>(writeId(word(value, field), field), field)
const hex32Of = (value: unknown, field: string) => readHex32(writeHex32(word(value, field), field), field)
const nodeOf = (value: unknown, field: string) => readNodeId(writeNodeId(word(value, field), field), field)
const addressOf = (value: unknown, field: string) => readAddress(writeAddress(word(value, field), field), field)
const cidOf = (value: unknown, field: string) => readCid(writeCid(word(value, field) as never, field), field)
const signatureOf = (value: unknown, field: string) => readBytes(hexToBytes(word(value, field)), SIGNATURE_BYTES, field)

/** JSON has no integers of 64 bits. */
function amountOf(value: unknown, field: string): bigint {
  const amount = BigInt(word(value, field))
  if (amount < 0n || amount > MAX_TOKEN_AMOUNT) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must be from 0 to 2^63 - 1`)
  }
  return amount
}

const resultToJson = (result: ReportedResult): Record<string, unknown> => ({
  task_id: result.taskId,
  router: result.router,
  miner: result.miner,
  model_id: result.model,
  transcript: result.transcript,
  prompt_tokens: result.promptTokens,
  completion_tokens: result.completionTokens,
  session: result.session,
  fee_micro: String(result.fee)
})

const RESULT_KEYS = [
  'task_id',
  'router',
  'miner',
  'model_id',
  'transcript',
  'prompt_tokens',
  'completion_tokens',
  'session',
  'fee_micro'
] as const

function resultFromJson(json: unknown): ReportedResult {
  const map = blockMap(json, RESULT_KEYS, 'result')
  return {
    taskId: idOf<TaskId>(map.task_id, 'task_id'),
    router: nodeOf(map.router, 'router'),
    miner: nodeOf(map.miner, 'miner'),
    model: idOf<ModelId>(map.model_id, 'model_id'),
    transcript: cidOf(map.transcript, 'result.transcript'),
    promptTokens: blockInt(map.prompt_tokens, 0, MAX_PROMPT_TOKENS, 'prompt_tokens'),
    completionTokens: blockInt(map.completion_tokens, 0, MAX_ANSWER_TOKENS, 'completion_tokens'),
    session: idOf<SessionId>(map.session, 'session'),
    fee: amountOf(map.fee_micro, 'fee_micro')
  }
}

const commitToJson = (commit: Receipt['commit']): Record<string, unknown> => ({
  epoch: commit.epoch,
  prev: commit.prev,
  results_root: commit.resultsRoot,
  rewards_root: commit.rewardsRoot,
  report: commit.reportCid,
  results: commit.totals.results,
  rewards_micro: String(commit.totals.rewards),
  config: commit.config,
  view: commit.view,
  block: commit.blockNumber,
  transaction: commit.transactionHash
})

const COMMIT_KEYS = [
  'epoch',
  'prev',
  'results_root',
  'rewards_root',
  'report',
  'results',
  'rewards_micro',
  'config',
  'view',
  'block',
  'transaction'
] as const

function commitFromJson(json: unknown): Receipt['commit'] {
  const map = blockMap(json, COMMIT_KEYS, 'commit')
  return {
    epoch: blockInt(map.epoch, 1, Number.MAX_SAFE_INTEGER, 'epoch') as EpochNumber,
    prev: hex32Of(map.prev, 'prev'),
    resultsRoot: hex32Of(map.results_root, 'results_root'),
    rewardsRoot: hex32Of(map.rewards_root, 'rewards_root'),
    reportCid: cidOf(map.report, 'report'),
    totals: { results: count(map.results, 'results'), rewards: amountOf(map.rewards_micro, 'rewards_micro') },
    config: hex32Of(map.config, 'config'),
    view: readInt(count(map.view, 'view'), 0, MAX_VIEW, 'view'),
    blockNumber: count(map.block, 'block'),
    transactionHash: hex32Of(map.transaction, 'transaction')
  }
}

const committeeToJson = ({ attestations, faults, members }: Receipt['committee']): Record<string, unknown> => ({
  members: members.map(({ nodeId, operator }) => ({ operator, node: nodeId })),
  faults,
  attestations
})

function committeeFromJson(json: unknown): Receipt['committee'] {
  const map = blockMap(json, ['members', 'faults', 'attestations'], 'committee')
  const members = blockList(map.members, MAX_COMMITTEE, 'members').map((member) => {
    const { node, operator } = blockMap(member, ['operator', 'node'], 'members')
    return { operator: addressOf(operator, 'operator'), nodeId: nodeOf(node, 'node') }
  })
  return {
    members,
    faults: blockInt(map.faults, 0, members.length, 'faults'),
    attestations: blockInt(map.attestations, 1, members.length, 'committee.attestations')
  }
}

function attestationFromJson(json: unknown): IndexedSignature {
  const { index, signature } = blockMap(json, ['index', 'signature'], 'attestations')
  return { index: blockInt(index, 0, MAX_COMMITTEE - 1, 'index'), signature: signatureOf(signature, 'attestations.signature') }
}

const contentToJson = (receipt: Unsigned): Record<string, unknown> => ({
  object: 'cortensor.receipt',
  version: receipt.version,
  chain_id: receipt.chainId,
  committee_address: receipt.committeeAddress,
  result: resultToJson(receipt.result),
  inclusion: receipt.inclusion,
  commit: commitToJson(receipt.commit),
  committee: committeeToJson(receipt.committee),
  attestations: receipt.attestations.map(({ index, signature }) => ({ index, signature: bytesToHex(signature) })),
  transcript: receipt.transcript === null ? null : bytesToBase64(receipt.transcript),
  key: receipt.key === null ? null : bytesToHex(receipt.key)
})

const KEYS = [
  'object',
  'version',
  'chain_id',
  'committee_address',
  'result',
  'inclusion',
  'commit',
  'committee',
  'attestations',
  'transcript',
  'key',
  'signature'
] as const

function transcriptFromJson(json: unknown): Uint8Array | null {
  if (json === null) {
    return null
  }
  const bytes = base64ToBytes(blockText(json, MAX_RECEIPT_BYTES, 'transcript'))
  checkSize('transcript', bytes, MAX_TRANSCRIPT_BYTES)
  return bytes
}

function fromJson(json: unknown): Receipt {
  const map = blockMap(json, KEYS, 'Receipt')
  if (map.object !== 'cortensor.receipt') {
    throw wireError('WIRE_MALFORMED', 'object must be cortensor.receipt')
  }
  blockInt(map.version, 1, 1, 'version')
  return {
    version: 1,
    chainId: count(map.chain_id, 'chain_id'),
    committeeAddress: addressOf(map.committee_address, 'committee_address'),
    result: resultFromJson(map.result),
    inclusion: blockList(map.inclusion, MAX_INCLUSION_PROOF, 'inclusion').map((hash) => hex32Of(hash, 'inclusion')),
    commit: commitFromJson(map.commit),
    committee: committeeFromJson(map.committee),
    attestations: blockList(map.attestations, MAX_COMMITTEE, 'attestations').map(attestationFromJson),
    transcript: transcriptFromJson(map.transcript),
    key: map.key === null ? null : readBytes(hexToBytes(word(map.key, 'key')), 32, 'key'),
    signature: signatureOf(map.signature, 'signature')
  }
}

/** Indented, so that a person can read it, and with one line end at the end: the only spelling that is accepted. */
const toText = (json: Record<string, unknown>): Uint8Array => utf8ToBytes(`${JSON.stringify(json, null, 2)}\n`)

const toBytes = (receipt: Receipt): Uint8Array => toText({ ...contentToJson(receipt), signature: bytesToHex(receipt.signature) })

/** What a router signs: the file without the signature. */
export const unsignedReceipt = (content: Unsigned): Uint8Array => guard('Receipt', () => toText(contentToJson(content)))

/** A file of JSON with exactly one spelling. Throws a `WireErrorCode`. */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const bytes = guard('Receipt', () => toBytes(receipt))
  decodeReceipt(bytes)
  return bytes
}

/** Throws a `WireErrorCode`, whatever the bytes. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  checkSize('Receipt', bytes, MAX_RECEIPT_BYTES)
  const receipt = guard('Receipt', () => fromJson(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))))
  if (!equalBytes(toBytes(receipt), bytes)) {
    throw wireError('WIRE_MALFORMED', 'Receipt is not in its canonical form')
  }
  return receipt
}
