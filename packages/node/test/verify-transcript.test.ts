import { blockCid, createSigner, createVerifier, sha256, ZERO_HEX32 } from '@cortensor/crypto'
import { createLlamaEngine, listBuiltinModels } from '@cortensor/engine'
import type {
  DecodeMode,
  GenerateSpec,
  ModelId,
  NetworkId,
  Privacy,
  RoundId,
  SamplingParams,
  SessionId,
  TaskId
} from '@cortensor/interface'
import { plantIn } from '@cortensor/miner'
import { auditResult } from '@cortensor/proofs'
import {
  type AuditedAnswer,
  answersDigest,
  auditedAnswers,
  CANONICAL_DECODE_SPEC,
  decodeTaskHeader,
  decodeTranscript,
  encodeInferPayload,
  encodeTaskHeader,
  type Generation,
  NATIVE_DECODE_SPEC,
  OPEN_SESSION,
  payloadCommitment,
  type ReportedResult,
  readTop,
  samplingSeed,
  sealTranscript,
  sealWindows,
  type Transcript,
  taskIdOf,
  VERIFIABLE_DECODE_SPEC,
  WINDOW_TOKENS
} from '@cortensor/protocols'
import { isCorrect, quizItems, quizRequest, UNMEASURED } from '@cortensor/scoring'
import { createLogger } from '@cortensor/telemetry'
import { utf8ToBytes } from '@cortensor/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calibrate, verifyTranscript } from '../src/index.js'

const bytes32 = (label: string) => sha256(utf8ToBytes(label))
const signerOf = (label: string) => createSigner({ nodeSeed: bytes32(label), operatorKey: bytes32(`${label} operator`) })
const miner = signerOf('miner')
const router = signerOf('router')
const networkId = '0123456789abcdef' as NetworkId
const salt = bytes32('salt')
const logger = createLogger({ level: 'error', destination: 'stderr' })
const verifier = createVerifier()

const models = listBuiltinModels().filter(({ name }) =>
  ['tiny-general-v2-q8_0', 'tiny-general-v2-q4_0', 'tiny-mid-f16'].includes(name)
)
const idOf = (name: string): ModelId => models.find((model) => model.name === name)!.id
const MODEL = idOf('tiny-general-v2-q8_0')
const engine = createLlamaEngine({ models, sequences: 2 })

const SPECS = { verifiable: VERIFIABLE_DECODE_SPEC, canonical: CANONICAL_DECODE_SPEC, native: NATIVE_DECODE_SPEC }
const STORY = 'Tell me a story about a fox.'
const WARM: SamplingParams = { maxTokens: 96, temperature: 1, topP: 0.95, topK: 0, minP: 0, stop: [] }

type Content = Omit<Transcript, 'version' | 'miner' | 'sealing' | 'signature'>

interface Written {
  content: Content
  generation: Generation
}

async function generated(spec: GenerateSpec): Promise<Generation> {
  const { messages, sampling, seed } = spec
  const generation: Partial<Generation> = { messages: [...messages], sampling, seed, tokenIds: [], text: '' }
  for await (const event of engine.generate(spec)) {
    if (event.type === 'start') {
      generation.promptTokenIds = event.promptTokenIds
    } else if (event.type === 'token') {
      generation.tokenIds!.push(...event.tokenIds)
      generation.text += event.text
    } else {
      const { finishReason, timings, trace, usage } = event
      const windows = trace === null ? [] : sealWindows(generation.promptTokenIds!, generation.tokenIds!, trace)
      Object.assign(generation, { finishReason, timings, usage, windows })
    }
  }
  return generation as Generation
}

/** What an honest miner stores, computed by `writer` while the transcript says that it was `MODEL`. */
async function write(
  init: { decode?: DecodeMode; sampling?: Partial<SamplingParams>; writer?: ModelId; prompt?: string; privacy?: Privacy } = {}
): Promise<Written> {
  const { decode = 'verifiable', writer = MODEL } = init
  const sampling = { ...WARM, ...init.sampling }
  const messages = [{ role: 'user' as const, content: STORY }]
  const payload = encodeInferPayload({ messages, sampling, seed: 5n })
  const nonce = bytes32('nonce')
  const header = encodeTaskHeader({
    sessionId: '00'.repeat(32) as SessionId,
    modelId: MODEL,
    decodeSpec: SPECS[decode],
    payloadCommitment: payloadCommitment(salt, payload),
    assigned: [miner.nodeId],
    redundancy: 1,
    priceMicroPerKilotoken: 0,
    maxTokens: sampling.maxTokens,
    deadlineMs: 1_767_225_600_000,
    nonce,
    attempt: 1,
    privacy: init.privacy ?? 'public'
  })
  const taskId = taskIdOf(networkId, router.nodeId, header)
  const seed = samplingSeed(taskId, miner.nodeId, nonce, 5n)
  const asked = init.prompt === undefined ? messages : [{ role: 'user' as const, content: init.prompt }]
  const generation = { ...(await generated({ model: writer, messages: asked, sampling, seed, decode })), messages }
  const assignment = { router: router.nodeId, header, salt, userSeed: 5n }
  const { fingerprint } = await engine.status()
  const subject = { type: 'task' as const, taskId, assignment }
  const content = {
    networkId,
    subject,
    model: MODEL,
    fingerprint,
    decodeSpec: SPECS[decode],
    generations: [generation]
  }
  return { content, generation }
}

const verify = async (content: Content, by = miner) =>
  verifyTranscript({ block: await sealTranscript(content, by), engine, verifier, logger })
const withGeneration = ({ content, generation }: Written, change: Partial<Generation>): Content => ({
  ...content,
  generations: [{ ...generation, ...change }]
})

/** The logits of the right model to somebody else's tokens: what a cheat tells who decodes cheaply and scores once. */
async function rescored(written: Written, change: Partial<Generation>, decode: DecodeMode = 'verifiable'): Promise<Content> {
  const { messages, promptTokenIds, sampling, seed, tokenIds } = { ...written.generation, ...change }
  const { ending, text, trace } = await engine.evaluate({ model: MODEL, messages, sampling, seed, decode }, tokenIds)
  const finishReason = ending.type === 'limit' ? 'length' : ending.type === 'open' ? 'cancelled' : 'stop'
  const usage = { promptTokens: promptTokenIds.length, completionTokens: tokenIds.length }
  return withGeneration(written, { ...change, text, finishReason, usage, windows: sealWindows(promptTokenIds, tokenIds, trace) })
}

describe('verify transcript', () => {
  let honest: Written
  /** What an auditor votes on a block that is reported as the honest answer; `shown` is what the miner serves. */
  const audit = (block: Uint8Array | null, change: Partial<ReportedResult> = {}, shown = block, keys: Uint8Array[] = []) => {
    const { subject } = honest.content
    const { completionTokens, promptTokens } = honest.generation.usage
    const taskId = subject.type === 'task' ? subject.taskId : ('' as TaskId)
    const transcript = blockCid(block ?? bytes32('nothing'), 'dag-cbor')
    const result: ReportedResult = {
      ...{ taskId, router: router.nodeId, miner: miner.nodeId, model: MODEL, transcript, promptTokens, completionTokens },
      ...{ session: OPEN_SESSION, fee: 0n, ...change }
    }
    const [answer] = auditedAnswers({ results: [result], outcomes: [], opinions: [] })
    return auditResult({ answer: answer!, block: shown, keys, randomness: bytes32('randomness'), engine, verifier })
  }
  beforeAll(async () => {
    await engine.start()
    honest = await write()
  })
  afterAll(() => engine.stop())

  it('says that an honest answer is valid, greedy or sampled', async () => {
    expect(honest.generation.tokenIds.length).toBeGreaterThanOrEqual(40)
    const checked = await verify(honest.content)
    expect(checked).toMatchObject({ verdict: 'valid', reason: null, answers: [{ verdict: 'valid', exactWindows: null }] })
    expect(checked.answers[0]?.maxGap).toBeLessThan(0.05)
    const greedy = await write({ sampling: { temperature: 0 } })
    expect(await verify(greedy.content)).toMatchObject({ verdict: 'valid' })
  })

  it('finds canonical windows again bit for bit, and the one that was not', async () => {
    const canonical = await write({ decode: 'canonical' })
    const windows = canonical.generation.windows.length
    expect(await verify(canonical.content)).toMatchObject({ verdict: 'valid', answers: [{ exactWindows: windows }] })
    const forged = canonical.generation.windows.map((window, index) =>
      index === 1 ? { ...window, hash: bytes32('made up') } : window
    )
    const checked = await verify(withGeneration(canonical, { windows: forged }))
    expect(checked).toMatchObject({ verdict: 'invalid', reason: 'window', isStrict: true, answers: [{ window: 1 }] })
    const { taskId } = canonical.content.subject as { taskId: TaskId }
    const usage = { taskId, completionTokens: canonical.generation.tokenIds.length }
    const own = await audit(await sealTranscript(withGeneration(canonical, { windows: forged }), miner), usage)
    expect(own).toMatchObject({ vote: 'strict', reason: 'window', window: 1, isExact: true })
    // Other kernels have other last bits: nobody may be refuted for them, and nobody is asked.
    for (const kernels of ['avx', 'generic']) {
      const fingerprint = canonical.content.fingerprint.replace(/[^/]+$/, kernels)
      const elsewhere = await verify({ ...withGeneration(canonical, { windows: forged }), fingerprint })
      expect(elsewhere).toMatchObject({ verdict: 'valid', answers: [{ exactWindows: null, falseWindow: null }] })
    }
  })

  it('finds a changed token, and where', async () => {
    const tokenIds = [...honest.generation.tokenIds]
    tokenIds[35] = tokenIds[35] === 300 ? 301 : 300
    const checked = await verify(await rescored(honest, { tokenIds }))
    expect(checked).toMatchObject({ verdict: 'invalid', reason: 'token' })
    expect(checked.answers[0]).toMatchObject({ position: 35, window: 1 })
  })

  it('finds another model, another quantisation and another prompt behind the right logits', async () => {
    const other = await write({ writer: idOf('tiny-mid-f16') })
    expect(await verify(await rescored(other, {}))).toMatchObject({ verdict: 'invalid', reason: 'token' })
    // Of what canonical windows tell every digit counts, so that models which are this near each other are told apart in one answer.
    const smaller = await write({ writer: idOf('tiny-general-v2-q4_0'), decode: 'canonical' })
    expect(await verify(smaller.content)).toMatchObject({ verdict: 'invalid', reason: 'logits', answers: [{ falseWindow: 0 }] })
    const { generation } = await write({ prompt: 'Tell me a story.' })
    const { promptTokenIds } = honest.generation
    const ignored = await rescored(honest, { tokenIds: generation.tokenIds, promptTokenIds })
    expect(await verify(ignored)).toMatchObject({ verdict: 'invalid', reason: 'token' })
    expect(await verify(withGeneration(honest, { promptTokenIds: generation.promptTokenIds }))).toMatchObject({
      verdict: 'invalid'
    })
  })

  it('finds logits of another model', async () => {
    const other = await write({ writer: idOf('tiny-mid-f16'), sampling: { temperature: 0 } })
    const right = await write({ sampling: { temperature: 0 } })
    const { trace } = await engine.evaluate(
      {
        model: idOf('tiny-mid-f16'),
        messages: right.generation.messages,
        sampling: right.generation.sampling,
        seed: right.generation.seed
      },
      right.generation.tokenIds
    )
    expect(other.generation.tokenIds).not.toEqual(right.generation.tokenIds)
    const windows = sealWindows(right.generation.promptTokenIds, right.generation.tokenIds, trace)
    expect(await verify(withGeneration(right, { windows }))).toMatchObject({ verdict: 'invalid', reason: 'logits' })
  })

  it('finds what does not belong to the task', async () => {
    expect(await verify(withGeneration(honest, { seed: bytes32('a better one') }))).toMatchObject({
      verdict: 'invalid',
      reason: 'seed'
    })
    const messages = [{ role: 'user' as const, content: 'Tell me a story about a bear.' }]
    expect(await verify(withGeneration(honest, { messages }))).toMatchObject({ verdict: 'invalid', reason: 'payload' })
    expect(await verify({ ...honest.content, model: idOf('tiny-mid-f16') })).toMatchObject({
      verdict: 'invalid',
      reason: 'header'
    })
    expect(await verify(honest.content, signerOf('another miner'))).toMatchObject({ verdict: 'invalid', reason: 'header' })
  })

  it('finds changed bytes and unfinished evidence', async () => {
    const block = await sealTranscript(honest.content, miner)
    const broken = block.slice()
    const at = Buffer.from(block).indexOf(decodeTranscript(block).signature)
    broken[at + 5] = broken[at + 5]! ^ 1
    expect(await verifyTranscript({ block: broken, verifier, logger })).toMatchObject({ verdict: 'invalid', reason: 'signature' })
    expect(await verifyTranscript({ block: block.subarray(1), verifier, logger })).toMatchObject({ reason: 'malformed' })
    expect(await verify(withGeneration(honest, { windows: [] }))).toMatchObject({ verdict: 'invalid', reason: 'windows' })
    expect(await verify(withGeneration(honest, { text: `${honest.generation.text} And more.` }))).toMatchObject({
      reason: 'text'
    })
    expect(await verify(withGeneration(honest, { finishReason: 'cancelled' }))).toMatchObject({
      verdict: 'invalid',
      reason: 'ending'
    })
    const foreign = honest.generation.tokenIds.map((id, index) => (index === 3 ? 1_000_000 : id))
    expect(await verify(withGeneration(honest, { tokenIds: foreign }))).toMatchObject({ verdict: 'invalid', reason: 'token' })
  })

  it('finds what an answer leaves out', async () => {
    const tokenIds = honest.generation.tokenIds.slice(0, 48)
    // As if the user had gone: right as far as it goes, but no result that anybody is paid for.
    const cut = await rescored(honest, { tokenIds })
    expect(cut.generations[0]?.finishReason).toBe('cancelled')
    const usage = { promptTokens: honest.generation.usage.promptTokens, completionTokens: 48 }
    expect(await audit(await sealTranscript(cut, miner), usage)).toMatchObject({ vote: 'invalid', reason: 'ending' })
    const ended = withGeneration(honest, { ...cut.generations[0], finishReason: 'stop' })
    expect(await verify(ended)).toMatchObject({ verdict: 'invalid', reason: 'ending' })
  })

  it('finds an answer that was copied from another miner', async () => {
    const copier = signerOf('copier')
    expect(await verify(honest.content, copier)).toMatchObject({ verdict: 'invalid', reason: 'header' })
    // With a task of its own, whose seed the tokens do not come from.
    const { subject } = honest.content
    const assignment = subject.type === 'task' ? subject.assignment : null
    const header = { ...decodeTaskHeader(assignment!.header), assigned: [copier.nodeId] }
    const bytes = encodeTaskHeader(header)
    const taskId = taskIdOf(networkId, router.nodeId, bytes)
    const own = { type: 'task' as const, taskId, assignment: { ...assignment!, header: bytes } }
    expect(await verify({ ...honest.content, subject: own }, copier)).toMatchObject({ verdict: 'invalid', reason: 'seed' })
    const seed = samplingSeed(taskId, copier.nodeId, header.nonce, 5n)
    const reseeded = { ...(await rescored(honest, { seed })), subject: own }
    expect(await verify(reseeded, copier)).toMatchObject({ verdict: 'invalid', reason: 'token' })
  })

  it('votes against what a miner withholds, or shows of something else', async () => {
    const block = await sealTranscript(honest.content, miner)
    const found = await audit(block)
    expect(found).toMatchObject({ vote: 'valid', reason: null, window: null })
    expect(found.sample.byteLength).toBe(128)
    expect(await audit(null)).toMatchObject({ vote: 'withheld', reason: 'withheld' })
    expect(await audit(block, {}, await sealTranscript(honest.content, signerOf('other')))).toMatchObject({ vote: 'withheld' })
    expect(await audit(Uint8Array.of(1, 2, 3))).toMatchObject({ vote: 'invalid', reason: 'malformed' })
    for (const change of [
      { completionTokens: 4 * honest.generation.tokenIds.length },
      { taskId: '00'.repeat(32) as TaskId },
      { model: idOf('tiny-mid-f16') }
    ]) {
      expect(await audit(block, change)).toMatchObject({ vote: 'invalid', reason: 'subject', window: null })
    }
    const tokenIds = honest.generation.tokenIds.map((id, index) => (index === 35 ? 300 : id))
    const changed = await sealTranscript(await rescored(honest, { tokenIds }), miner)
    expect(await audit(changed)).toMatchObject({ vote: 'invalid', reason: 'token', window: 1 })
    const brief = await write({ sampling: { maxTokens: 12 } })
    const short = await sealTranscript(brief.content, miner)
    const { taskId } = brief.content.subject as { taskId: TaskId }
    expect(await audit(short, { taskId, completionTokens: 12 })).toMatchObject({ vote: 'valid', reason: 'short' })
  })

  it('votes on a private answer with its key, and against one that nobody opens', async () => {
    const { content, generation } = await write({ privacy: 'private', sampling: { maxTokens: 12 } })
    const { taskId } = content.subject as { taskId: TaskId }
    const { completionTokens, promptTokens } = generation.usage
    const sealing = { randomBytes: (length: number) => bytes32('nonces').subarray(0, length) }
    const block = await sealTranscript(content, miner, sealing)
    const own = { taskId, completionTokens, promptTokens }
    const opened = await audit(block, own, block, [bytes32('false'), salt])
    expect(opened).toMatchObject({ vote: 'valid', reason: 'short' })
    expect(opened.sample.byteLength).toBe(128)
    for (const keys of [[], [bytes32('false')]]) {
      expect(await audit(block, own, block, keys)).toMatchObject({ vote: 'withheld', reason: 'withheld' })
    }
    // What shows without a key is looked at without one.
    expect(await audit(block, { ...own, promptTokens: 1 }, block)).toMatchObject({ vote: 'invalid', reason: 'subject' })
    const open = await sealTranscript(content, miner)
    expect(await audit(open, own)).toMatchObject({ vote: 'invalid', reason: 'privacy' })
    expect(await verifyTranscript({ block, engine, verifier, logger })).toMatchObject({
      verdict: 'unsupported',
      reason: 'sealed'
    })
    expect(await verifyTranscript({ block, key: bytes32('false'), engine, verifier, logger })).toMatchObject({
      verdict: 'unsupported',
      reason: 'key'
    })
    const verified = await verifyTranscript({ block, key: salt, engine, verifier, logger })
    expect(verified).toMatchObject({ reason: 'short', transcript: { generations: [{ text: generation.text }] } })
  })

  it('finds quiz answers that are right without the model', async () => {
    const offered = idOf('tiny-mid-f16')
    const seed = bytes32('round')
    const round = {
      categories: ['arithmetic', 'facts', 'units'] as const,
      itemsPerCategory: 6,
      maxAnswerTokens: 24,
      level: 1 as const
    }
    const items = quizItems(seed, miner.nodeId, { ...round, categories: [...round.categories] }, UNMEASURED)
    const answers = async (model: ModelId): Promise<Generation[]> => {
      const all: Generation[] = []
      for (const [i, item] of items.entries()) {
        all.push(await generated({ model, ...quizRequest(item, seed, i), decode: 'verifiable' }))
      }
      return all
    }
    const [own, solved] = [await answers(offered), await answers(MODEL)]
    const at = items.findIndex((item, i) => isCorrect(item, solved[i]!.text) && !isCorrect(item, own[i]!.text))
    expect(at).toBeGreaterThanOrEqual(0)
    const roundId = 'ab'.repeat(32) as RoundId
    const { decodeSpec, fingerprint } = honest.content
    const transcriptOf = (generations: Generation[]) =>
      sealTranscript(
        { networkId, subject: { type: 'quiz', roundId }, model: offered, fingerprint, decodeSpec, generations },
        miner
      )
    /** What an auditor votes on these generations where the node has shown those answers. */
    const voteOn = async (generations: Generation[], shown: Generation[]) => {
      const block = await transcriptOf(generations)
      const answer: AuditedAnswer = {
        ...{ subject: roundId, miner: miner.nodeId, model: offered, transcript: blockCid(block, 'dag-cbor') },
        ...{
          source: { type: 'quiz', count: shown.length, digest: answersDigest(shown), salt: ZERO_HEX32 },
          session: OPEN_SESSION,
          fee: 0n
        }
      }
      return auditResult({ answer, block, randomness: bytes32('randomness'), engine, verifier })
    }
    const found = await voteOn(own, own)
    expect(found).toMatchObject({ vote: 'valid' })
    expect(found.sample.byteLength).toBe(128)
    // The program answers, and the evidence is of an honest run.
    const mixed = own.map((generation, i) => (i === at ? solved[i]! : generation))
    expect(await voteOn(own, mixed)).toMatchObject({ vote: 'invalid', reason: 'subject' })
    // The program answers, and the model says how likely it finds that.
    const { messages, promptTokenIds, sampling, seed: itemSeed, tokenIds } = solved[at]!
    const scored = await engine.evaluate({ model: offered, messages, sampling, seed: itemSeed, decode: 'verifiable' }, tokenIds)
    const forged = { ...solved[at]!, windows: sealWindows(promptTokenIds, tokenIds, scored.trace) }
    expect(await voteOn(mixed.with(at, forged), mixed)).toMatchObject({ vote: 'invalid', reason: 'token' })
    // The right word in the place of the model's.
    const renamed = mixed.with(at, { ...own[at]!, text: solved[at]!.text })
    expect(await voteOn(renamed, mixed)).toMatchObject({ vote: 'invalid', reason: 'text' })
    // What its miner has spoilt on purpose looks like any other answer to whoever does not run the model.
    const plant = await plantIn(own, { roundId, model: offered, signer: miner, engine }, {})
    const changed = plant!.generations.findIndex((generation, i) => generation !== own[i])
    expect(plant!.generations.filter((generation, i) => generation !== own[i])).toHaveLength(1)
    expect(plant!.generations[changed]!.tokenIds).not.toEqual(own[changed]!.tokenIds)
    for (const { tokenIds, windows } of plant!.generations) {
      const told = tokenIds.map((_, i) => readTop(windows[Math.floor(i / WINDOW_TOKENS)]!.top, i % WINDOW_TOKENS).ids[0])
      expect(told).toEqual(tokenIds)
    }
    expect(await voteOn(plant!.generations, plant!.generations)).toMatchObject({ vote: 'invalid', reason: 'token' })
    const easier = own.with(at, { ...own[at]!, messages: [{ role: 'user', content: 'Say yes.' }] })
    expect(await voteOn(easier, own)).toMatchObject({ vote: 'invalid', reason: 'subject' })
  })

  it('says when it cannot tell', async () => {
    const short = await write({ sampling: { maxTokens: 12 } })
    expect(await verify(short.content)).toMatchObject({ verdict: 'inconclusive', reason: 'short' })
    const native = await write({ decode: 'native' })
    expect(await verify(native.content)).toMatchObject({ verdict: 'unsupported', reason: 'decode-spec' })
    const fingerprint = honest.content.fingerprint.replace('3.22.1', '3.23.0')
    expect(await verify({ ...honest.content, fingerprint })).toMatchObject({ verdict: 'unsupported', reason: 'engine' })
  })

  it('takes what was measured on this machine', async () => {
    const model = models.find(({ id }) => id === MODEL)!
    const [measured, ...others] = await calibrate({ model, answers: 8, maxTokens: 48, logger })
    expect(others).toEqual([])
    const { fingerprint } = await engine.status()
    expect(measured).toMatchObject({ model: MODEL, quantisation: 'Q8_0', writer: fingerprint, reader: fingerprint, answers: 8 })
    expect(measured?.tokens).toBeGreaterThan(100)
    expect(measured?.maxGap).toBeLessThan(0.3)
    const block = await sealTranscript(honest.content, miner)
    // With an engine of its own, as the command does it.
    const checked = await verifyTranscript({ block, verifier, logger, calibrations: [measured!] })
    expect(checked).toMatchObject({ verdict: 'valid', tolerance: { gap: Math.max(0.16, 2 * measured!.maxGap) } })
  })
})
