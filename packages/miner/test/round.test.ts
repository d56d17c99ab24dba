import { ZERO_HEX32 } from '@cortensor/crypto'
import type { ChatMessage, EpochNumber, NodeId, RoundId } from '@cortensor/interface'
import {
  encodeOracleMessage,
  encodeQuizMessage,
  type NodeSkill,
  type OpenedEnvelope,
  QUIZ_CATEGORIES,
  type QuizCategory,
  type QuizMessage,
  type RoundOpen,
  roundCommitment,
  roundSeed,
  sealEnvelope
} from '@cortensor/protocols'
import {
  challengePlace,
  isAnswerer,
  isCorrect,
  openChallenge,
  quizItems,
  roundDeadlines,
  roundRules,
  UNMEASURED
} from '@cortensor/scoring'
import { afterEach, describe, expect, it } from 'vitest'
import { COMMITTED, createWorld, LATENCY_MS, MODEL, params, type World, type WorldInit } from './world.js'

const { quizPrecommitMs, quizRevealMs } = params.deadlines
const withShare = (capabilityBps: number) => ({ ...params, quiz: { ...params.quiz, capabilityBps } })
const [liveness, capability] = [withShare(0), withShare(10_000)]

const skillOf = (node: NodeId, category: QuizCategory, meanMilli: number): NodeSkill => ({
  ...{ node, model: MODEL, category, meanMilli, sdMilli: 300, epoch: 1 as EpochNumber, priorMilli: 0, items: 20 }
})

describe('a quiz round', () => {
  let world: World
  const create = async (init: WorldInit = {}) => {
    // Prompts of quiz items are longer than those of the other tests.
    const engine = { models: [{ name: 'chat', contextLength: 2048 }], decodeTokensPerSecond: 1000, ...init.engine }
    world = await createWorld({ ...init, engine })
  }
  afterEach(() => world.stop())

  const roundOf = (change: Partial<RoundOpen> = {}, rules = liveness): RoundOpen => {
    const open = {
      epoch: 1 as EpochNumber,
      view: 0,
      prev: ZERO_HEX32,
      index: 0,
      openedMs: world.clock.now(),
      seedBlock: 1,
      seedBlockHash: `0x${'ab'.repeat(32)}` as RoundOpen['seedBlockHash'],
      timeouts: [],
      nodes: 0,
      authored: [],
      ...change
    }
    return { ...roundRules(open, rules), ...open }
  }
  /** Timeouts of view 0 by so many oracles. */
  const certificate = (count: number): Promise<Uint8Array[]> => {
    const { clock, networkId } = world
    const instance = { config: world.chain.committee.config, epoch: 1 as EpochNumber, prev: ZERO_HEX32 }
    const payload = encodeOracleMessage({ type: 'timeout', instance, view: 0, last: null })
    const sealing = { networkId, family: 'oracle' as const, sequence: 1, expiryMs: clock.now() + 60_000, payload }
    return Promise.all(world.oracles.slice(0, count).map(({ signer }) => sealEnvelope(signer, sealing)))
  }
  const open = async (round: RoundOpen, by = world.leader(round.view)): Promise<OpenedEnvelope> =>
    world.publisherOf(by).publish('quiz', encodeQuizMessage({ type: 'open', ...round }), 60_000)
  type Said = { atMs: number; message: Extract<QuizMessage, { roundId: RoundId }> }
  const answers = (type: 'precommit' | 'reveal'): Said[] =>
    (world.said as Said[]).filter(({ message }) => 'roundId' in message && message.type === type)
  const finish = () => world.clock.advance(quizPrecommitMs + quizRevealMs)
  const outcome = (name: string): number => world.metrics.value('cortensor_miner_rounds_total', { outcome: name })

  it('is answered: sealed before the first deadline, opened between it and the second', async () => {
    await create()
    const round = roundOf()
    await open(round)
    await finish()
    const [[precommit], [reveal]] = [answers('precommit'), answers('reveal')] as [[Said], [Said]]
    expect(world.said).toHaveLength(2)
    expect(precommit.atMs).toBeLessThan(round.openedMs + quizPrecommitMs)
    expect(reveal.atMs).toBeGreaterThan(round.openedMs + quizPrecommitMs)
    expect(reveal.atMs).toBeLessThan(round.openedMs + quizPrecommitMs + quizRevealMs)
    if (precommit.message.type !== 'precommit' || reveal.message.type !== 'reveal') {
      throw new Error('not a precommit and a reveal')
    }
    expect(roundCommitment(world.node.signer.nodeId, reveal.message)).toBe(precommit.message.commitment)
    expect(reveal.message.answers.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5])
    expect(outcome('revealed')).toBe(1)
    const transcript = world.router.store.get(reveal.message.transcript)
    expect((await world.clock.complete(transcript)).byteLength).toBeGreaterThan(100)
  })

  it("asks this node's own items, and a model that knows them is right", async () => {
    await create({ engine: { answer: (messages) => solve(messages.at(-1)?.content ?? '') } })
    const round = roundOf()
    const items = quizItems(roundSeed(round), world.node.signer.nodeId, round, UNMEASURED)
    const solve = (question: string): string => items.find((item) => item.question === question)?.answer ?? 'no such question'
    await open(round)
    await finish()
    const [reveal] = answers('reveal')
    const given = reveal?.message.type === 'reveal' ? reveal.message.answers : []
    expect(given.map(({ item, text }) => isCorrect(items[item] as (typeof items)[number], text))).toEqual(Array(6).fill(true))
  })

  it('is answered with its open challenge at the end, by those who were drawn for it', async () => {
    const asked: string[] = []
    const answer = (messages: readonly ChatMessage[]): string => {
      asked.push(messages.at(-1)?.content ?? '')
      return 'A river is water that flows.'
    }
    await create({ openAnswerers: 32, engine: { answer } })
    const round = roundOf()
    await open(round)
    await finish()
    const [reveal] = answers('reveal')
    const given = reveal?.message.type === 'reveal' ? reveal.message.answers : []
    expect(given.at(-1)).toEqual({ item: challengePlace(round), text: 'A river is water that flows.' })
    expect(given).toHaveLength(challengePlace(round) + 1)
    expect(asked.at(-1)).toBe(openChallenge(round).question)
    await open(roundOf({ index: 1, nodes: 1_000_000 }))
    await finish()
    expect(asked).toHaveLength(challengePlace(round) + 1)
  })

  it('asks what the last report says that this node can do', async () => {
    const asked: string[] = []
    const answer = (messages: readonly ChatMessage[]): string => {
      asked.push(messages.at(-1)?.content ?? '')
      return 'no idea'
    }
    await create({ engine: { answer } })
    const skills = QUIZ_CATEGORIES.toSorted().map((category) => skillOf(world.node.signer.nodeId, category, 2_500))
    await world.commitReport(skills)
    const round = roundOf({ epoch: 2 as EpochNumber, prev: COMMITTED })
    await open(round, world.leader(0, 2))
    await finish()
    const known = quizItems(roundSeed(round), world.node.signer.nodeId, round, () => 2_500).map(({ question }) => question)
    expect(known).not.toEqual(
      quizItems(roundSeed(round), world.node.signer.nodeId, round, UNMEASURED).map(({ question }) => question)
    )
    expect(asked).toEqual(known)
    expect(outcome('revealed')).toBe(1)
  })

  it('is sat out while nobody serves the report that says what to ask', async () => {
    await create()
    await world.commitReport([], false)
    await open(roundOf({ epoch: 2 as EpochNumber, prev: COMMITTED }), world.leader(0, 2))
    await finish()
    expect(world.said).toEqual([])
    expect(outcome('late')).toBe(1)
  })

  it('in part, when there is not time for more', async () => {
    // 6 items of 15 tokens at 10 a second take 9 s; there are 3.4.
    await create({ engine: { decodeTokensPerSecond: 10, prefillTokensPerSecond: 100_000, answer: () => 'w '.repeat(14) } })
    await open(roundOf())
    await finish()
    const [reveal] = answers('reveal')
    const given = reveal?.message.type === 'reveal' ? reveal.message.answers : []
    expect(given.map(({ item }) => item)).toEqual([0, 1])
    expect(answers('precommit')[0]?.atMs).toBeLessThan(world.clock.now() - quizRevealMs)
  })

  it('of capability is answered by all slots, as far as the time goes, without a gap', async () => {
    // Four slots of 15 tokens at 25 a second: 0.6 s an item, of which two fit in 1.5 s.
    const wordy = { decodeTokensPerSecond: 25, prefillTokensPerSecond: 100_000, answer: () => 'w '.repeat(14) }
    await create({ engine: { ...wordy, sequences: 4 } })
    const round = roundOf({}, capability)
    const deadlines = roundDeadlines(round, params)
    await open(round)
    await world.clock.advance(100)
    expect((await world.engine.status()).freeSlots).toBe(0)
    await world.clock.advance(deadlines.revealMs - world.clock.now())
    const [reveal] = answers('reveal')
    const given = reveal?.message.type === 'reveal' ? reveal.message.answers : []
    expect(given.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(answers('precommit')[0]?.atMs).toBeLessThan(deadlines.precommitMs)
    expect(reveal?.atMs).toBeGreaterThan(deadlines.precommitMs)
  })

  it('of capability goes on with the slots that paid work leaves, and starts nothing on those that it needs', async () => {
    const wordy = { decodeTokensPerSecond: 25, prefillTokensPerSecond: 100_000, answer: () => 'w '.repeat(14) }
    await create({ engine: { ...wordy, sequences: 4 } })
    const { bytes } = await world.request({ sampling: { maxTokens: 15 } })
    const paid = [world.send(bytes), world.send((await world.request({ sampling: { maxTokens: 15 }, text: 'b' })).bytes)]
    await world.clock.advance(100)
    const round = roundOf({}, capability)
    const deadlines = roundDeadlines(round, params)
    await open(round)
    await world.clock.advance(100)
    // Two users, two items, and none of it waits.
    expect(await world.engine.status()).toMatchObject({ freeSlots: 0, queueLength: 0 })
    for (const sending of paid) {
      expect((await world.clock.complete(sending)).at(-1)?.frame.type).toBe('end')
    }
    await world.clock.advance(deadlines.revealMs - world.clock.now())
    const [reveal] = answers('reveal')
    const given = reveal?.message.type === 'reveal' ? reveal.message.answers : []
    // Two slots answer two items each; the others are free for half of the time, and answer one each.
    expect(given.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('not at all, when not even one answer was ready', async () => {
    await create({ engine: { decodeTokensPerSecond: 1, answer: () => 'w '.repeat(14) } })
    await open(roundOf())
    await finish()
    expect(world.said).toEqual([])
    expect(outcome('late')).toBe(1)
  })

  it('with an answer that is too long for a reveal cut at a character', async () => {
    await create({ engine: { answer: () => `${'x'.repeat(1_023)}🦊 and more`, decodeTokensPerSecond: 10_000 } })
    await open({ ...roundOf(), maxAnswerTokens: 512 })
    await finish()
    const [reveal] = answers('reveal')
    const given = reveal?.message.type === 'reveal' ? reveal.message.answers : []
    expect(given[0]?.text.length).toBeGreaterThan(30)
    expect(given.every(({ text }) => text.isWellFormed())).toBe(true)
  })

  it('makes room for paid work: its next item waits until no user is served', async () => {
    await create({
      engine: { sequences: 1, decodeTokensPerSecond: 20, prefillTokensPerSecond: 100_000, answer: () => 'w '.repeat(8) }
    })
    const { bytes } = await world.request({ sampling: { maxTokens: 8 } })
    await open(roundOf())
    await world.clock.advance(200)
    // The first item runs until 400 ms; the user comes at 200 ms and is served until 800 ms.
    const frames = await world.clock.complete(world.send(bytes))
    const lastMs = frames.at(-1)?.atMs ?? 0
    await finish()
    const [reveal] = answers('reveal')
    const given = reveal?.message.type === 'reveal' ? reveal.message.answers : []
    expect(given).toHaveLength(6)
    const started = world.clock.now() - quizPrecommitMs - quizRevealMs
    expect(lastMs).toBeLessThanOrEqual(started)
    const precommitMs = answers('precommit')[0]?.atMs ?? 0
    // Five more items of 400 ms each after the task: all of the game came later than it would have.
    expect(precommitMs).toBeGreaterThanOrEqual(lastMs - LATENCY_MS + 5 * 400)
  })

  it('is sat out under a long paid task, and so is the next one, while the node stays alive', async () => {
    await create({ engine: { sequences: 2, decodeTokensPerSecond: 1, prefillTokensPerSecond: 100_000 } })
    const { bytes } = await world.request({ text: 'a b c d e f g h i j k l m n o p' })
    const sending = world.send(bytes)
    await world.clock.advance(100)
    await open(roundOf())
    await world.clock.advance(quizPrecommitMs)
    await open(roundOf({ index: 1 }))
    await world.clock.advance(quizPrecommitMs)
    await open(roundOf({ index: 2 }))
    const frames = await world.clock.complete(sending)
    expect(frames.at(-1)?.frame.type).toBe('end')
    expect(outcome('late')).toBe(3)
    expect(answers('precommit')).toEqual([])
  })

  it('of a leader that opens without end is played twice at a time at most', async () => {
    await create({ engine: { decodeTokensPerSecond: 1 } })
    for (let index = 0; index < 20; index++) {
      await open(roundOf({ index }))
    }
    await world.clock.advance(100)
    expect((await world.engine.status()).freeSlots).toBe(2)
    expect(outcome('refused')).toBe(18)
  })

  it('is for those who were drawn, when there are too many nodes', async () => {
    await create()
    const drawn = (index: number) => isAnswerer(roundOf({ index, nodes: 1_000_000 }), world.node.signer.nodeId, params)
    expect(drawn(0)).toBe(false)
    await open(roundOf({ nodes: 1_000_000 }))
    await finish()
    expect(world.said).toEqual([])
    expect(outcome('not_drawn')).toBe(1)
    await open(roundOf({ index: 1, nodes: params.quiz.maxAnswerers }))
    await finish()
    expect(outcome('revealed')).toBe(1)
  })

  it('ends with the miner, without another word', async () => {
    await create({ engine: { decodeTokensPerSecond: 10, answer: () => 'w '.repeat(20) } })
    await open(roundOf())
    await world.clock.advance(2_500)
    await world.clock.complete(world.role.stop(), 1_000)
    await finish()
    expect(world.said).toEqual([])
    expect(await world.engine.status()).toMatchObject({ freeSlots: 4 })
  })

  it.each<[string, (world: World) => { round: Partial<RoundOpen>; by?: World['node'] }]>([
    ['somebody who is no oracle', ({ router }) => ({ round: {}, by: router })],
    ['an oracle that does not lead', ({ leader }) => ({ round: {}, by: leader(1) })],
    ['another epoch', () => ({ round: { epoch: 2 as EpochNumber } })],
    ['another fork', () => ({ round: { prev: `0x${'11'.repeat(32)}` as RoundOpen['prev'] } })],
    ['long ago', ({ clock }) => ({ round: { openedMs: clock.now() - quizPrecommitMs } })],
    ['the far future', ({ clock }) => ({ round: { openedMs: clock.now() + 3_600_000 } })]
  ])('of %s is not played', async (_name, makeRound) => {
    await create()
    const { by, round } = makeRound(world)
    await open(roundOf(round), by ?? world.leader())
    await finish()
    expect(world.said).toEqual([])
    expect(await world.engine.status()).toMatchObject({ freeSlots: 4 })
  })

  it('of a later view is not played without a quorum that gave up the one before', async () => {
    await create()
    await open(roundOf({ view: 1, timeouts: await certificate(2) }))
    await open(roundOf({ view: 1, index: 1 }))
    await finish()
    expect(world.said).toEqual([])
  })

  it('of a view that was given up is not played once the next leader has opened one', async () => {
    await create()
    const timeouts = await certificate(3)
    await open(roundOf({ view: 1, timeouts }))
    await world.clock.advance(LATENCY_MS)
    await open(roundOf({ view: 0 }))
    await open(roundOf({ view: 1, openedMs: world.clock.now() + 1, timeouts }))
    await finish()
    expect(answers('precommit')).toHaveLength(1)
    await open(roundOf({ view: 1, index: 1, timeouts }))
    await finish()
    expect(answers('precommit')).toHaveLength(2)
  })
})
