import { blockCid, createSigner, createVerifier, sha256, ZERO_HEX32 } from '@cortensor/crypto'
import type { EngineModel, EngineStatus, Evaluation, ModelId, NetworkId, RoundId, SamplingParams } from '@cortensor/interface'
import {
  type AuditedAnswer,
  type AuditVote,
  answersDigest,
  type Generation,
  OPEN_SESSION,
  sealTranscript,
  sealWindows,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { auditResult, checkGeneration, defaultTolerance, readTranscript, replayTranscript } from '../src/index.js'

const bytes32 = (label: string): Uint8Array => sha256(utf8ToBytes(label))
const miner = createSigner({ nodeSeed: bytes32('miner'), operatorKey: bytes32('operator') })
const MODEL = 'ab'.repeat(32) as ModelId
const ROUND = 'cd'.repeat(32) as RoundId
const WRITER = 'node-llama-cpp@3.22.1/llama.cpp@b1/cpu/avx512f'
const UNLIKE = 'node-llama-cpp@3.22.1/llama.cpp@b1/cpu/avx2'
const [TOP, LENGTH, CHANGED] = [48, 64, 35]
const SAMPLING: SamplingParams = { maxTokens: LENGTH, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }
const PROMPT = [1, 2, 3]

/** A greedy answer with the right model's logits, one token of which falls short of the likeliest by so much. */
function answerWith(gap: number, content: string): { generation: Generation; evaluation: Evaluation } {
  const ids = new Int32Array(LENGTH * TOP)
  const logits = new Float32Array(LENGTH * TOP)
  for (let at = 0; at < LENGTH * TOP; at++) {
    const rank = at % TOP
    ids[at] = 100 + ((Math.floor(at / TOP) * 7 + rank) % 900)
    logits[at] = Math.floor(at / TOP) === CHANGED && rank === 1 ? 20 - gap : 20 - rank
  }
  const chosen = (_: unknown, position: number): number => ids[position * TOP + (position === CHANGED ? 1 : 0)] as number
  const tokenIds = Array.from({ length: LENGTH }, chosen)
  const trace = { top: TOP, ids, logits }
  const generation: Generation = {
    ...{ messages: [{ role: 'user' as const, content }], sampling: SAMPLING, seed: bytes32(content), tokenIds, text: content },
    ...{ promptTokenIds: PROMPT, finishReason: 'length' as const, timings: { firstTokenMs: 1, totalMs: 2, queueMs: 0 } },
    ...{ usage: { promptTokens: 3, completionTokens: LENGTH }, windows: sealWindows(PROMPT, tokenIds, trace) }
  }
  return { generation, evaluation: { promptTokenIds: PROMPT, trace, text: content, ending: { type: 'limit', tokens: LENGTH } } }
}

/** What a reader with this engine makes of a round's answers with these gaps. */
async function read(gaps: readonly number[], fingerprint: string, quantisation: string) {
  const answers = gaps.map((gap, i) => answerWith(gap, `answer ${i}`))
  const generations = answers.map(({ generation }) => generation)
  const block = await sealTranscript(
    {
      ...{ networkId: '0123456789abcdef' as NetworkId, subject: { type: 'quiz', roundId: ROUND }, model: MODEL },
      ...{ fingerprint: WRITER, decodeSpec: VERIFIABLE_DECODE_SPEC, generations }
    },
    miner
  )
  const answer: AuditedAnswer = {
    ...{ subject: ROUND, miner: miner.nodeId, model: MODEL, transcript: blockCid(block, 'dag-cbor'), session: OPEN_SESSION },
    ...{ fee: 0n, source: { type: 'quiz', count: gaps.length, digest: answersDigest(generations), salt: ZERO_HEX32 } }
  }
  let evaluated = 0
  const engine = {
    models: async (): Promise<EngineModel[]> => [
      { id: MODEL, name: 'a', kind: 'chat', quantisation, contextLength: 256, sizeBytes: 1 }
    ],
    status: async () => ({ fingerprint }) as EngineStatus,
    evaluate: async () => (answers[evaluated++ % answers.length] as (typeof answers)[number]).evaluation
  }
  const found = await auditResult({ answer, block, randomness: bytes32('drawn'), engine, verifier: createVerifier() })
  expect(evaluated).toBe(gaps.length)
  const opened = readTranscript(block)
  return { found, replay: await replayTranscript((opened as Extract<typeof opened, { type: 'open' }>).transcript, { engine }) }
}

describe('an auditor with an engine equal to the writer', () => {
  it.each<[gap: number, equal: AuditVote, unlike: AuditVote]>([
    [0.001, 'valid', 'valid'],
    [0.004, 'inconclusive', 'valid'],
    [0.01, 'strict', 'valid'],
    [0.03, 'strict', 'inconclusive'],
    [0.05, 'invalid', 'invalid']
  ])('finds a gap of %d in an answer of F16 %s, and others find it %s', async (gap, equal, unlike) => {
    const [own, others] = [await read([gap], WRITER, 'F16'), await read([gap], UNLIKE, 'F16')]
    expect([own.found.vote, others.found.vote]).toEqual([equal, unlike])
    // Both have run the model, and show the same of it.
    expect(own.found.sample).toEqual(others.found.sample)
    expect(own.found.sample.byteLength).toBe(128)
    const window = equal === 'strict' || equal === 'invalid' ? Math.floor(CHANGED / 32) : null
    expect(own.found).toMatchObject({ window, isExact: false })
    // Who reads for itself reads strictly, and is told so.
    expect(own.replay.verdict).toBe(equal === 'strict' ? 'invalid' : equal)
    expect([own.replay.isStrict, others.replay.isStrict]).toEqual([equal === 'strict', false])
  })

  it('says of several answers first what everybody can tell', async () => {
    const plain = await read([0.01, 0.05, 0], WRITER, 'F16')
    expect(plain.found).toMatchObject({ vote: 'invalid', reason: 'token' })
    expect(plain.replay).toMatchObject({ verdict: 'invalid', isStrict: false, answer: 1 })
    const strict = await read([0.004, 0.01, 0], WRITER, 'F16')
    expect(strict.found).toMatchObject({ vote: 'strict', reason: 'token' })
    expect(strict.replay).toMatchObject({ verdict: 'invalid', isStrict: true, answer: 1 })
  })

  it('knows no more than others of weights in whole numbers', async () => {
    for (const gap of [0.01, 0.1, 0.2, 0.4]) {
      const [own, others] = [await read([gap], WRITER, 'Q8_0'), await read([gap], UNLIKE, 'Q8_0')]
      expect(own.found).toEqual(others.found)
      expect(own.found.vote).toBe(gap < 0.16 ? 'valid' : gap < 0.32 ? 'inconclusive' : 'invalid')
    }
  })

  it('never finds less than others do: what the shared tolerance refutes, its own refutes', () => {
    for (const quantisation of ['F16', 'Q8_0']) {
      for (const likeness of ['engine', 'windows'] as const) {
        for (let gap = 0; gap < 0.5; gap += 0.003) {
          const { evaluation, generation } = answerWith(gap, 'x')
          const [own, shared] = [likeness, 'none' as const].map((each) =>
            checkGeneration(generation, evaluation, defaultTolerance(quantisation, each))
          )
          expect(shared?.verdict !== 'invalid' || own?.verdict === 'invalid').toBe(true)
          expect(own?.verdict !== 'valid' || shared?.verdict === 'valid').toBe(true)
        }
      }
    }
  })
})
