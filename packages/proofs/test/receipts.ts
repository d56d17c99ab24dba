import { attestationDigest, commitDigest } from '@cortensor/contracts'
import { blockCid, bytesToHex32, cidFromHash, createSigner, sha256 } from '@cortensor/crypto'
import type { Address, EpochNumber, Hex32, ModelId, NetworkId, Privacy, SamplingParams, SessionId } from '@cortensor/interface'
import {
  encodeInferPayload,
  encodeTaskHeader,
  OPEN_SESSION,
  payloadCommitment,
  type Receipt,
  type ReportedResult,
  samplingSeed,
  sealReceipt,
  sealTranscript,
  sealWindows,
  taskIdOf,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { type ReceiptChain, resultLeaf, resultsTree } from '../src/index.js'

export const bytes32 = (text: string): Uint8Array => sha256(utf8ToBytes(text))
export const hash = (text: string): Hex32 => bytesToHex32(bytes32(text))
const signerOf = (name: string) => createSigner({ nodeSeed: bytes32(`node ${name}`), operatorKey: bytes32(`operator ${name}`) })

export const router = signerOf('router')
export const miner = signerOf('miner')
const oracles = ['a', 'b', 'c', 'd'].map(signerOf)

const networkId = '0123456789abcdef' as NetworkId
const model = bytesToHex(bytes32('model')) as ModelId
const chainId = 31_337
const committeeAddress = `0x${'42'.repeat(20)}` as Address
const sampling: SamplingParams = { maxTokens: 64, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }
const TOKENS = 3

/** Opens a private answer. */
export const salt = bytes32('salt')

/** A signed transcript of a task, and the row by which a report counts it. */
async function answer(privacy: Privacy): Promise<{ block: Uint8Array; result: ReportedResult }> {
  const messages = [{ role: 'user' as const, content: 'Name a river.' }]
  const nonce = bytes32('nonce')
  const header = encodeTaskHeader({
    sessionId: OPEN_SESSION,
    modelId: model,
    decodeSpec: VERIFIABLE_DECODE_SPEC,
    payloadCommitment: payloadCommitment(salt, encodeInferPayload({ messages, sampling, seed: null })),
    assigned: [miner.nodeId],
    redundancy: 1,
    priceMicroPerKilotoken: 0,
    maxTokens: 64,
    deadlineMs: 1_767_225_600_000,
    nonce,
    attempt: 1,
    privacy
  })
  const taskId = taskIdOf(networkId, router.nodeId, header)
  const tokenIds = Array.from({ length: TOKENS }, (_, i) => i)
  const trace = {
    top: 8,
    ids: Int32Array.from({ length: TOKENS * 8 }, (_, i) => i),
    logits: Float32Array.from({ length: TOKENS * 8 }, (_, i) => 8 - (i % 8))
  }
  const promptTokenIds = [1, 2, 3]
  const usage = { promptTokens: 3, completionTokens: TOKENS }
  const block = await sealTranscript(
    {
      networkId,
      subject: { type: 'task', taskId, assignment: { router: router.nodeId, header, salt, userSeed: null } },
      model,
      fingerprint: 'llama.cpp/1/cpu/haswell',
      decodeSpec: VERIFIABLE_DECODE_SPEC,
      generations: [
        {
          ...{ messages, sampling, seed: samplingSeed(taskId, miner.nodeId, nonce, null), promptTokenIds, tokenIds, usage },
          ...{ text: 'The Rhine.', finishReason: 'stop', timings: { firstTokenMs: 1, totalMs: 2, queueMs: 0 } },
          windows: sealWindows(promptTokenIds, tokenIds, trace)
        }
      ]
    },
    miner,
    privacy === 'private' ? { randomBytes: (length) => new Uint8Array(length).fill(length) } : undefined
  )
  const transcript = blockCid(block, 'dag-cbor')
  const ids = { taskId, router: router.nodeId, miner: miner.nodeId, model, transcript, session: OPEN_SESSION as SessionId }
  return { block, result: { ...ids, promptTokens: 3, completionTokens: TOKENS, fee: 12n } }
}

export type Content = Omit<Receipt, 'version' | 'signature'>

/**
 * A receipt as an honest router makes it, and what the chain says of its epoch.
 *
 * @param init.transcript what the commit covers instead of the miner's
 * @param init.key what the file has to open a private answer with
 */
export async function honestReceipt(
  init: { transcript?: Uint8Array; privacy?: Privacy; key?: Uint8Array | null } = {}
): Promise<{ content: Content; chain: ReceiptChain; bytes: Uint8Array }> {
  const own = await answer(init.privacy ?? 'public')
  const block = init.transcript ?? own.block
  const result = { ...own.result, transcript: blockCid(block, 'dag-cbor') }
  const others = [1, 2, 3].map((i) => ({ ...result, fee: BigInt(i) }))
  const tree = resultsTree([result, ...others], [])
  const [config, transactionHash] = [hash('config'), hash('transaction')]
  const commit = {
    ...{ epoch: 7 as EpochNumber, prev: hash('prev'), resultsRoot: tree.root, rewardsRoot: hash('rewards'), view: 1, config },
    ...{ reportCid: cidFromHash(bytes32('report')), totals: { results: 4, rewards: 99n }, blockNumber: 81, transactionHash }
  }
  const digest = commitDigest(commit)
  const { epoch, prev, view } = commit
  const signed = attestationDigest({ chainId, committee: committeeAddress }, { config, epoch, prev, view, digest })
  const committee = { members: oracles.map(({ nodeId, operator }) => ({ nodeId, operator })), faults: 1, attestations: 2 }
  const attest = async (index: number) => ({ index, signature: await (oracles[index] as typeof router).signDigest(signed) })
  const content: Content = {
    ...{ chainId, committeeAddress, result, commit, committee, transcript: block, key: init.key ?? null },
    inclusion: tree.proof(resultLeaf(result)) ?? [],
    attestations: [await attest(0), await attest(2)]
  }
  const chain = { chainId, committeeAddress, digest, transactionHash, blockNumber: 81, committee: { ...committee, config } }
  return { content, chain, bytes: await sealReceipt(content, router) }
}
