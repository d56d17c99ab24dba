import { SWARM_PARAMS } from '@cortensor/config'
import { bytesToHex32, cidFromHash, sha256, ZERO_HEX32 } from '@cortensor/crypto'
import type { EpochNumber, Hex32, ModelId, RoundId, Signer, TaskId } from '@cortensor/interface'
import { createMemorySigner, createMemoryVerifier } from '@cortensor/memory'
import {
  encodeQuizMessage,
  encodeResultMessage,
  encodeTaskHeader,
  envelopeId,
  networkIdOf,
  OPEN_SESSION,
  type OpenedEnvelope,
  type RoundOpen,
  resultCommitment,
  roundIdOf,
  sealEnvelope,
  type TaskHeader,
  type TopicFamily,
  taskIdOf,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'

export const NOW_MS = 1_767_225_600_000
export const params = SWARM_PARAMS
export const registry = `0x${'11'.repeat(20)}` as Signer['operator']
export const networkId = networkIdOf(31_337, registry)
export const network = { networkId, chainId: 31_337, registry }
export const verifier = createMemoryVerifier()
export const signer = (label: string): Signer => createMemorySigner({ label })
export const hash = (text: string): Uint8Array => sha256(utf8ToBytes(text))
export const hex32 = (text: string): Hex32 => bytesToHex32(hash(text))
export const idOf = <T extends string>(text: string): T => bytesToHex(hash(text)) as T

let sequence = 0

export async function seal(
  by: Signer,
  family: TopicFamily,
  payload: Uint8Array,
  expiryMs = NOW_MS + 60_000
): Promise<OpenedEnvelope> {
  sequence += 1
  const bytes = await sealEnvelope(by, { networkId, family, sequence, expiryMs, payload })
  return { id: envelopeId(bytes), family, sender: by.nodeId, sequence, expiryMs, payload, bytes }
}

export interface SealedTask {
  taskId: TaskId
  header: TaskHeader
  envelope: OpenedEnvelope
}

export async function task(name: string, router: Signer, miners: readonly Signer[]): Promise<SealedTask> {
  const header: TaskHeader = {
    sessionId: OPEN_SESSION,
    modelId: idOf<ModelId>('model'),
    decodeSpec: VERIFIABLE_DECODE_SPEC,
    payloadCommitment: hex32(`payload ${name}`),
    assigned: miners.map(({ nodeId }) => nodeId),
    redundancy: 1,
    priceMicroPerKilotoken: 1,
    maxTokens: 10,
    deadlineMs: NOW_MS + 30_000,
    nonce: hash(`nonce ${name}`),
    attempt: 1,
    privacy: 'public'
  }
  const payload = encodeTaskHeader(header)
  return { taskId: taskIdOf(networkId, router.nodeId, payload), header, envelope: await seal(router, 'task', payload) }
}

export async function result(taskId: TaskId, miner: Signer): Promise<{ precommit: OpenedEnvelope; commit: OpenedEnvelope }> {
  const salt = hash('salt')
  const transcript = cidFromHash(hash(`transcript ${taskId}`))
  const commitment = resultCommitment(taskId, miner.nodeId, salt, transcript)
  const counts = { promptTokens: 3, completionTokens: 4, finishReason: 'stop' } as const
  return {
    precommit: await seal(miner, 'result', encodeResultMessage({ type: 'precommit', taskId, commitment })),
    commit: await seal(miner, 'result', encodeResultMessage({ type: 'commit', taskId, salt, transcript, ...counts }))
  }
}

export interface SealedRound {
  roundId: RoundId
  round: RoundOpen
  envelope: OpenedEnvelope
}

export async function round(leader: Signer, change: Partial<RoundOpen> = {}): Promise<SealedRound> {
  const round: RoundOpen = {
    epoch: 1 as EpochNumber,
    view: 0,
    prev: ZERO_HEX32,
    index: 0,
    openedMs: NOW_MS,
    level: 1,
    categories: ['arithmetic', 'logic', 'text'],
    itemsPerCategory: 2,
    maxAnswerTokens: 96,
    seedBlock: 1 + (change.index ?? 0),
    seedBlockHash: hex32('block 1'),
    timeouts: [],
    nodes: 0,
    authored: [],
    ...change
  }
  const payload = encodeQuizMessage({ type: 'open', ...round })
  return { roundId: roundIdOf(networkId, leader.nodeId, payload), round, envelope: await seal(leader, 'quiz', payload) }
}

export const precommit = (roundId: RoundId, by: Signer): Promise<OpenedEnvelope> =>
  seal(by, 'quiz', encodeQuizMessage({ type: 'precommit', roundId, commitment: hex32(`answers of ${by.nodeId}`) }))

export const reveal = (roundId: RoundId, by: Signer): Promise<OpenedEnvelope> =>
  seal(
    by,
    'quiz',
    encodeQuizMessage({
      type: 'reveal',
      roundId,
      salt: hash('salt'),
      modelId: idOf<ModelId>('model'),
      transcript: cidFromHash(hash('transcript')),
      answers: [{ item: 0, text: '4' }]
    })
  )
