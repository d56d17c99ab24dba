import { bytesToHex32, cidFromHash, publicKeyToNodeId, sha256 } from '@cortensor/crypto'
import type { Address, CidString, EpochNumber, Hex32, NetworkId, NodeId, Role, SessionId, TaskId } from '@cortensor/interface'
import * as wire from '@cortensor/protocols'
import { bytesToHex, compareBytes, utf8Length } from '@cortensor/utils'
import fc from 'fast-check'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const blob = (max: number) => fc.uint8Array({ minLength: 1, maxLength: max })
const id = <T extends string>() => bytes(32).map((value) => bytesToHex(value) as T)
const hex32 = bytes(32).map((value): Hex32 => bytesToHex32(value))
const nodeId = bytes(32).map((value): NodeId => publicKeyToNodeId(value))
const address = bytes(20).map((value) => `0x${bytesToHex(value)}` as Address)
const cid = bytes(32).map((value): CidString => cidFromHash(value))
const rawCid = bytes(32).map((value): CidString => cidFromHash(value, 'raw'))
const int = (min: number, max: number) => fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }))
const count = fc.oneof(fc.constantFrom(0, Number.MAX_SAFE_INTEGER), fc.maxSafeNat())
const epoch = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map((value) => value as EpochNumber)
const amount = fc.oneof(fc.constantFrom(0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n), fc.bigInt(0n, 2n ** 63n - 1n))
const networkId = bytes(8).map((value) => bytesToHex(value) as NetworkId)
const finish = fc.constantFrom('stop' as const, 'length' as const)

/** Any Unicode text, a byte order mark at its start included, that fits as UTF-8. */
const text = (maxBytes: number, minLength = 0) =>
  fc
    .oneof(
      fc.string({ unit: 'binary', minLength, maxLength: Math.min(40, maxBytes) }),
      fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(40, maxBytes) }).map((value) => `\ufeff${value}`)
    )
    .filter((value) => utf8Length(value) <= maxBytes)

const rising = <T>(item: fc.Arbitrary<T>, keyOf: (value: T) => string, maxLength = 5): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { maxLength, selector: keyOf }).map((items) => items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)))

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

const presence: fc.Arbitrary<wire.Presence> = fc
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

const taskHeader: fc.Arbitrary<wire.TaskHeader> = fc
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
    attempt: int(1, wire.MAX_ATTEMPTS)
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
const inferPayload: fc.Arbitrary<wire.InferPayload> = fc.record({
  messages,
  sampling,
  seed: fc.option(fc.oneof(fc.constantFrom(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 64n - 1n)))
})
const inferRequest: fc.Arbitrary<wire.InferRequest> = fc.record({ header: blob(300), payload: blob(300), salt: bytes(32) })
const promptTokens = int(0, wire.MAX_PROMPT_TOKENS)
const completionTokens = int(0, wire.MAX_ANSWER_TOKENS)
const inferFrame: fc.Arbitrary<wire.InferFrame> = fc.oneof(
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

const taskId = id<TaskId>()
const auditSubject = { subject: taskId, miner: nodeId, round: fc.constantFrom(0 as const, 1 as const) }
const resultMessage = fc.oneof(
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
  fc.record({
    type: fc.constant('audit-reveal' as const),
    ...auditSubject,
    salt: bytes(32),
    vote: fc.constantFrom(...wire.AUDIT_VOTES),
    window: fc.option(int(0, 1_023)),
    sample: fc.uint8Array({ maxLength: wire.MAX_AUDIT_SAMPLE_BYTES })
  })
)

const categories = fc.subarray([...wire.QUIZ_CATEGORIES], { minLength: 1, maxLength: wire.MAX_CATEGORIES })
const quizMessage = fc.oneof(
  fc
    .record({
      type: fc.constant('open' as const),
      epoch,
      view: int(0, wire.MAX_VIEW),
      prev: hex32,
      index: int(0, 1_000_000),
      openedMs: count,
      categories,
      itemsPerCategory: int(1, wire.MAX_ITEMS_PER_CATEGORY),
      maxAnswerTokens: int(1, wire.MAX_QUIZ_ANSWER_TOKENS),
      seedBlock: count,
      seedBlockHash: hex32,
      level: fc.constantFrom(...wire.ROUND_LEVELS),
      nodes: int(0, wire.MAX_ROUND_NODES),
      timeouts: fc.array(blob(wire.MAX_TIMEOUT_ENVELOPE_BYTES), { maxLength: 4 })
    })
    .map((value) => (value.view === 0 ? { ...value, timeouts: [] } : value)),
  fc.record({
    type: fc.constant('request' as const),
    ...{ epoch, view: int(0, wire.MAX_VIEW), prev: hex32, index: int(0, 1_000_000), seedBlock: count }
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
    totals: fc.record({ results: count, rewards: fc.bigInt(0n, 2n ** 63n - 1n) }),
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
const oracleMessage = fc.oneof(
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
const transcript = fc.oneof(
  fc
    .record({
      ...transcriptBase,
      assignment: fc.record({
        router: nodeId,
        header: blob(100),
        salt: bytes(32),
        userSeed: fc.option(fc.bigInt(0n, 2n ** 64n - 1n))
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

const bucket = fc.uniqueArray(blob(200), { maxLength: 6, selector: (item) => bytesToHex(item) }).map((items) => ({
  version: 1 as const,
  items: items.sort((a, b) => compareBytes(sha256(a), sha256(b)))
}))

const category = fc.constantFrom(...wire.QUIZ_CATEGORIES)
const score = fc.record({
  category,
  asked: int(0, 72),
  correct: int(0, 72),
  abilityMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI)
})
const throughput = fc
  .record({ answered: int(0, wire.MAX_THROUGHPUT_TOKENS), wrong: int(0, 500) })
  .map(({ answered, wrong }) => ({ answeredTokens: answered, rightTokens: Math.max(0, answered - wrong) }))
const outcome = fc.record({
  roundId: id<wire.QuizOutcome['roundId']>(),
  miner: nodeId,
  model: fc.option(id<wire.ReportedResult['model']>()),
  status: fc.constantFrom<wire.OutcomeStatus>('scored', 'no_reveal', 'false_reveal', 'late', 'malformed'),
  scores: fc
    .uniqueArray(score, { maxLength: 3, selector: (value) => value.category })
    .map((scores) => scores.map((value) => ({ ...value, correct: Math.min(value.asked, value.correct) }))),
  throughput: fc.option(throughput),
  agreement: fc.option(
    fc.record({ verdict: fc.constantFrom(...wire.AGREEMENT_VERDICTS), similarityMicro: int(0, wire.MAX_SIMILARITY_MICRO) })
  ),
  shown: fc.option(fc.record({ transcript: cid, count: int(1, wire.MAX_ROUND_ITEMS), digest: hex32, salt: hex32 }))
})
const skillRow = fc.record({
  category,
  meanMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI),
  sdMilli: int(1, wire.MAX_SKILL_MILLI),
  epoch,
  priorMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI),
  items: count
})
const sectionRef = fc.record({
  rows: int(0, wire.MAX_SECTION_ROWS),
  bytes: int(0, Math.floor(wire.MAX_REPORT_BYTES / wire.SECTION_NAMES.length)),
  chunks: fc.array(cid, { maxLength: 3 })
})
const reportRoot = fc.record({
  version: fc.constant(1 as const),
  networkId,
  config: hex32,
  epoch,
  prev: hex32,
  prevReport: fc.option(cid),
  anchor: fc.record({ number: count, hash: hex32 }),
  draw: fc.option(fc.record({ number: count, hash: hex32 })),
  funding: fc.record({ funded: amount, maxRewardPerSecond: amount, genesisMs: count }),
  cutoffMs: count,
  paidMs: count,
  excluded: count,
  resultsRoot: hex32,
  rewardsRoot: hex32,
  totals: fc.record({ results: count, rewards: amount }),
  sections: fc.record(
    Object.fromEntries(wire.SECTION_NAMES.map((name) => [name, sectionRef])) as Record<wire.SectionName, typeof sectionRef>
  )
})

const result = fc.record({
  ...{ taskId, router: nodeId, miner: nodeId, model: id<wire.ReportedResult['model']>(), transcript: cid },
  ...{ promptTokens, completionTokens, session: id<SessionId>(), fee: amount }
})
const answer = fc.record({
  ...{ subject: taskId, miner: nodeId, model: id<wire.ReportedResult['model']>(), transcript: cid },
  source: fc.oneof(
    fc.record({ type: fc.constant('task' as const), router: nodeId, promptTokens, completionTokens }),
    fc.record({ type: fc.constant('quiz' as const), count: int(1, wire.MAX_ROUND_ITEMS), digest: hex32, salt: hex32 })
  ),
  ...{ session: id<SessionId>(), fee: amount }
})
const votes = fc.uniqueArray(
  fc.record({
    auditor: nodeId,
    vote: fc.constantFrom(...wire.AUDIT_VOTES, 'missing' as const, 'unproved' as const, 'untold' as const)
  }),
  {
    maxLength: 3,
    selector: ({ auditor }) => auditor
  }
)

const receipt: fc.Arbitrary<wire.Receipt> = fc.record({
  version: fc.constant(1 as const),
  chainId: count,
  committeeAddress: address,
  result,
  inclusion: fc.array(hex32, { maxLength: wire.MAX_INCLUSION_PROOF }),
  commit: fc.record({
    ...{ epoch, prev: hex32, resultsRoot: hex32, rewardsRoot: hex32, reportCid: cid, config: hex32, transactionHash: hex32 },
    totals: fc.record({ results: count, rewards: amount }),
    view: int(0, wire.MAX_VIEW),
    blockNumber: count
  }),
  committee: fc
    .array(fc.record({ operator: address, nodeId }), { minLength: 1, maxLength: wire.MAX_COMMITTEE })
    .map((members) => ({ members, faults: members.length, attestations: members.length })),
  attestations: fc.array(fc.record({ index: int(0, wire.MAX_COMMITTEE - 1), signature: bytes(64) }), { maxLength: 3 }),
  transcript: fc.option(blob(300)),
  signature: bytes(64)
})

const rows = <T>(row: fc.Arbitrary<T>, keyOf: (row: T) => string) => rising(row, keyOf).filter(({ length }) => length > 0)

/** At least one row of every section. */
export const SECTION_ROWS: { [Name in wire.SectionName]: fc.Arbitrary<wire.SectionRow[Name][]> } = {
  observations: fc.array(blob(200), { minLength: 1, maxLength: 4 }),
  registrations: rows(
    fc.record({ operator: address, node: nodeId, roles: int(0, 7) }),
    ({ operator, node }) => `${operator}/${node}`
  ),
  results: rows(result, ({ taskId, miner }) => `${taskId}/${miner}`),
  failures: rows(fc.record({ taskId, router: nodeId, miner: nodeId }), (row) => `${row.taskId}/${row.miner}`),
  audits: rows(
    fc.record({
      ...{ subject: taskId, type: fc.constantFrom('task' as const, 'quiz' as const) },
      ...{ miner: nodeId, session: id<SessionId>(), fee: amount, tokens: completionTokens },
      verdict: fc.constantFrom('valid' as const, 'invalid' as const, 'inconclusive' as const, 'unaudited' as const),
      isPlanted: fc.boolean(),
      window: fc.option(int(0, 1_023)),
      votes
    }),
    ({ subject, miner }) => `${subject}/${miner}`
  ),
  pending: rows(
    fc
      .tuple(
        answer,
        fc.record({
          epoch,
          round: fc.constantFrom(0 as const, 1 as const),
          auditors: fc.uniqueArray(nodeId, { maxLength: 3 }),
          drawnMs: count,
          isPlanted: fc.boolean(),
          earlier: votes.map((all) => all.map((vote) => ({ ...vote, sample: new Uint8Array(8) })))
        })
      )
      .map(([reported, audit]) => ({ ...reported, ...audit })),
    ({ subject, miner }) => `${subject}/${miner}`
  ),
  honesty: rows(
    fc.record({
      ...{ node: nodeId, checks: count, contradictions: count, verifiedTokens: count, evidence: amount, plants: count },
      isUnseated: fc.boolean(),
      isEjected: fc.boolean()
    }),
    ({ node }) => node
  ),
  outcomes: rows(outcome, ({ roundId, miner }) => `${roundId}/${miner}`),
  rewards: rows(
    fc.record({ node: nodeId, operator: address, base: amount, quiz: amount, work: amount }),
    ({ node, operator }) => `${node}/${operator}`
  ),
  exclusions: rows(fc.record({ item: id<string>(), reason: fc.constantFrom(...wire.EXCLUSION_REASONS) }), ({ item }) => item),
  bindings: rows(fc.record({ node: nodeId, operator: address }), ({ node }) => node),
  cumulative: rows(fc.record({ operator: address, amount }), ({ operator }) => operator),
  skills: rows(
    fc.record({
      node: nodeId,
      model: fc.option(id<wire.ReportedResult['model']>()),
      skills: fc.uniqueArray(skillRow, {
        minLength: 1,
        maxLength: 3,
        selector: (value) => value.category
      })
    }),
    ({ node }) => node
  ).map((nodes) => nodes.map(({ node, model, skills }) => skills.map((value) => ({ node, model, ...value })))),
  reputations: rows(
    fc.record({
      node: nodeId,
      epoch,
      rounds: count,
      stages: fc
        .uniqueArray(
          fc.record({ stage: fc.constantFrom(...wire.REPUTATION_STAGES), entered: int(1, 90_000), succeeded: int(0, 90_000) }),
          {
            selector: ({ stage }) => stage
          }
        )
        .map((counts) =>
          Object.fromEntries(
            counts.map(({ entered, stage, succeeded }) => [stage, { entered, succeeded: Math.min(entered, succeeded) }])
          )
        )
    }),
    ({ node }) => node
  ),
  throughputs: rows(
    fc
      .tuple(fc.record({ node: nodeId, epoch, games: int(1, 1_000_000) }), throughput)
      .map(([row, value]) => ({ ...row, ...value })),
    ({ node }) => node
  ),
  calibrations: rows(
    fc.record({
      category,
      template: fc.stringMatching(/^[a-z-]{1,64}$/),
      offsetMilli: int(-wire.MAX_SKILL_MILLI, wire.MAX_SKILL_MILLI),
      sdMilli: int(1, wire.MAX_SKILL_MILLI),
      answers: int(1, 1_000_000)
    }),
    ({ category, template }) => `${category}/${template}`
  ),
  consumed: rows(
    fc.record({ key: id<string>(), expiryMs: count }),
    ({ key, expiryMs }) => `${String(expiryMs).padStart(16, '0')}/${key}`
  ),
  sessions: rows(
    fc.record({
      session: id<SessionId>(),
      routers: fc.uniqueArray(nodeId, { maxLength: 3 }),
      model: fc.option(id<wire.ReportedResult['model']>()),
      maxPrice: amount,
      balance: amount,
      paid: amount,
      lastEpoch: fc.option(epoch)
    }),
    ({ session }) => session
  ),
  settlements: rows(
    fc.record({ session: id<SessionId>(), spent: amount, final: amount, credited: amount }),
    ({ session }) => session
  ),
  dues: rows(
    fc.record({ session: id<SessionId>(), node: nodeId, operator: address, amount }),
    ({ session, node, operator }) => `${session}/${node}/${operator}`
  )
}

const datasetRoot: fc.Arbitrary<wire.DatasetRoot> = fc.record({
  version: fc.constant(1 as const),
  chainId: int(1, Number.MAX_SAFE_INTEGER),
  registry: address,
  license: text(wire.MAX_LICENSE_BYTES, 1),
  reports: fc.array(cid, { maxLength: 5 }),
  rows: count,
  lines: fc.array(rawCid, { maxLength: 5 }),
  messages: fc.array(cid, { maxLength: 5 })
})

/** Values of every message, by message. */
export const ARBITRARIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  BlocksRequest: fc.record({
    hashes: fc.uniqueArray(hex32, { minLength: 1, maxLength: wire.MAX_BLOCKS_PER_REQUEST })
  }),
  Presence: presence,
  TaskHeader: taskHeader,
  InferPayload: inferPayload,
  InferRequest: inferRequest,
  InferFrame: inferFrame,
  ResultMessage: resultMessage,
  QuizMessage: quizMessage,
  OracleMessage: oracleMessage,
  Transcript: transcript,
  Receipt: receipt,
  Bucket: bucket,
  DatasetRoot: datasetRoot,
  DatasetLinks: fc.array(rawCid, { maxLength: 5 }),
  ReportRoot: reportRoot,
  ...Object.fromEntries(wire.SECTION_NAMES.map((name) => [`Report ${name}`, SECTION_ROWS[name]]))
}
