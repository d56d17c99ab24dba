import { ZERO_HEX32 } from '@cortensor/crypto'
import type { EpochNumber, NodeId, RoundId } from '@cortensor/interface'
import { decodeTranscript, type OpenPanel, panelIdOf, type QuizMessage } from '@cortensor/protocols'
import { calibrationPairs, judgeRequests, readBallot } from '@cortensor/scoring'
import { afterEach, describe, expect, it } from 'vitest'
import { createWorld, MODEL, params, type World } from './world.js'

const { quizJudgeMs } = params.deadlines
const ROUND = '11'.repeat(32) as RoundId

describe('a judge', () => {
  let world: World
  /** Its model says this to everything. */
  const create = async (says: (prompt: string) => string, decodeTokensPerSecond = 1_000) => {
    world = await createWorld({
      engine: {
        models: [{ name: 'chat', contextLength: 2_048 }],
        ...{ decodeTokensPerSecond, prefillTokensPerSecond: 10_000 },
        answer: (messages) => says(messages.at(-1)?.content ?? '')
      }
    })
  }
  afterEach(() => world.stop())

  const panelOf = (change: Partial<OpenPanel> = {}): OpenPanel => ({
    ...{ roundId: ROUND, epoch: 1 as EpochNumber, drawnMs: world.clock.now(), seed: ZERO_HEX32 },
    question: 'Tell me about Vienna.',
    answers: ['Vienna is in Austria.', 'A city.'].map((text) => ({ text, nodes: [world.router.signer.nodeId] })),
    judges: [world.node.signer.nodeId],
    tried: [],
    ...change
  })
  const commit = (panel: OpenPanel) => world.commitReport([], true, { panels: [panel] })
  const ballots = () => world.said.flatMap(({ message }) => (message.type === 'ballot' ? [message] : []))
  const outcome = (of: string): number => world.metrics.value('cortensor_miner_ballots_total', { outcome: of })
  /** Right about its own pairs, which a quotation of the question names; the shorter one otherwise. */
  const skilled = (node: NodeId) => {
    const rights = new Map(
      calibrationPairs(ZERO_HEX32, node).map(({ answers, question, right }) => [question, answers[right === 'first' ? 0 : 1]])
    )
    return (prompt: string): string => {
      const line = (mark: string): string => (prompt.split('\n').find((one) => one.startsWith(`${mark}| `)) ?? '').slice(3)
      const right = rights.get(line('Q'))
      const isFirst = right === undefined ? line('A').length < line('B').length : line('A') === right
      return isFirst ? 'A' : 'B'
    }
  }

  it('says what its model said to both orders of all pairs, with a transcript of it', async () => {
    let says = (_prompt: string): string => 'A'
    await create((prompt) => says(prompt))
    const self = world.node.signer.nodeId
    says = skilled(self)
    const panel = panelOf()
    await commit(panel)
    await world.clock.advance(quizJudgeMs)
    const [ballot] = ballots() as [Extract<QuizMessage, { type: 'ballot' }>]
    expect(ballots()).toHaveLength(1)
    expect(ballot).toMatchObject({ roundId: ROUND, modelId: MODEL })
    expect(readBallot(panel, self, ballot.replies)).toEqual({
      right: 4,
      turned: 0,
      choices: [{ first: 0, second: 1, choice: 'second' }]
    })
    const block = await world.clock.complete(world.node.store.get(ballot.transcript, { localOnly: true, maxBytes: 1_000_000 }))
    const { generations, subject } = decodeTranscript(block)
    expect(subject).toEqual({ type: 'quiz', roundId: panelIdOf(ROUND) })
    expect(generations.map(({ messages, sampling, seed }) => ({ messages, sampling, seed }))).toEqual(judgeRequests(panel, self))
    expect(generations.map(({ text }) => text)).toEqual(ballot.replies)
    expect(outcome('said')).toBe(1)
  })

  it('is tried on its own pairs alone', async () => {
    await create(() => 'A')
    await commit(panelOf({ question: '', answers: [], judges: [], tried: [world.node.signer.nodeId] }))
    await world.clock.advance(quizJudgeMs)
    expect(ballots().map(({ replies }) => replies)).toEqual([Array(8).fill('A')])
  })

  it('says nothing late, nothing of what it was not drawn for, and nothing of panels that another report drew', async () => {
    await create(() => 'A', 0.1)
    await commit(panelOf())
    await world.clock.advance(2 * quizJudgeMs)
    expect([ballots().length, outcome('late')]).toEqual([0, 1])
    await world.stop()
    await create(() => 'A')
    await commit(panelOf({ judges: [world.router.signer.nodeId] }))
    await world.clock.advance(quizJudgeMs)
    await commit(panelOf({ epoch: 7 as EpochNumber }))
    await world.clock.advance(quizJudgeMs)
    expect(ballots()).toEqual([])
  })
})
