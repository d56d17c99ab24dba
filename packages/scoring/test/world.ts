import { type NetworkParams, PUBLIC_PARAMS } from '@cortensor/config'
import { blockCid, bytesToHex32, cidFromHash, createSigner, createVerifier, sha256 } from '@cortensor/crypto'
import {
  type Address,
  type CidString,
  type Committee,
  type Hex32,
  type ModelId,
  type NodeId,
  type Registration,
  ROLE_BITS,
  type Role,
  type RoundId,
  type Session,
  type SessionId,
  type Signer,
  type TaskId
} from '@cortensor/interface'
import {
  type Anchor,
  createBinding,
  encodeBucket,
  encodeOracleMessage,
  encodePresence,
  encodeQuizMessage,
  encodeResultMessage,
  encodeTaskHeader,
  envelopeId,
  type LedgerState,
  leaderOf,
  type Measure,
  networkIdOf,
  OPEN_SESSION,
  type RoundOpen,
  type RoundReveal,
  resultCommitment,
  roundCommitment,
  roundIdOf,
  roundSeed,
  sealEnvelope,
  type TaskHeader,
  type TopicFamily,
  taskIdOf,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { bytesToHex, compareBytes, utf8ToBytes } from '@cortensor/utils'
import { anchorOf, askedAbility, collectEvidence, quizItems, type ReportInput, roundRules } from '../src/index.js'

export const hashOf = (text: string): Uint8Array => sha256(utf8ToBytes(text))
export const hex32Of = (text: string): Hex32 => bytesToHex32(hashOf(text))

export const registry = `0x${'11'.repeat(20)}` as Address
export const chainId = 31_337
export const network = { networkId: networkIdOf(chainId, registry), chainId, registry }
export const verifier = createVerifier()
/** Liveness rounds without open challenges, unless a test says otherwise. */
export const params: NetworkParams = { ...PUBLIC_PARAMS, quiz: { ...PUBLIC_PARAMS.quiz, capabilityBps: 0, openAnswerers: 0 } }
export const GENESIS_MS = 1_700_000_000_000
export const MODEL = bytesToHex(hashOf('model')) as ModelId

const signer = (name: string): Signer =>
  createSigner({ nodeSeed: hashOf(`node ${name}`), operatorKey: hashOf(`operator ${name}`) })

export const oracles = ['a', 'b', 'c', 'd'].map((name) => signer(`oracle ${name}`))
export const router = signer('router')
export const miners = ['x', 'y', 'z'].map((name) => signer(`miner ${name}`))
export const [minerX, minerY, minerZ] = miners as [Signer, Signer, Signer]

export const committee: Committee = {
  config: hex32Of('config'),
  members: oracles.map(({ nodeId, operator }) => ({ nodeId, operator })),
  faults: 1,
  attestations: 2
}

const registration = (role: Role, { nodeId, operator }: Signer): Registration => ({
  operator,
  nodeId,
  roles: ROLE_BITS[role],
  stake: 1n,
  payout: operator
})

export const SESSION = '01'.padStart(64, '0') as SessionId

/** A consumer's session that lists the router. */
export const sessionOf = (changes: Partial<Session> = {}): Session => ({
  id: SESSION,
  owner: `0x${'cc'.repeat(20)}` as Address,
  terms: {
    ...{ mode: 'ephemeral', sla: 'low', redundant: false, minNodes: 1, maxNodes: 1, validators: 0, reservedNodes: 0 },
    ...{ reserveSeconds: 0, maxExecutions: 0, maxPrice: 5_000_000n }
  },
  ...{ model: null, name: '', metadata: '', routers: [router.nodeId], balance: 1_000_000n, settled: 0n, paid: 0n, closed: null },
  createdBy: hex32Of('creation'),
  ...changes
})

/** The registry, these sessions, and far more funds than an epoch gives out. */
export const anchorWith = (sessions: readonly Session[], funding: Partial<Anchor['funding']> = {}): Anchor =>
  anchorOf({
    block: { number: 7, hash: hex32Of('block 7') },
    draw: null,
    registrations: [registration('router', router), ...miners.map((miner) => registration('miner', miner))],
    sessions,
    funding: { funded: 10n ** 15n, maxRewardPerSecond: 10_000_000n, genesisMs: GENESIS_MS, ...funding }
  })

export const anchor = anchorWith([])

const oracleOf = (nodeId: NodeId): Signer => oracles.find((oracle) => oracle.nodeId === nodeId) as Signer

let sequence = 0

export function seal(signer: Signer, family: TopicFamily, payload: Uint8Array): Promise<Uint8Array> {
  sequence += 1
  return sealEnvelope(signer, { networkId: network.networkId, family, sequence, expiryMs: GENESIS_MS + sequence, payload })
}

export async function presence(node: Signer): Promise<Uint8Array> {
  const binding = await createBinding(node, { chainId, registry })
  const rest = { fingerprint: '', freeSlots: 1, totalSlots: 1, queueLength: 0, addresses: [], agent: 'test' }
  return seal(node, 'presence', encodePresence({ generation: 1, roles: ['miner'], binding, models: [], ...rest }))
}

export interface TaskInit {
  name: string
  miner?: Signer
  tokens?: number
  router?: Signer
  header?: Partial<TaskHeader>
  /** What the miner reveals after it precommitted to another answer. */
  otherTranscript?: boolean
}

export interface SealedTask {
  taskId: TaskId
  header: Uint8Array
  precommit: Uint8Array
  commit: Uint8Array
  all: Uint8Array[]
}

export const headerOf = (name: string, miner: Signer = minerX): TaskHeader => ({
  sessionId: OPEN_SESSION,
  modelId: MODEL,
  decodeSpec: VERIFIABLE_DECODE_SPEC,
  payloadCommitment: hex32Of(`payload ${name}`),
  assigned: [miner.nodeId],
  redundancy: 1,
  priceMicroPerKilotoken: 0,
  maxTokens: 64,
  deadlineMs: GENESIS_MS + 30_000,
  nonce: hashOf(`nonce ${name}`),
  attempt: 1,
  privacy: 'public'
})

export async function task(init: TaskInit): Promise<SealedTask> {
  const { name, miner = minerX, tokens = 40, router: by = router } = init
  const payload = encodeTaskHeader({ ...headerOf(name, miner), ...init.header })
  const taskId = taskIdOf(network.networkId, by.nodeId, payload)
  const salt = hashOf(`salt ${name}`)
  const transcript = cidFromHash(hashOf(`transcript ${name}`))
  const commitment = resultCommitment(taskId, miner.nodeId, salt, transcript)
  const revealed = init.otherTranscript === true ? cidFromHash(hashOf('other')) : transcript
  const header = await seal(by, 'task', payload)
  const precommit = await seal(miner, 'result', encodeResultMessage({ type: 'precommit', taskId, commitment }))
  const counts = { promptTokens: 5, completionTokens: tokens, finishReason: 'stop' } as const
  const commitPayload = encodeResultMessage({ type: 'commit', taskId, salt, transcript: revealed, ...counts })
  const commit = await seal(miner, 'result', commitPayload)
  return { taskId, header, precommit, commit, all: [header, precommit, commit] }
}

export interface SealedRound {
  roundId: RoundId
  round: RoundOpen
  open: Uint8Array
  /** Of the state that it builds on. */
  skills: LedgerState['skills']
}

export async function round(
  state: LedgerState,
  change: Partial<RoundOpen> = {},
  by?: Signer,
  rules: NetworkParams = params
): Promise<SealedRound> {
  const plain = {
    epoch: (state.epoch + 1) as RoundOpen['epoch'],
    view: 0,
    prev: state.digest,
    index: 0,
    openedMs: state.cutoffMs + 10_000,
    // Each place has its own block.
    seedBlock: 3 + 100 * state.epoch + (change.index ?? 0),
    seedBlockHash: hex32Of('block 3'),
    timeouts: [],
    nodes: state.bindings.length,
    authored: [],
    ...change
  }
  const open: RoundOpen = { ...roundRules(plain, rules), ...plain }
  const leader = by ?? oracleOf(leaderOf(committee, open.epoch, open.view))
  const payload = encodeQuizMessage({ type: 'open', ...open })
  const roundId = roundIdOf(network.networkId, leader.nodeId, payload)
  return { roundId, round: open, open: await seal(leader, 'quiz', payload), skills: state.skills }
}

export interface AnswerInit {
  /** How many of the answers are wrong. */
  wrong?: number
  salt?: string
  /** What is revealed after another answer was precommitted. */
  changed?: boolean
  /** What it says to the open challenge. @default nothing */
  open?: string
  /** So many of the first items alone are answered. @default all */
  upTo?: number
  /** One answer more than there are items. */
  isBeyond?: boolean
}

export async function answer(
  { roundId, round, skills }: SealedRound,
  miner: Signer,
  init: AnswerInit = {}
): Promise<{ precommit: Uint8Array; reveal: Uint8Array; all: Uint8Array[] }> {
  const rows = skills.filter(({ node }) => node === miner.nodeId)
  const items = quizItems(roundSeed(round), miner.nodeId, round, askedAbility(rows, round.epoch))
  const answers = items
    .slice(0, init.upTo)
    .map(({ answer }, item) => ({ item, text: item < (init.wrong ?? 0) ? 'no idea' : answer }))
  const rest = { salt: hashOf(init.salt ?? 'salt'), modelId: MODEL, transcript: cidFromHash(hashOf('quiz transcript')) }
  const beyond = init.isBeyond === true ? [{ item: items.length, text: 'more' }] : []
  const open = init.open === undefined ? [] : [{ item: items.length, text: init.open }]
  const honest: RoundReveal = { roundId, ...rest, answers: [...answers, ...open, ...beyond] }
  const shown = init.changed === true ? { ...honest, answers: answers.slice(1) } : honest
  const commitment = roundCommitment(miner.nodeId, honest)
  const precommit = await seal(miner, 'quiz', encodeQuizMessage({ type: 'precommit', roundId, commitment }))
  const reveal = await seal(miner, 'quiz', encodeQuizMessage({ type: 'reveal', ...shown }))
  return { precommit, reveal, all: [precommit, reveal] }
}

const CARRIED_THROUGH = { entered: 9_000, succeeded: 9_000 }

/** Records of nodes that the pool takes. */
export const recordsOf = (nodes: readonly { nodeId: NodeId }[]): LedgerState['reputations'] =>
  nodes
    .map(({ nodeId: node }) => ({
      ...{ node, epoch: 1 as LedgerState['epoch'], rounds: 9, stages: { precommit: CARRIED_THROUGH, reveal: CARRIED_THROUGH } }
    }))
    .sort((a, b) => (a.node < b.node ? -1 : 1))

export const measuresOf = (share: number, nodes: readonly Signer[] = miners): Measure[] =>
  nodes.map(({ nodeId }) => ({ node: nodeId, seen: Math.round(60 * share), slots: 60 }))

export interface ObserveInit {
  items?: readonly Uint8Array[]
  measures?: Measure[]
  timeMs?: number
  /** Instead of a bucket of the items. */
  buckets?: CidString[]
}

/** Blocks by CID, as a store would serve them. */
export type Blocks = Map<CidString, Uint8Array>

export const fetchFrom = (blocks: ReadonlyMap<CidString, Uint8Array>) => async (cid: CidString) => {
  const block = blocks.get(cid)
  if (block === undefined) {
    throw new Error(`No block ${cid}`)
  }
  return block
}

export async function observe(oracle: Signer, state: LedgerState, blocks: Blocks, init: ObserveInit = {}): Promise<Uint8Array> {
  const items = [...new Map((init.items ?? []).map((item) => [envelopeId(item), item])).values()]
  const bucket = encodeBucket({ version: 1, items: items.sort((a, b) => compareBytes(sha256(a), sha256(b))) })
  const cid = blockCid(bucket, 'dag-cbor')
  blocks.set(cid, bucket)
  const payload = encodeOracleMessage({
    type: 'observe',
    instance: { config: committee.config, epoch: (state.epoch + 1) as LedgerState['epoch'], prev: state.digest },
    timeMs: init.timeMs ?? state.cutoffMs + 60_000,
    buckets: init.buckets ?? (items.length === 0 ? [] : [cid]),
    measures: init.measures ?? measuresOf(1)
  })
  return seal(oracle, 'oracle', payload)
}

export interface Epoch {
  input: ReportInput
  blocks: Blocks
}

/** One epoch in which each oracle, by its place, sees what it is given. */
export async function epoch(
  state: LedgerState,
  views: readonly ObserveInit[],
  prevReport: CidString | null = null,
  changes: Partial<ReportInput> = {}
): Promise<Epoch> {
  const blocks: Blocks = new Map()
  const envelopes: Uint8Array[] = []
  for (const [i, view] of views.entries()) {
    envelopes.push(await observe(oracles[i] as Signer, state, blocks, view))
  }
  const evidence = await collectEvidence(envelopes, { ...network, verifier, fetch: fetchFrom(blocks) })
  return { input: { ...network, ...evidence, params, committee, state, prevReport, anchor, ...changes }, blocks }
}

/** The same view for all four oracles. */
export const agreed = (init: ObserveInit): ObserveInit[] => oracles.map(() => init)
