// The values behind the golden vectors. Everything comes from labels, so that every run gives the same bytes.
import { bytesToHex32, cidFromHash, createSigner, sha256 } from '@cortensor/crypto'
import { panelIdOf } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'

export const bytes32 = (label) => sha256(utf8ToBytes(label))
const id = (label) => bytesToHex(bytes32(label))
const hex32 = (label) => bytesToHex32(bytes32(label))
const cid = (label) => cidFromHash(bytes32(label))
const rawCid = (label) => cidFromHash(bytes32(label), 'raw')
const bytes64 = (label) => Buffer.concat([bytes32(`${label}/0`), bytes32(`${label}/1`)])

export const signerOf = (label) => createSigner({ nodeSeed: bytes32(`node/${label}`), operatorKey: bytes32(`operator/${label}`) })

export const router = signerOf('router')
export const miner = signerOf('miner')
export const second = signerOf('second miner')
export const oracle = signerOf('oracle')
export const scope = { chainId: 31_337, registry: `0x${id('registry').slice(0, 40)}` }

export const blocksRequests = [{ hashes: [hex32('block')] }, { hashes: [hex32('one block'), hex32('another block')] }]

const model = id('model')
const START_MS = 1_767_225_600_000
const sampling = { maxTokens: 64, temperature: 0.7, topP: 0.95, topK: 40, minP: 0.05, stop: ['\n\n'] }
const greedy = { maxTokens: 16, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }
const byText = (keyOf) => (a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)

export const presence = (binding) => ({
  generation: START_MS,
  roles: ['miner', 'router'],
  binding,
  models: [
    {
      id: model,
      name: 'tiny-chat',
      kind: 'chat',
      quantisation: 'Q8_0',
      contextLength: 2_048,
      decodeTokensPerSecond: 210,
      prefillTokensPerSecond: 1_900,
      priceMicroPerKilotoken: 1_500
    },
    {
      id: id('embedding model'),
      name: 'tiny-embed',
      kind: 'embedding',
      quantisation: 'F16',
      contextLength: 512,
      decodeTokensPerSecond: 0,
      prefillTokensPerSecond: 0,
      priceMicroPerKilotoken: 0
    }
  ],
  fingerprint: 'llama.cpp b6000 cpu avx2',
  freeSlots: 3,
  totalSlots: 4,
  queueLength: 0,
  addresses: [`/ip4/127.0.0.1/tcp/4001/p2p/${miner.nodeId}`],
  agent: 'cortensor/0.1.0'
})

export const presenceWithoutModels = (binding) => ({
  ...presence(binding),
  roles: ['oracle'],
  models: [],
  fingerprint: '',
  freeSlots: 0,
  totalSlots: 0,
  addresses: [],
  agent: ''
})

export const payload = {
  messages: [
    { role: 'system', content: 'Answer in one word.' },
    { role: 'user', content: 'Wie heißt die Hauptstadt von Österreich? 🎼' }
  ],
  sampling,
  seed: 18_446_744_073_709_551_615n
}
export const plainPayload = { messages: [{ role: 'user', content: 'Hello' }], sampling: greedy, seed: null }

export const salt = bytes32('salt')
export const nonce = bytes32('nonce')

export const taskHeader = (payloadCommitment, decodeSpec) => ({
  sessionId: id('session'),
  modelId: model,
  decodeSpec,
  payloadCommitment,
  assigned: [miner.nodeId, second.nodeId],
  redundancy: 1,
  priceMicroPerKilotoken: 1_500,
  maxTokens: 64,
  deadlineMs: START_MS + 60_000,
  nonce,
  attempt: 2,
  privacy: 'public'
})

export const frames = [
  { type: 'accepted', promptTokens: 21, fingerprint: 'llama.cpp b6000 cpu avx2' },
  { type: 'declined', reason: 'busy', message: 'All 4 slots are taken and 16 requests wait' },
  { type: 'token', text: ' Wien', count: 1 },
  { type: 'token', text: '', count: 0 },
  {
    type: 'end',
    finishReason: 'stop',
    promptTokens: 21,
    completionTokens: 2,
    transcript: cid('transcript'),
    firstTokenMs: 12,
    totalMs: 34
  },
  { type: 'failed', code: 'ENGINE_CRASHED', message: 'The engine ended; ask another miner' },
  { type: 'queued', ahead: 3, acknowledgement: bytes64('acknowledgement') }
]

export const acknowledgement = (taskId) => ({ type: 'acknowledgement', taskId })
export const resultPrecommit = (taskId, commitment) => ({ type: 'precommit', taskId, commitment })
const auditSubject = (subject) => ({ subject, miner: miner.nodeId, round: 0 })
export const auditReveal = (subject) => ({
  type: 'audit-reveal',
  ...auditSubject(subject),
  salt: bytes32('audit salt'),
  vote: 'invalid',
  window: 2,
  sample: bytes64('audit sample'),
  isExact: true
})
export const auditPlant = (subject) => ({ type: 'audit-plant', subject, secret: bytes32('plant secret') })
export const auditPrecommit = (subject, commitment) => ({ type: 'audit-precommit', ...auditSubject(subject), commitment })

export const resultCommit = (taskId) => ({
  type: 'commit',
  taskId,
  salt,
  transcript: cid('transcript'),
  promptTokens: 21,
  completionTokens: 2,
  finishReason: 'stop'
})

export const roundOpen = {
  type: 'open',
  epoch: 7,
  view: 1,
  prev: hex32('digest of epoch 6'),
  index: 3,
  openedMs: START_MS + 100_000,
  categories: ['arithmetic', 'facts', 'calendar'],
  itemsPerCategory: 2,
  maxAnswerTokens: 96,
  seedBlock: 1_234_567,
  seedBlockHash: hex32('block 1234567'),
  timeouts: [bytes32('a timeout'), bytes32('another timeout')],
  level: 2,
  nodes: 4_711,
  authored: []
}
export const roundCreate = {
  type: 'create',
  ...{ epoch: 7, prev: hex32('digest of epoch 6'), category: 'facts', topic: 'what a capital is', subTopic: 'Vienna' }
}
export const roundPrepare = (theme) => ({
  type: 'prepare',
  theme,
  questions: ['Explain what a capital is, for example Vienna.', 'Tell me about Vienna.']
})
export const roundBallot = (roundId) => ({
  type: 'ballot',
  roundId,
  salt: bytes32('ballot salt'),
  modelId: model,
  transcript: cid('ballot transcript'),
  replies: ['A', 'B', 'A.', 'TIE', '', 'Both', 'B', 'A']
})
export const roundRequest = {
  type: 'request',
  ...{ epoch: 7, view: 1, prev: hex32('digest of epoch 6'), index: 3, seedBlock: 1_234_567 }
}
export const roundPrecommit = (roundId, commitment) => ({ type: 'precommit', roundId, commitment })
export const roundReveal = (roundId) => ({
  type: 'reveal',
  roundId,
  salt,
  modelId: model,
  transcript: cid('quiz transcript'),
  answers: [
    { item: 0, text: '42' },
    { item: 1, text: '' },
    { item: 5, text: 'mercredi, le 1ᵉʳ mai' }
  ]
})

const instance = { config: hex32('config'), epoch: 7, prev: hex32('digest of epoch 6') }
const proposed = { report: cid('report'), digest: hex32('digest of epoch 7') }

export const observe = {
  type: 'observe',
  instance,
  timeMs: START_MS + 120_000,
  buckets: [cid('bucket 0'), cid('bucket 1')],
  measures: [
    { node: miner.nodeId, seen: 59, slots: 60 },
    { node: second.nodeId, seen: 0, slots: 60 }
  ]
}
export const emptyObserve = { type: 'observe', instance: { ...instance, epoch: 1 }, timeMs: 0, buckets: [], measures: [] }
export const propose = (timeouts) => ({ type: 'propose', instance, view: timeouts.length === 0 ? 0 : 1, ...proposed, timeouts })
export const attest = { type: 'attest', instance, view: 1, digest: proposed.digest, signature: bytes64('attestation') }
export const timeout = (last) => ({ type: 'timeout', instance, view: 0, last })
export const quorum = {
  type: 'quorum',
  instance,
  view: 1,
  commit: {
    epoch: instance.epoch,
    prev: instance.prev,
    resultsRoot: hex32('results root'),
    rewardsRoot: hex32('rewards root'),
    reportCid: proposed.report,
    totals: { results: 2, rewards: 123_456_789n }
  },
  signatures: [0, 30].map((index) => ({ index, signature: bytes64(`attestation ${index}`) }))
}
export const lastProposed = { view: 0, ...proposed }

const generation = {
  messages: payload.messages,
  sampling,
  seed: bytes32('sampling seed'),
  promptTokenIds: [1, 15, 4_711, 128_000, 262_143],
  tokenIds: [9, 10],
  text: ' Wien',
  finishReason: 'stop',
  usage: { promptTokens: 5, completionTokens: 2 },
  timings: { firstTokenMs: 12, totalMs: 34, queueMs: 5 },
  windows: []
}
const assignment = { router: router.nodeId, salt, userSeed: payload.seed }
/** Logits of so many positions: seven tokens each, and one far below them. */
export const traceOf = (positions) => ({
  top: 8,
  ids: Int32Array.from({ length: positions * 8 }, (_, i) => (i * 37) % 300),
  logits: Float32Array.from({ length: positions * 8 }, (_, i) => (i % 8 === 7 ? -40.25 : 21.125 + (i >> 3) / 3 - (i % 8) ** 1.5))
})
const longIds = Array.from({ length: 33 }, (_, i) => i * 7)
const transcriptOf = (networkId, subject, generations) => ({
  version: 1,
  networkId,
  subject,
  miner: miner.nodeId,
  model,
  fingerprint: 'llama.cpp b6000 cpu avx2',
  decodeSpec: hex32('decode spec'),
  generations,
  signature: bytes64('transcript')
})
export const taskTranscript = (networkId, taskId, header) =>
  transcriptOf(networkId, { type: 'task', taskId, assignment: { ...assignment, header } }, [generation])
export const tracedTranscript = (networkId, taskId, header, sealWindows) => {
  const windows = sealWindows(generation.promptTokenIds, longIds, traceOf(longIds.length))
  const usage = { promptTokens: 5, completionTokens: longIds.length }
  const subject = { type: 'task', taskId, assignment: { ...assignment, header, userSeed: null } }
  return transcriptOf(networkId, subject, [{ ...generation, tokenIds: longIds, usage, windows }])
}
/** As many bytes as asked for, the same every time. */
export const fixedBytes = (length) => new Uint8Array(length).fill(length)

export const quizTranscript = (networkId, roundId) =>
  transcriptOf(networkId, { type: 'quiz', roundId }, [
    { ...generation, sampling: greedy, text: '42' },
    { ...generation, messages: plainPayload.messages, sampling: greedy, text: '\ufeffmarked', finishReason: 'length' }
  ])

export const bucket = (items) => ({ version: 1, items: [...items].sort((a, b) => Buffer.compare(sha256(a), sha256(b))) })

const registrations = [miner, oracle, router, second].map(({ operator, nodeId }, i) => ({
  operator,
  node: nodeId,
  roles: [1, 2, 4, 7][i]
}))
const bindings = registrations.map(({ operator, node }) => ({ node, operator })).sort(byText((binding) => binding.node))
const cumulative = registrations.map(({ operator }, i) => ({ operator, amount: [0n, 1n, 2n ** 53n, 2n ** 63n - 1n][i] }))

const sessionId = (number) => number.toString(16).padStart(64, '0')

export const datasetRoot = {
  version: 1,
  ...scope,
  license: 'CC0-1.0',
  reports: [cid('report 1'), cid('report 2')],
  rows: 12,
  lines: [rawCid('lines 0'), rawCid('lines 1')],
  messages: [cid('links')]
}

export const emptyDatasetRoot = { ...datasetRoot, reports: [], rows: 0, lines: [], messages: [] }

const reportedResult = (taskId) => ({
  taskId,
  router: router.nodeId,
  miner: miner.nodeId,
  model,
  transcript: cid('transcript'),
  promptTokens: 21,
  completionTokens: 2,
  session: sessionId(1),
  fee: 4n
})

const shownAnswers = { transcript: cid('quiz transcript'), count: 4, digest: hex32('answers'), salt: hex32('quiz salt') }
const auditedTask = (taskId) => {
  const { completionTokens, promptTokens, router: asker, taskId: subject, ...rest } = reportedResult(taskId)
  return { ...rest, subject, source: { type: 'task', router: asker, promptTokens, completionTokens } }
}
const auditedRound = {
  transcript: shownAnswers.transcript,
  source: { type: 'quiz', count: shownAnswers.count, digest: shownAnswers.digest, salt: shownAnswers.salt },
  session: '00'.repeat(32),
  fee: 0n
}

const ballotShown = {
  ...{ transcript: cid('ballot transcript'), count: 10 },
  ...{ digest: hex32('ballot digest'), salt: hex32('ballot salt') }
}

export const report = (networkId, taskId, roundId, observations) => ({
  version: 1,
  networkId,
  ...instance,
  prevReport: cid('report of epoch 6'),
  observations,
  anchor: {
    block: { number: 1_234_560, hash: hex32('block 1234560') },
    draw: { number: 1_234_563, hash: hex32('block 1234563') },
    registrations: registrations.sort(byText(({ operator, node }) => `${operator}/${node}`)),
    sessions: [
      {
        session: sessionId(1),
        routers: [router.nodeId],
        model: null,
        maxPrice: 2_000_000n,
        balance: 2n ** 40n,
        paid: 5n,
        lastEpoch: null
      },
      { session: sessionId(2), routers: [], model, maxPrice: 0n, balance: 0n, paid: 0n, lastEpoch: 7 }
    ],
    funding: { funded: 2n ** 60n + 5n, maxRewardPerSecond: 1_000_000n, genesisMs: START_MS }
  },
  paidMs: 15_000,
  results: [reportedResult(taskId)],
  outcomes: [
    {
      roundId,
      miner: miner.nodeId,
      model,
      status: 'scored',
      scores: [
        { category: 'arithmetic', asked: 2, correct: 1, abilityMilli: 910 },
        { category: 'text', asked: 2, correct: 0, abilityMilli: 0 }
      ],
      throughput: { answeredTokens: 144, rightTokens: 72 },
      agreement: { verdict: 'disagree', similarityMicro: 113_000 },
      shown: shownAnswers
    },
    {
      roundId,
      miner: second.nodeId,
      model: null,
      status: 'no_reveal',
      scores: [],
      throughput: null,
      shown: null,
      agreement: null
    }
  ].sort(byText((outcome) => outcome.miner)),
  audits: [
    {
      ...{
        subject: id('ended'),
        type: 'task',
        miner: miner.nodeId,
        session: sessionId(1),
        fee: 90n,
        tokens: 45,
        verdict: 'invalid',
        isPlanted: false,
        window: 1,
        isExact: true
      },
      votes: [
        { auditor: second.nodeId, vote: 'invalid' },
        { auditor: router.nodeId, vote: 'strict' },
        { auditor: oracle.nodeId, vote: 'missing' }
      ]
    },
    {
      ...{ subject: id('quizzed'), type: 'quiz', miner: second.nodeId, session: '00'.repeat(32), fee: 0n, tokens: 240 },
      ...{ verdict: 'invalid', isPlanted: true, window: null, isExact: false, votes: [{ auditor: miner.nodeId, vote: 'untold' }] }
    },
    {
      ...{ subject: id('kept'), type: 'task', miner: miner.nodeId, session: sessionId(1), fee: 7n, tokens: 12, isExact: false },
      ...{ verdict: 'withheld', isPlanted: false, window: null, votes: [{ auditor: second.nodeId, vote: 'withheld' }] }
    }
  ].sort(byText(({ subject }) => subject)),
  opinions: [
    {
      roundId,
      answers: [
        { nodes: [router.nodeId], scoreMilli: 1_000 },
        { nodes: [oracle.nodeId], scoreMilli: null }
      ],
      ballots: [
        {
          ...{ node: miner.nodeId, isSeated: true, status: 'counted', model, right: 4, turned: 0 },
          shown: ballotShown
        },
        { node: second.nodeId, isSeated: false, status: 'late', model: null, right: 0, turned: 0, shown: null }
      ]
    }
  ],
  failures: [{ taskId: id('undone'), router: router.nodeId, miner: second.nodeId }],
  rewards: [{ node: miner.nodeId, operator: miner.operator, base: 1_000_000n, quiz: 0n, work: 2n ** 53n + 1n }],
  exclusions: [
    { item: id('excluded 0'), reason: 'mismatch' },
    { item: id('excluded 1'), reason: 'invalid' }
  ].sort(byText(({ item }) => item)),
  excluded: 3,
  resultsRoot: hex32('results root'),
  rewardsRoot: hex32('rewards root'),
  totals: { results: 1, rewards: 2n ** 60n },
  state: {
    epoch: 7,
    cutoffMs: START_MS + 120_000,
    bindings,
    cumulative: cumulative.sort(byText((entry) => entry.operator)),
    skills: [
      {
        node: bindings[0].node,
        model: id('model'),
        category: 'arithmetic',
        meanMilli: 850,
        sdMilli: 340,
        epoch: 7,
        priorMilli: 910,
        items: 24
      },
      {
        node: bindings[0].node,
        model: id('model'),
        category: 'text',
        meanMilli: -1_700,
        sdMilli: 610,
        epoch: 5,
        priorMilli: -1_200,
        items: 4
      },
      { node: bindings[1].node, model: null, category: 'facts', meanMilli: -400, sdMilli: 910, epoch: 6, priorMilli: 0, items: 2 }
    ],
    reputations: [
      {
        node: bindings[0].node,
        epoch: 7,
        rounds: 12,
        stages: { precommit: { entered: 9_800, succeeded: 9_800 }, task: { entered: 1_000, succeeded: 0 } }
      },
      { node: bindings[1].node, epoch: 2, rounds: 0, stages: {} }
    ],
    throughputs: [{ node: bindings[0].node, epoch: 7, games: 5, answeredTokens: 936, rightTokens: 612 }],
    calibrations: [
      { category: 'arithmetic', template: 'add-large', offsetMilli: -140, sdMilli: 210, answers: 17 },
      { category: 'text', template: 'list', offsetMilli: 320, sdMilli: 60, answers: 900 }
    ],
    consumed: [
      { key: id('consumed 0'), expiryMs: START_MS + 700_000 },
      { key: id('consumed 1'), expiryMs: START_MS + 100_000 },
      { key: id('consumed 2'), expiryMs: START_MS + 600_000 }
    ].sort((a, b) => a.expiryMs - b.expiryMs),
    settlements: [
      {
        session: sessionId(1),
        spent: 9n,
        final: 7n,
        credited: 5n,
        dues: [
          { node: miner.nodeId, operator: miner.operator, amount: 3n },
          { node: oracle.nodeId, operator: oracle.operator, amount: 1n }
        ].sort(byText(({ node }) => node))
      }
    ],
    reported: [
      auditedTask(taskId),
      { ...auditedTask(roundId), ...auditedRound },
      {
        ...{ ...auditedTask(panelIdOf(roundId)), ...auditedRound, transcript: ballotShown.transcript },
        source: { type: 'quiz', count: ballotShown.count, digest: ballotShown.digest, salt: ballotShown.salt }
      }
    ],
    pending: [
      {
        ...auditedTask(id('audited')),
        ...{
          epoch: 6,
          round: 0,
          auditors: [second.nodeId, oracle.nodeId],
          drawnMs: START_MS + 100_000,
          isPlanted: false,
          earlier: []
        }
      },
      {
        ...auditedTask(id('disputed')),
        ...auditedRound,
        ...{ epoch: 5, round: 1, auditors: [], drawnMs: 0, isPlanted: true },
        earlier: [
          { auditor: second.nodeId, vote: 'valid', sample: bytes64('audit sample') },
          { auditor: oracle.nodeId, vote: 'invalid', sample: new Uint8Array() }
        ]
      }
    ].sort(byText((row) => row.subject)),
    honesty: [
      {
        node: miner.nodeId,
        checks: 12,
        contradictions: 0,
        verifiedTokens: 1_200,
        evidence: 17n,
        plants: 2,
        isUnseated: false,
        isEjected: false
      },
      {
        node: second.nodeId,
        checks: 2,
        contradictions: 2,
        verifiedTokens: 0,
        evidence: 10n ** 13n,
        plants: 0,
        isUnseated: true,
        isEjected: true
      }
    ].sort(byText(({ node }) => node)),
    commissions: [
      { epoch: 7, stage: 'create', rank: 0, node: miner.nodeId },
      { epoch: 8, stage: 'create', rank: 0, node: second.nodeId },
      { epoch: 8, stage: 'create', rank: 1, node: router.nodeId },
      { epoch: 8, stage: 'prepare', rank: 0, node: miner.nodeId }
    ],
    authored: [
      {
        ...{ epoch: 7, roundId, creator: miner.nodeId, preparer: second.nodeId },
        ...{ category: 'facts', topic: 'what a capital is', subTopic: 'Vienna', isAccepted: true }
      }
    ],
    panels: [
      {
        ...{ roundId: id('judged round'), epoch: 7, drawnMs: START_MS + 120_000, seed: hex32('round seed') },
        question: 'Tell me about Vienna.',
        answers: [
          { text: 'Vienna is in Austria.', nodes: [router.nodeId] },
          { text: 'A city.', nodes: [oracle.nodeId] }
        ],
        judges: [miner.nodeId],
        tried: [second.nodeId]
      },
      {
        ...{ roundId: id('other round'), epoch: 6, drawnMs: START_MS + 100_000, seed: hex32('other seed'), question: '' },
        ...{ answers: [], judges: [], tried: [miner.nodeId] }
      }
    ].sort(byText((row) => row.roundId)),
    judges: [{ node: miner.nodeId, model, rubric: 1, epoch: 7, asked: 44, right: 43 }],
    slashings: [{ operator: miner.operator, node: miner.nodeId, subject: id('ended'), window: 1 }]
  }
})

export const firstReport = (networkId) => ({
  ...report(networkId, id('task'), id('round'), []),
  epoch: 1,
  prev: `0x${'00'.repeat(32)}`,
  prevReport: null,
  anchor: {
    block: { number: 0, hash: hex32('block 0') },
    draw: null,
    registrations: [],
    sessions: [],
    funding: { funded: 0n, maxRewardPerSecond: 1_000_000n, genesisMs: START_MS }
  },
  paidMs: 0,
  results: [],
  outcomes: [],
  audits: [],
  opinions: [],
  failures: [],
  rewards: [],
  exclusions: [],
  excluded: 0,
  totals: { results: 0, rewards: 0n },
  state: {
    epoch: 1,
    cutoffMs: START_MS,
    bindings: [],
    cumulative: [],
    skills: [],
    reputations: [],
    throughputs: [],
    calibrations: [],
    consumed: [],
    settlements: [],
    reported: [],
    pending: [],
    honesty: [],
    commissions: [],
    authored: [],
    panels: [],
    judges: [],
    slashings: []
  }
})

export const sealing = { sequence: START_MS + 1, expiryMs: START_MS + 45_000 }

export const receipt = (taskId, transcript, key = null) => ({
  version: 1,
  chainId: scope.chainId,
  committeeAddress: `0x${id('committee').slice(0, 40)}`,
  result: {
    taskId,
    router: router.nodeId,
    miner: miner.nodeId,
    model,
    transcript: cid('transcript'),
    promptTokens: 21,
    completionTokens: 2,
    session: sessionId(1),
    fee: 2n ** 60n
  },
  inclusion: [hex32('sibling 0'), hex32('sibling 1')],
  commit: {
    epoch: 7,
    prev: hex32('prev'),
    resultsRoot: hex32('results root'),
    rewardsRoot: hex32('rewards root'),
    reportCid: cid('report'),
    totals: { results: 1, rewards: 2n ** 60n },
    config: hex32('config'),
    view: 1,
    blockNumber: 81,
    transactionHash: hex32('transaction')
  },
  committee: {
    members: [router, miner, oracle].map(({ nodeId, operator }) => ({ operator, nodeId })),
    faults: 1,
    attestations: 2
  },
  attestations: [
    { index: 0, signature: bytes64('attestation 0') },
    { index: 2, signature: bytes64('attestation 2') }
  ],
  transcript,
  key,
  signature: bytes64('receipt')
})
