import { cidFromHash, ZERO_HEX32 } from '@cortensor/crypto'
import type { BlockRef, Chain, ModelId, RoundId } from '@cortensor/interface'
import { createMemoryKeyValue, createVirtualClock } from '@cortensor/memory'
import {
  decodeQuizMessage,
  decodeResultMessage,
  encodeOracleMessage,
  encodeQuizMessage,
  type OpenedEnvelope,
  type RoundOpen,
  type RoundRequest
} from '@cortensor/protocols'
import { type AuthoringFault, isAnswerer } from '@cortensor/scoring'
import { beforeEach, describe, expect, it } from 'vitest'
import { createEvidence } from '../../src/evidence/evidence.js'
import type { AnswerRefusal } from '../../src/evidence/pool.js'
import { createEvidencePool } from '../../src/evidence/pool.js'
import { createQuizHandler } from '../../src/handlers/quiz.js'
import { createResultHandler } from '../../src/handlers/result.js'
import { createTaskHandler } from '../../src/handlers/task.js'
import type { Head } from '../../src/head.js'
import { CLOCK_TOLERANCE_MS } from '../../src/options.js'
import { type AuthoringDesk, createAuthoringDesk } from '../../src/quiz/authoring-desk.js'
import { createRoundRequests } from '../../src/quiz/round-requests.js'
import {
  hex32,
  NOW_MS,
  network,
  networkId,
  params,
  precommit,
  result,
  reveal,
  round,
  seal,
  signer,
  task,
  verifier
} from '../fixtures.js'

const oracles = ['oracle-0', 'oracle-1', 'oracle-2', 'oracle-3'].map(signer)
const members = oracles.map(({ nodeId, operator }) => ({ nodeId, operator }))
const [leader, next] = [oracles[1], oracles[2]] as [(typeof oracles)[number], (typeof oracles)[number]]
const miner = signer('miner')
const { quizPrecommitMs, quizRevealMs } = params.deadlines
const COMMITTED_AT = 4

const head = {
  committee: { config: hex32('config'), members, faults: 1, attestations: 2 },
  instance: { config: hex32('config'), epoch: 1, prev: ZERO_HEX32 },
  committedAtBlock: COMMITTED_AT,
  state: { bindings: [] }
} as unknown as Head
const block = (number: number): BlockRef => ({ number, hash: hex32(`block ${number}`), timestampMs: NOW_MS })
/** Its head is the committed block, and the blocks up to the ninth come right after. */
const chain = {
  head: async () => block(COMMITTED_AT),
  block: async (number: number) => (number <= 9 ? block(number) : null)
} as unknown as Chain
const request = (by: typeof leader, change: Partial<RoundRequest> = {}) => {
  const place = { epoch: 1 as never, view: 0, prev: ZERO_HEX32, index: 0, seedBlock: COMMITTED_AT + 1, ...change }
  return seal(by, 'quiz', encodeQuizMessage({ type: 'request', ...place }))
}

describe('gossip that an oracle keeps', () => {
  let clock: ReturnType<typeof createVirtualClock>
  let current: Head | null
  let view: number
  let rounds: (RoundOpen | RoundRequest)[]
  let evidence: ReturnType<typeof createEvidence>
  let keyValue: ReturnType<typeof createMemoryKeyValue>
  let faults: AnswerRefusal[]
  let unwritten: AuthoringFault[]
  let unheard: string[]
  let authoring: AuthoringDesk
  let handle: (envelope: OpenedEnvelope) => ReturnType<ReturnType<typeof createQuizHandler>>

  beforeEach(async () => {
    clock = createVirtualClock({ startMs: NOW_MS })
    current = head
    rounds = []
    faults = []
    unwritten = []
    unheard = []
    authoring = createAuthoringDesk({ nowMs: () => clock.now(), params })
    keyValue = createMemoryKeyValue()
    await keyValue.start()
    const pool = createEvidencePool({
      itemTtlMs: params.epoch.itemTtlMs,
      maxResults: params.epoch.maxResults,
      timing: params
    })
    evidence = createEvidence({ pool, keyValue, clock, ...network, verifier })
    const onRound = (round: RoundOpen | RoundRequest) => rounds.push(round)
    view = 0
    const state = { head: () => current, view: () => view }
    const quiz = createQuizHandler({
      networkId,
      chain,
      verifier,
      evidence,
      ...state,
      params: { ...params, quiz: { ...params.quiz, maxAnswerers: 100 } },
      requests: createRoundRequests({ chain, quizIntervalMs: params.deadlines.quizIntervalMs, seedBlocks: 3 }),
      authoring,
      onRequest: onRound,
      onRound,
      onRefused: (fault) => faults.push(fault),
      onUnheard: (fault) => unheard.push(fault),
      onUnwritten: (fault) => unwritten.push(fault)
    })
    handle = (envelope) => quiz(decodeQuizMessage(envelope.payload), envelope)
    expect(await handle(await request(leader))).toBe('accept')
    rounds = []
  })
  const open = (change: Partial<RoundOpen> = {}, by = leader) =>
    round(by, { seedBlock: COMMITTED_AT + 1, seedBlockHash: block(COMMITTED_AT + 1).hash, ...change })

  it('rounds: the one of the leader, once', async () => {
    const opened = await open()
    expect(await handle(opened.envelope)).toBe('accept')
    expect(await handle(opened.envelope)).toBe('ignore')
    expect(rounds).toMatchObject([opened.round])
    expect(keyValue.size).toBe(1)
  })

  it('ballots: one of each drawn node, in time, of panels that are open', async () => {
    const ballot = (by: typeof leader, roundId = '11'.repeat(32)) => {
      const rest = { salt: new Uint8Array(32), modelId: '22'.repeat(32) as ModelId, transcript: cidFromHash(new Uint8Array(32)) }
      return seal(by, 'quiz', encodeQuizMessage({ type: 'ballot', roundId: roundId as RoundId, ...rest, replies: ['A'] }))
    }
    const [judge, tried, stranger] = oracles as [typeof leader, typeof leader, typeof leader]
    const panel = { roundId: '11'.repeat(32), drawnMs: NOW_MS, judges: [judge.nodeId], tried: [tried.nodeId] }
    current = { ...head, state: { bindings: [], panels: [panel] } } as unknown as Head
    const first = await ballot(judge)
    expect(await handle(first)).toBe('accept')
    expect(await handle(first)).toBe('ignore')
    expect(await handle(await ballot(stranger))).toBe('ignore')
    expect(await handle(await ballot(judge, '33'.repeat(32)))).toBe('ignore')
    // Whoever has the report already may say something of a round that this oracle has not seen counted yet.
    const opened = await open({ nodes: 0 })
    expect(await handle(opened.envelope)).toBe('accept')
    expect(await handle(await ballot(judge, opened.roundId))).toBe('accept')
    await clock.advance(params.deadlines.quizJudgeMs + 1)
    expect(await handle(await ballot(tried))).toBe('ignore')
    expect(unheard).toEqual(['twice', 'not_drawn', 'unknown_round', 'late'])
    const kept = (): string[] => evidence.pool.reportable(clock.now()).map(({ id }) => id)
    expect(kept()).toContain(first.id)
    const report = {
      results: [],
      failures: [],
      state: { cutoffMs: NOW_MS, bindings: [], reported: [], pending: [], panels: [panel] }
    }
    evidence.pool.settle(report as never, clock.now())
    expect(kept()).toContain(first.id)
    evidence.pool.settle({ ...report, state: { ...report.state, panels: [] } } as never, clock.now())
    expect(kept()).not.toContain(first.id)
  })

  const { config, instance } = { config: hex32('config'), instance: head.instance }
  const timeouts = (count: number, of = instance, inView = 0): Promise<Uint8Array[]> =>
    Promise.all(
      oracles.slice(0, count).map(async (oracle) => {
        const payload = encodeOracleMessage({ type: 'timeout', instance: of, view: inView, last: null })
        return (await seal(oracle, 'oracle', payload)).bytes
      })
    )

  it('rounds: of a later view its own leader', async () => {
    expect(await handle((await open({ view: 1, timeouts: await timeouts(3) })).envelope)).toBe('ignore')
    expect(await handle((await open({ view: 1, timeouts: await timeouts(3) }, next)).envelope)).toBe('accept')
  })

  it('rounds: of a later view only with a quorum that gave up the one before or a later one, of this instance', async () => {
    const foreign = await timeouts(3, { config, epoch: 2 as never, prev: hex32('fork') })
    for (const bad of [[], await timeouts(2), foreign]) {
      expect(await handle((await open({ view: 1, timeouts: bad }, next)).envelope)).toBe('ignore')
    }
    expect(rounds).toEqual([])
    const later = await timeouts(3, instance, 1)
    expect(await handle((await open({ view: 1, timeouts: later }, next)).envelope)).toBe('accept')
  })

  it('rounds: nothing of a leader whose view is over', async () => {
    view = 1
    expect(await handle((await open()).envelope)).toBe('ignore')
    expect(await handle((await open({ view: 1, timeouts: await timeouts(3) }, next)).envelope)).toBe('accept')
  })

  it.each<[string, Partial<RoundOpen>]>([
    ['another epoch', { epoch: 2 as never }],
    ['another fork', { prev: hex32('fork') }],
    ['an opening in the future', { openedMs: NOW_MS + CLOCK_TOLERANCE_MS + 1 }],
    ['an opening long ago', { openedMs: NOW_MS - CLOCK_TOLERANCE_MS - 1 }],
    ['a seed that nobody requested', { seedBlock: COMMITTED_AT + 2, seedBlockHash: block(COMMITTED_AT + 2).hash }],
    ['another number of nodes than the state has', { nodes: 1 }],
    ['a seed that is not the hash of its block', { seedBlockHash: hex32('chosen') }]
  ])('rounds: not with %s', async (_name, change) => {
    expect(await handle((await open(change)).envelope)).toBe('ignore')
    expect(rounds).toEqual([])
    expect(keyValue.size).toBe(0)
  })

  it('rounds: requests of the leader of a view that is not over, for a block that is to come', async () => {
    const later = params.deadlines.quizIntervalMs
    await clock.advance(later)
    const strangers = [await request(miner, { index: 1 }), await request(next, { index: 1 })]
    const wrong = [
      await request(leader, { index: 1, seedBlock: COMMITTED_AT }),
      await request(leader, { index: 1, prev: hex32('fork') }),
      await request(leader, { index: 1, epoch: 2 as never }),
      await request(leader, { index: 1, seedBlock: COMMITTED_AT + 7 })
    ]
    for (const envelope of [...strangers, ...wrong]) {
      expect(await handle(envelope)).toBe('ignore')
    }
    expect(await handle(await request(next, { view: 1 }))).toBe('ignore')
    view = 1
    expect(await handle(await request(leader, { index: 1 }))).toBe('ignore')
    expect(rounds).toEqual([])
    expect(await handle(await request(next, { view: 1 }))).toBe('accept')
    expect(rounds).toMatchObject([{ view: 1, index: 0 }])
    expect(keyValue.size).toBe(0)
  })

  it('rounds: requested by one leader, opened by the next, and once', async () => {
    view = 1
    expect(await handle((await open()).envelope)).toBe('ignore')
    const taken = await open({ view: 1, timeouts: await timeouts(3) }, next)
    expect(await handle(taken.envelope)).toBe('accept')
    expect(await handle((await open({ view: 1, index: 1, timeouts: await timeouts(3) }, next)).envelope)).toBe('ignore')
    expect(rounds).toMatchObject([taken.round])
  })

  it('answers: of those that were drawn, when there are too many nodes', async () => {
    current = { ...head, state: { bindings: Array.from({ length: 1_000 }) } } as unknown as Head
    const { envelope, round, roundId } = await open({ nodes: 1_000 })
    expect(await handle(envelope)).toBe('accept')
    const network = { quiz: { ...params.quiz, maxAnswerers: 100 } }
    const everybody = Array.from({ length: 60 }, (_, i) => signer(`answerer ${i}`))
    const drawn = everybody.filter(({ nodeId }) => isAnswerer(round, nodeId, network))
    expect(drawn.length).toBeGreaterThan(0)
    expect(drawn.length).toBeLessThan(20)
    const other = everybody.find((one) => !drawn.includes(one)) as (typeof everybody)[number]
    expect(await handle(await precommit(roundId, drawn[0] as (typeof everybody)[number]))).toBe('accept')
    expect(await handle(await precommit(roundId, other))).toBe('ignore')
    expect(faults).toEqual(['not_drawn'])
  })

  it('rounds: nothing before the chain was read, and nothing of a stranger', async () => {
    expect(await handle((await open({}, miner)).envelope)).toBe('ignore')
    current = null
    expect(await handle((await open()).envelope)).toBe('ignore')
  })

  it('answers: until their deadlines, a reveal only after a precommit', async () => {
    const { envelope, roundId } = await open()
    const [first, last, late] = [await precommit(roundId, miner), await reveal(roundId, miner), await precommit(roundId, next)]
    expect(await handle(first)).toBe('ignore')
    await handle(envelope)
    expect(await handle(last)).toBe('ignore')
    await clock.advance(quizPrecommitMs)
    expect(await handle(first)).toBe('accept')
    expect(await handle(first)).toBe('ignore')
    await clock.advance(1)
    expect(await handle(late)).toBe('ignore')
    await clock.advance(quizRevealMs - 1)
    expect(await handle(last)).toBe('accept')
    expect(await handle(last)).toBe('ignore')
    expect(keyValue.size).toBe(3)
    expect(faults).toEqual(['unknown_round', 'unpromised', 'twice', 'late', 'twice'])
  })

  it('answers: no reveal after its deadline', async () => {
    const { envelope, roundId } = await open()
    await handle(envelope)
    await handle(await precommit(roundId, miner))
    await clock.advance(quizPrecommitMs + quizRevealMs + 1)
    expect(await handle(await reveal(roundId, miner))).toBe('ignore')
  })

  describe('what nodes write for rounds', () => {
    const [creator, preparer] = [signer('creator'), signer('preparer')]
    const commissions = [
      { epoch: 1, stage: 'create', rank: 0, node: creator.nodeId },
      { epoch: 1, stage: 'prepare', rank: 0, node: preparer.nodeId }
    ]
    const bindings = [creator, preparer].map(({ nodeId, operator }) => ({ node: nodeId, operator }))
    const created = (by = creator, subTopic = 'Vienna') => {
      const theme = { epoch: 1 as never, prev: ZERO_HEX32, category: 'facts', topic: 'what a capital is', subTopic } as const
      return seal(by, 'quiz', encodeQuizMessage({ type: 'create', ...theme }))
    }
    const prepared = (theme: string, by = preparer, question = 'Tell me about Vienna.') =>
      seal(by, 'quiz', encodeQuizMessage({ type: 'prepare', theme, questions: [question] }))

    beforeEach(() => {
      current = { ...head, state: { bindings, commissions, authored: [] } } as unknown as Head
      authoring.begin(current)
    })

    it('is taken once, in its order, and no evidence of its own', async () => {
      const theme = await created()
      const questions = await prepared(theme.id)
      for (const [envelope, verdict] of [
        [await created(miner), 'ignore'],
        [questions, 'ignore'],
        [theme, 'accept'],
        [theme, 'ignore'],
        [await prepared(theme.id, preparer, 'Tell me about Rome.'), 'ignore'],
        [questions, 'accept']
      ] as const) {
        expect(await handle(envelope)).toBe(verdict)
      }
      expect(unwritten).toEqual(['not_commissioned', 'unasked', 'twice', 'astray'])
      expect(authoring.ready()).toEqual([theme.bytes, questions.bytes])
      expect(keyValue.size).toBe(0)
    })

    it('stands in an opening, and in no second one', async () => {
      const theme = await created()
      const questions = await prepared(theme.id)
      await handle(theme)
      await handle(questions)
      const opened = await open({ nodes: bindings.length, authored: authoring.ready() })
      expect(await handle(opened.envelope)).toBe('accept')
      expect(authoring.ready()).toEqual([])
      // The same head once more: what was asked is not forgotten.
      authoring.begin(current as Head)
      expect(authoring.ready()).toEqual([])
    })

    it('counts in an opening though this oracle has not heard it before', async () => {
      const theme = await created()
      const opened = await open({ nodes: bindings.length, authored: [theme.bytes, (await prepared(theme.id)).bytes] })
      expect(await handle(opened.envelope)).toBe('accept')
    })

    it.each<[string, () => Promise<Uint8Array[]>]>([
      ['by a stranger', async () => [(await created(miner)).bytes, (await prepared((await created(miner)).id)).bytes]],
      ['of one message', async () => [(await created()).bytes]],
      ['of questions about another theme', async () => [(await created()).bytes, (await prepared('00'.repeat(32))).bytes]],
      [
        'with a wrong signature',
        async () => {
          const theme = await created()
          const { bytes } = await prepared(theme.id)
          return [theme.bytes, bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1)]
        }
      ]
    ])('does not open a round when it is %s', async (_what, written) => {
      expect(await handle((await open({ nodes: bindings.length, authored: await written() })).envelope)).toBe('ignore')
      expect(rounds).toEqual([])
    })

    it('waits for the head when others have it earlier, once a node', async () => {
      const theme = { epoch: 2 as never, prev: hex32('later'), category: 'facts', topic: 'what a capital is' } as const
      const early = (subTopic: string, by = creator) =>
        seal(by, 'quiz', encodeQuizMessage({ type: 'create', ...theme, subTopic }))
      const first = await early('Vienna')
      const questions = await prepared(first.id)
      expect(await handle(questions)).toBe('ignore')
      // Identities that nobody knows take nobody's place.
      for (let i = 0; i < 70; i++) {
        expect(await handle(await early('Oslo', signer(`stranger ${i}`)))).toBe('ignore')
      }
      expect(await handle(first)).toBe('accept')
      expect(await handle(await early('Rome'))).toBe('ignore')
      expect(await handle(questions)).toBe('accept')
      expect(unwritten).toEqual(['unasked', ...Array(70).fill('not_commissioned'), 'twice'])
      expect(authoring.ready()).toEqual([])
      const later = commissions.map((one) => ({ ...one, epoch: 2 }))
      const instance = { ...head.instance, epoch: 2 as never, prev: hex32('later') }
      authoring.begin({ instance, state: { bindings, commissions: later, authored: [] } } as unknown as Head)
      expect(authoring.ready()).toEqual([first.bytes, questions.bytes])
    })

    it('is nothing before the head is known, and is forgotten with it', async () => {
      const fresh = createAuthoringDesk({ nowMs: () => clock.now(), params })
      const theme = await created()
      const message = decodeQuizMessage(theme.payload)
      expect(message.type === 'create' && fresh.take(message, theme)).toBe('not_commissioned')
      fresh.asked()
      await handle(theme)
      await handle(await prepared(theme.id))
      const later = { ...head, instance: { ...head.instance, epoch: 2, prev: hex32('later') } } as unknown as Head
      authoring.begin({ ...later, state: { ...later.state, bindings, commissions: [], authored: [] } })
      expect(authoring.ready()).toEqual([])
    })
  })

  it('tasks and results: each once, in any order', async () => {
    const tasks = createTaskHandler(networkId, evidence)
    const results = createResultHandler(evidence)
    const { envelope, header, taskId } = await task('one', signer('router'), [miner])
    const { commit, precommit } = await result(taskId, miner)
    for (const message of [commit, precommit]) {
      expect(await results(decodeResultMessage(message.payload), message)).toBe('accept')
      expect(await results(decodeResultMessage(message.payload), message)).toBe('ignore')
    }
    expect(await tasks(header, envelope)).toBe('accept')
    expect(await tasks(header, envelope)).toBe('ignore')
    expect(evidence.pool.hasNews(NOW_MS)).toBe(true)
    expect(keyValue.size).toBe(3)
  })
})
