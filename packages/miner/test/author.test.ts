import type { EpochNumber } from '@cortensor/interface'
import type { MemoryNode } from '@cortensor/memory'
import {
  type AuthorStage,
  type Commission,
  encodeQuizMessage,
  type OpenedEnvelope,
  type QuizMessage,
  type Theme
} from '@cortensor/protocols'
import { questionsFault, themeFault } from '@cortensor/scoring'
import { afterEach, describe, expect, it } from 'vitest'
import { COMMITTED, createWorld, params, type World } from './world.js'

const { quizCreateMs, quizPrepareMs } = params.deadlines
const EPOCH = 2 as EpochNumber
const THEME: Theme = { category: 'facts', topic: 'what a capital is', subTopic: 'Vienna' }

describe('an author', () => {
  let world: World
  /** Its model says this to everything. */
  const create = async (says: string | ((prompt: string) => string)) => {
    const answer =
      typeof says === 'string' ? () => says : (messages: readonly { content: string }[]) => says(messages.at(-1)?.content ?? '')
    world = await createWorld({
      engine: { models: [{ name: 'chat', contextLength: 2048 }], decodeTokensPerSecond: 1000, answer }
    })
  }
  afterEach(() => world.stop())

  const drawn = (stage: AuthorStage, rank: number, { signer }: MemoryNode, epoch = EPOCH): Commission => ({
    ...{ epoch, stage, rank, node: signer.nodeId }
  })
  const commit = (commissions: Commission[], authored: never[] = []) => world.commitReport([], true, { commissions, authored })
  const say = (by: MemoryNode, message: QuizMessage): Promise<OpenedEnvelope> =>
    world.publisherOf(by).publish('quiz', encodeQuizMessage(message), 60_000)
  const created = (change: Partial<Theme> = {}): QuizMessage => ({
    type: 'create',
    epoch: EPOCH,
    prev: COMMITTED,
    ...THEME,
    ...change
  })
  const written = () =>
    world.said.flatMap(({ atMs, message }) =>
      message.type === 'create' || message.type === 'prepare' ? [{ atMs, message }] : []
    )
  const drafts = (stage: AuthorStage, way: string, outcome: string): number =>
    world.metrics.value('cortensor_miner_drafts_total', { stage, way, outcome })

  it('that is drawn to create says with its model what a round could ask about', async () => {
    await create('Rivers of Europe: the Danube')
    await commit([drawn('create', 0, world.node), drawn('prepare', 0, world.router)])
    await world.clock.advance(quizCreateMs)
    expect(written().map(({ message }) => message)).toMatchObject([
      { type: 'create', epoch: EPOCH, prev: COMMITTED, topic: 'Rivers of Europe', subTopic: 'the Danube' }
    ])
    expect(drafts('create', 'free', 'written')).toBe(1)
  })

  it('whose model has no phrase for that fills a form with what it answers', async () => {
    await create('Paris')
    await commit([drawn('create', 0, world.node), drawn('prepare', 0, world.router)])
    await world.clock.advance(quizCreateMs)
    const [one] = written()
    expect(one?.message).toMatchObject({ type: 'create', subTopic: 'Paris' })
    expect(one?.message.type === 'create' ? themeFault(one.message, []) : 'none').toBe(null)
    expect([drafts('create', 'free', 'formless'), drafts('create', 'filled', 'written')]).toEqual([1, 1])
  })

  it('whose model says nothing that has a form is silent', async () => {
    await create('<|im_end|> ### {{')
    await commit([drawn('create', 0, world.node), drawn('prepare', 0, world.router)])
    await world.clock.advance(quizCreateMs)
    expect(written()).toEqual([])
    expect([drafts('create', 'free', 'formless'), drafts('create', 'filled', 'formless')]).toEqual([1, 3])
  })

  it('waits for its turn, and leaves it to who was before it', async () => {
    await create('Paris')
    const commissions = [drawn('create', 0, world.router), drawn('create', 1, world.node), drawn('prepare', 0, world.router)]
    const startMs = world.clock.now()
    await commit(commissions)
    await world.clock.advance(2 * quizCreateMs)
    expect(written()).toHaveLength(1)
    expect(written()[0]?.atMs).toBeGreaterThanOrEqual(startMs + quizCreateMs)
    await world.stop()
    await create('Paris')
    await commit(commissions)
    await world.clock.advance(100)
    await say(world.router, created())
    await world.clock.advance(3 * quizCreateMs)
    expect(written()).toEqual([])
  })

  it('that is drawn to prepare makes questions of the theme that counts', async () => {
    await create((prompt) => (prompt.startsWith('Write three') ? '1. What is Vienna known for?\n2. Who likes Rome?' : 'no'))
    await commit([drawn('create', 0, world.router), drawn('prepare', 0, world.node)])
    await world.clock.advance(100)
    await say(world.router, created({ subTopic: '<b>' }))
    await world.clock.advance(100)
    expect(written()).toEqual([])
    const { id } = await say(world.router, created())
    await world.clock.advance(quizPrepareMs)
    expect(written().map(({ message }) => message)).toEqual([
      { type: 'prepare', theme: id, questions: ['What is Vienna known for?'] }
    ])
  })

  it('that is drawn to prepare fills forms where its model has no phrase for more', async () => {
    await create('Rome.')
    await commit([drawn('create', 0, world.router), drawn('prepare', 0, world.node)])
    await world.clock.advance(100)
    await say(world.router, created())
    await world.clock.advance(quizPrepareMs)
    const [one] = written()
    const questions = one?.message.type === 'prepare' ? one.message.questions : []
    expect(questions.at(-1)).toBe('What do Vienna and Rome have in common?')
    expect(questionsFault(questions, THEME)).toBe(null)
  })

  it('that is drawn to prepare remembers what came before the commit', async () => {
    await create('Rome.')
    await say(world.router, created())
    await world.clock.advance(100)
    await commit([drawn('create', 0, world.router), drawn('prepare', 0, world.node)])
    await world.clock.advance(quizPrepareMs)
    expect(written()).toHaveLength(1)
  })

  it.each<[string, () => Commission[]]>([
    ['was not drawn', () => [drawn('create', 0, world.router), drawn('prepare', 0, world.router)]],
    ['was drawn for another epoch', () => [drawn('create', 0, world.node, 1 as EpochNumber), drawn('prepare', 0, world.router)]],
    ['has nobody to prepare what it creates', () => [drawn('create', 0, world.node)]]
  ])('that %s writes nothing', async (_why, commissions) => {
    await create('Paris')
    await commit(commissions())
    await world.clock.advance(3 * quizCreateMs)
    expect(written()).toEqual([])
    expect(drafts('create', 'free', 'formless')).toBe(0)
  })

  it('gives up with its turn when its machine is too slow, and with the miner', async () => {
    world = await createWorld({
      engine: {
        models: [{ name: 'chat', contextLength: 2048 }],
        decodeTokensPerSecond: 1,
        answer: () => 'Rivers of Europe: the Danube'
      }
    })
    await commit([drawn('create', 0, world.node), drawn('prepare', 0, world.router)])
    await world.clock.advance(3 * quizCreateMs)
    expect(written()).toEqual([])
  })
})
