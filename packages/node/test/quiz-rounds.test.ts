import { blockCid } from '@cortensor/crypto'
import { openBucket } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { minerX, minerY, minerZ } from '../../scoring/test/world.js'
import { explainRound, quizHistory } from '../src/index.js'
import { answers, first, game, laterGame, registry, second, third, visitor } from './quiz-world.js'

const init = { client: visitor(), registry }

describe('the history of the quiz', () => {
  it('lists the rounds of all reports, the latest first, with categories and marks', async () => {
    const { epoch, rounds, sinceEpoch } = await quizHistory(init)
    expect([epoch, sinceEpoch]).toEqual([3, 1])
    expect(rounds.map(({ epoch, roundId }) => [epoch, roundId])).toEqual([
      [3, laterGame.roundId],
      [2, game.roundId]
    ])
    const [, round] = rounds
    expect(round?.categories).toEqual(game.round.categories)
    const scored = second.report.outcomes.map(({ miner, scores, status }) => ({ node: miner, scores, status }))
    expect(round?.answers.map(({ node, scores, status }) => ({ node, scores, status }))).toEqual(scored)
    expect(round?.answers.find(({ node }) => node === minerZ.nodeId)?.status).toBe('no_reveal')
  })

  it('goes back as far as it is told to, or as anybody holds the reports', async () => {
    expect(await quizHistory({ ...init, maxEpochs: 1 })).toMatchObject({ sinceEpoch: 3, rounds: [{ epoch: 3 }] })
    expect(await quizHistory({ client: visitor([first, second]), registry })).toMatchObject({
      sinceEpoch: 3,
      rounds: [{ epoch: 3 }]
    })
    await expect(quizHistory({ client: visitor([third]), registry })).rejects.toMatchObject({ code: 'NODE_REPORT_UNAVAILABLE' })
  })
})

describe('the explanation of a round', () => {
  it('is found by the first digits of its id, and names evidence that holds the very messages', async () => {
    const explained = await explainRound({ ...init, round: game.roundId.slice(0, 10) })
    expect(explained).toMatchObject({ roundId: game.roundId, epoch: 2, report: second.cid })
    const messages = [
      [game.open, 'opening', null],
      [answers.right.precommit, 'precommit', minerX.nodeId],
      [answers.right.reveal, 'reveal', minerX.nodeId],
      [answers.partly.reveal, 'reveal', minerY.nodeId],
      [answers.silent.precommit, 'precommit', minerZ.nodeId]
    ] as const
    for (const [bytes, message, node] of messages) {
      const found = explained.evidence.find((one) => one.message === message && one.node === node)
      expect(found?.cid).toBe(blockCid(bytes, 'raw'))
      const bucket = await init.client.fetch(found?.bucket ?? second.cid, { maxBytes: 1_048_576 })
      expect([...openBucket(bucket).values()]).toContainEqual(bytes)
    }
    expect(explained.evidence).toHaveLength(6)
  })

  it.each([
    ['an unknown id', 'f'.repeat(64)],
    ['too few digits', game.roundId.slice(0, 7)],
    ['no id', 'round one']
  ])('is refused for %s', async (_what, round) => {
    await expect(explainRound({ ...init, round })).rejects.toMatchObject({ code: 'NODE_UNKNOWN' })
  })
})
