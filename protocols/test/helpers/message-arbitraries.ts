import { sha256 } from '@cortensor/crypto'
import type { Role, TaskId } from '@cortensor/interface'
import * as wire from '@cortensor/protocols'
import { bytesToHex, compareBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { address, blob, bytes, cid, count, epoch, finish, hex32, id, int, networkId, nodeId, text } from './values.js'

const modelOffer: fc.Arbitrary<wire.ModelOffer> = fc.record({
  id: id(),
  name: text(wire.MAX_MODEL_NAME_BYTES, 1),
  kind: fc.constantFrom('chat' as const, 'embedding' as const),
  quantisation: text(wire.MAX_QUANTISATION_BYTES),
  contextLength: int(1, wire.MAX_CONTEXT_LENGTH),
  decodeTokensPerSecond: int(0, wire.MAX_TOKENS_PER_SECOND),
  prefillTokensPerSecond: int(0, wire.MAX_TOKENS_PER_SECOND),
  priceMicroPerKilotoken: int(0, wire.MAX_PRICE_MICRO_PER_KILOTOKEN)
})

/** Numbers of every length: evenly drawn ones nearly all have the full one. */
const wide = (maxBits: number): fc.Arbitrary<bigint> =>
  fc.integer({ min: 0, max: maxBits }).chain((bits) => fc.bigInt(0n, (1n << BigInt(bits)) - 1n))

export const presence: fc.Arbitrary<wire.Presence> = fc
  .record({
    generation: count,
    roles: fc.subarray<Role>(['miner', 'oracle', 'router'], { minLength: 1 }),
    binding: fc.record({ operator: address, operatorSignature: bytes(64), nodeSignature: bytes(64) }),
    models: fc.uniqueArray(modelOffer, { maxLength: 3, selector: (offer) => offer.id }),
    fingerprint: text(wire.MAX_FINGERPRINT_BYTES),
    freeSlots: int(0, wire.MAX_SLOTS),
    totalSlots: int(0, wire.MAX_SLOTS),
    queueLength: int(0, wire.MAX_QUEUE_LENGTH),
    addresses: fc.array(
      text(100).map((value) => `/${value}`),
      { maxLength: wire.MAX_ADDRESSES }
    ),
    agent: text(wire.MAX_AGENT_BYTES)
  })
  .map((value) => ({ ...value, freeSlots: Math.min(value.freeSlots, value.totalSlots) }))

export const taskHeader: fc.Arbitrary<wire.TaskHeader> = fc
  .record({
    sessionId: id<wire.TaskHeader['sessionId']>(),
    modelId: id<wire.TaskHeader['modelId']>(),
    decodeSpec: hex32,
    payloadCommitment: hex32,
    assigned: fc.uniqueArray(nodeId, { minLength: 1, maxLength: wire.MAX_ASSIGNED }),
    redundancy: int(1, wire.MAX_ASSIGNED),
    priceMicroPerKilotoken: int(0, wire.MAX_PRICE_MICRO_PER_KILOTOKEN),
    maxTokens: int(1, wire.MAX_ANSWER_TOKENS),
    deadlineMs: count,
    nonce: bytes(32),
    attempt: int(1, wire.MAX_ATTEMPTS),
    privacy: fc.constantFrom('public' as const, 'private' as const)
  })
  .map((header) => ({ ...header, redundancy: Math.min(header.redundancy, header.assigned.length) }))

const messages = fc.array(
  fc.record({ role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const), content: text(1_000) }),
  { minLength: 1, maxLength: 4 }
)
const sampling = fc.record({
  maxTokens: int(1, wire.MAX_ANSWER_TOKENS),
  temperature: int(0, wire.MAX_TEMPERATURE_MICROS).map((value) => value / 1e6),
  topP: int(1, 1_000_000).map((value) => value / 1e6),
  topK: int(0, wire.MAX_TOP_K),
  minP: int(0, 999_999).map((value) => value / 1e6),
  stop: fc.array(text(wire.MAX_STOP_BYTES, 1), { maxLength: wire.MAX_STOP_TEXTS })
})
export const inferPayload: fc.Arbitrary<wire.InferPayload> = fc.record({
  messages,
  sampling,
  seed: fc.option(wide(64))
})
export const inferRequest: fc.Arbitrary<wire.InferRequest> = fc.record({ header: blob(300), payload: blob(300), salt: bytes(32) })
export const promptTokens = int(0, wire.MAX_PROMPT_TOKENS)
export const completionTokens = int(0, wire.MAX_ANSWER_TOKENS)
export const inferFrame: fc.Arbitrary<wire.InferFrame> = fc.oneof(
  fc.record({
    type: fc.constant('queued' as const),
    ahead: fc.nat({ max: 1_000_000 }),
    acknowledgement: fc.uint8Array({ maxLength: wire.MAX_ACKNOWLEDGEMENT_BYTES })
  }),
  fc.record({ type: fc.constant('accepted' as const), promptTokens, fingerprint: text(wire.MAX_FINGERPRINT_BYTES) }),
  fc.record({ type: fc.constant('declined' as const), reason: fc.constantFrom(...wire.DECLINE_REASONS), message: text(256) }),
  fc.record({ type: fc.constant('token' as const), text: text(2_000), count: int(0, wire.MAX_TOKENS_PER_FRAME) }),
  fc.record({
    type: fc.constant('end' as const),
    finishReason: finish,
    promptTokens,
    completionTokens,
    transcript: cid,
    firstTokenMs: int(0, 0xffff_ffff),
    totalMs: int(0, 0xffff_ffff)
  }),
  fc.record({ type: fc.constant('failed' as const), code: text(wire.MAX_FAILURE_CODE_BYTES, 1), message: text(256) })
)

export const taskId = id<TaskId>()
const auditSubject = { subject: taskId, miner: nodeId, round: fc.constantFrom(0 as const, 1 as const) }
export const resultMessage = fc.oneof(
  fc.record({ type: fc.constant('acknowledgement' as const), taskId }),
  fc.record({ type: fc.constant('precommit' as const), taskId, commitment: hex32 }),
  fc.record({
    type: fc.constant('commit' as const),
    taskId,
    salt: bytes(32),
    transcript: cid,
    promptTokens,
    completionTokens,
    finishReason: finish
  }),
  fc.record({ type: fc.constant('audit-precommit' as const), ...auditSubject, commitment: hex32 }),
  fc.record({ type: fc.constant('audit-plant' as const), subject: taskId, secret: bytes(32) }),
  fc
    .record({
      type: fc.constant('audit-reveal' as const),
      ...auditSubject,
      salt: bytes(32),
      vote: fc.constantFrom(...wire.AUDIT_VOTES),
      window: fc.option(int(0, 1_023)),
      sample: fc.uint8Array({ maxLength: wire.MAX_AUDIT_SAMPLE_BYTES }),
      isExact: fc.boolean()
    })
    .map((reveal) => ({ ...reveal, isExact: reveal.isExact && wire.isFoundFalse(reveal.vote) && reveal.window !== null }))
)

const categories = fc.subarray([...wire.QUIZ_CATEGORIES], { minLength: 1, maxLength: wire.MAX_CATEGORIES })
export const quizMessage = fc.oneof(
  fc
    .record({
      type: fc.constant('open' as const),
      epoch,
      view: int(0, wire.MAX_VIEW),
      prev: hex32,
      index: int(0, 1_000_000),
      openedMs: count,
      categories,
      itemsPerCategory: int(1, wire.MAX_ROUND_ITEMS / wire.MAX_CATEGORIES),
      maxAnswerTokens: int(1, wire.MAX_QUIZ_ANSWER_TOKENS),
      seedBlock: count,
      seedBlockHash: hex32,
      level: fc.constantFrom(...wire.ROUND_LEVELS),
      nodes: int(0, wire.MAX_ROUND_NODES),
      authored: fc.array(blob(wire.MAX_AUTHORED_ENVELOPE_BYTES), { maxLength: 2 }),
      timeouts: fc.array(blob(wire.MAX_TIMEOUT_ENVELOPE_BYTES), { maxLength: 4 })
    })
    .map((value) => (value.view === 0 ? { ...value, timeouts: [] } : value)),
  fc.record({
    type: fc.constant('request' as const),
    ...{ epoch, view: int(0, wire.MAX_VIEW), prev: hex32, index: int(0, 1_000_000), seedBlock: count }
  }),
  fc.record({
    type: fc.constant('create' as const),
    ...{ epoch, prev: hex32, category: fc.constantFrom(...wire.QUIZ_CATEGORIES) },
    ...{ topic: text(wire.MAX_TOPIC_NAME_BYTES, 1), subTopic: text(wire.MAX_SUB_TOPIC_BYTES, 1) }
  }),
  fc.record({
    type: fc.constant('prepare' as const),
    theme: id<string>(),
    questions: fc.uniqueArray(text(wire.MAX_QUESTION_BYTES, 1), { minLength: 1, maxLength: wire.MAX_PREPARED_QUESTIONS })
  }),
  fc.record({
    type: fc.constant('ballot' as const),
    ...{ roundId: id(), salt: bytes(32), modelId: id(), transcript: cid },
    replies: fc.array(text(wire.MAX_JUDGE_REPLY_BYTES), { minLength: 1, maxLength: wire.MAX_BALLOT_REPLIES })
  }),
  fc.record({ type: fc.constant('precommit' as const), roundId: id(), commitment: hex32 }),
  fc.record({
    type: fc.constant('reveal' as const),
    roundId: id(),
    salt: bytes(32),
    modelId: id(),
    transcript: cid,
    answers: fc
      .uniqueArray(int(0, wire.MAX_ROUND_ITEMS - 1), { maxLength: 12 })
      .chain((items) =>
        fc.tuple(...items.sort((a, b) => a - b).map((item) => fc.record({ item: fc.constant(item), text: text(1_024) })))
      )
  })
)

const instance = fc.record({ config: hex32, epoch, prev: hex32 })
const view = int(0, wire.MAX_VIEW)
const measure = fc
  .record({ node: nodeId, seen: int(0, wire.MAX_PRESENCE_SLOTS), slots: int(0, wire.MAX_PRESENCE_SLOTS) })
  .map((value) => ({ ...value, seen: Math.min(value.seen, value.slots) }))
const quorum = fc
  .record({
    instance,
    view,
    resultsRoot: hex32,
    rewardsRoot: hex32,
    reportCid: cid,
    totals: fc.record({ results: count, rewards: wide(63) }),
    indexes: fc.uniqueArray(int(0, wire.MAX_COMMITTEE - 1), { minLength: 1 }),
    signature: bytes(64)
  })
  .map(({ indexes, signature, instance, view, ...commit }) => ({
    type: 'quorum' as const,
    instance,
    view,
    commit: { ...commit, epoch: instance.epoch, prev: instance.prev },
    signatures: indexes.sort((a, b) => a - b).map((index) => ({ index, signature }))
  }))
export const oracleMessage = fc.oneof(
  fc.record({
    type: fc.constant('observe' as const),
    instance,
    timeMs: count,
    buckets: fc.constantFrom(0, 1, 2, 4, 8).chain((length) => fc.array(cid, { minLength: length, maxLength: length })),
    measures: fc.uniqueArray(measure, { maxLength: 5, selector: (value) => value.node })
  }),
  fc
    .record({
      type: fc.constant('propose' as const),
      instance,
      view,
      report: cid,
      digest: hex32,
      timeouts: fc.array(blob(wire.MAX_TIMEOUT_ENVELOPE_BYTES), { maxLength: 4 })
    })
    .map((value) => (value.view === 0 ? { ...value, timeouts: [] } : value)),
  fc.record({ type: fc.constant('attest' as const), instance, view, digest: hex32, signature: bytes(64) }),
  quorum,
  fc
    .record({
      type: fc.constant('timeout' as const),
      instance,
      view,
      last: fc.option(fc.record({ view, report: cid, digest: hex32 }))
    })
    .map((value) =>
      value.last === null ? value : { ...value, last: { ...value.last, view: Math.min(value.last.view, value.view) } }
    )
)

const tokenIds = fc.array(int(0, wire.MAX_TOKEN_ID), { maxLength: 20 })
const generation = fc.record({
  messages,
  sampling,
  seed: bytes(32),
  promptTokenIds: tokenIds,
  tokenIds,
  text: text(1_000),
  finishReason: fc.constantFrom('stop' as const, 'length' as const, 'cancelled' as const),
  usage: fc.record({ promptTokens, completionTokens }),
  timings: fc.record({ firstTokenMs: int(0, 0xffff_ffff), totalMs: int(0, 0xffff_ffff), queueMs: int(0, 0xffff_ffff) }),
  windows: fc.constant<wire.Window[]>([])
})
const transcriptBase = {
  version: fc.constant(1 as const),
  networkId,
  miner: nodeId,
  model: id<wire.Transcript['model']>(),
  // An engine's name, without a byte order mark.
  fingerprint: fc.string({ maxLength: 60 }),
  decodeSpec: hex32,
  signature: bytes(64)
}
export const transcript = fc.oneof(
  fc
    .record({
      ...transcriptBase,
      assignment: fc.record({
        router: nodeId,
        header: blob(100),
        salt: bytes(32),
        userSeed: fc.option(wide(64))
      }),
      generations: fc.tuple(generation)
    })
    .map(({ assignment, ...rest }): wire.Transcript => {
      const found = wire.taskIdOf(rest.networkId, assignment.router, assignment.header)
      return { ...rest, subject: { type: 'task', taskId: found, assignment } }
    }),
  fc.record({
    ...transcriptBase,
    subject: fc.record({ type: fc.constant('quiz' as const), roundId: id() }),
    generations: fc.array(generation, { minLength: 1, maxLength: 4 })
  })
)

export const sealedTranscript = fc
  .record({
    ...transcriptBase,
    assignment: fc.record({ router: nodeId, header: blob(100) }),
    finishReason: fc.constantFrom('stop' as const, 'length' as const, 'cancelled' as const),
    usage: fc.record({ promptTokens, completionTokens }),
    timings: fc.record({ firstTokenMs: int(0, 0xffff_ffff), totalMs: int(0, 0xffff_ffff), queueMs: int(0, 0xffff_ffff) }),
    windowsRoot: bytes(32),
    sealing: fc.record({ keyBox: bytes(72), body: blob(200) })
  })
  .map(({ assignment, ...rest }): wire.SealedTranscript => {
    const found = wire.taskIdOf(rest.networkId, assignment.router, assignment.header)
    return { ...rest, subject: { type: 'task', taskId: found, assignment } }
  })

export const bucket = fc.uniqueArray(blob(200), { maxLength: 6, selector: (item) => bytesToHex(item) }).map((items) => ({
  version: 1 as const,
  items: items.sort((a, b) => compareBytes(sha256(a), sha256(b)))
}))
