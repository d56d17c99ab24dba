import { cidFromHash } from '@cortensor/crypto'
import { envelopeId } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { deriveReport, explainRounds } from '../src/index.js'
import { bound, derive, first } from './bound-world.js'
import { agreed, answer, epoch, hashOf, MODEL, minerX, minerY, minerZ, oracles, round } from './world.js'

const opened = await round(bound)
const right = await answer(opened, minerX)
const partly = await answer(opened, minerY, { wrong: 2 })
const silent = await answer(opened, minerZ)
const items = [opened.open, ...right.all, ...partly.all, silent.precommit]
const { input } = await epoch(bound, agreed({ items }), first.cid)
const { report } = deriveReport(input)
const [explained] = explainRounds({ report, items: input.items })
const of = (nodeId: string) => explained?.answers.find(({ node }) => node === nodeId)

describe('the explanation of a round', () => {
  it('says when it was, who asked, what, and by which message', () => {
    const leader = oracles.find(({ nodeId }) => nodeId === explained?.openedBy)
    expect(leader).toBeDefined()
    expect(explained).toMatchObject({
      roundId: opened.roundId,
      epoch: report.epoch,
      openedMs: opened.round.openedMs,
      categories: opened.round.categories,
      itemsPerCategory: opened.round.itemsPerCategory,
      excluded: null,
      opening: envelopeId(opened.open)
    })
  })

  it('leads every score of the report down to questions, answers, verdicts and the messages behind them', () => {
    expect(explained?.answers).toHaveLength(report.outcomes.length)
    for (const outcome of report.outcomes) {
      const one = of(outcome.miner)
      const counted = outcome.scores.map(({ category }) => {
        const own = one?.items.filter((item) => item.category === category) ?? []
        return { category, asked: own.length, correct: own.filter(({ isRight }) => isRight).length, abilityMilli: 0 }
      })
      expect(counted).toEqual(outcome.scores)
      expect(one?.items.map(({ item }) => item)).toEqual(one?.items.map((_, i) => i))
    }
    expect(of(minerX.nodeId)).toMatchObject({
      model: MODEL,
      status: 'scored',
      transcript: cidFromHash(hashOf('quiz transcript')),
      precommits: [envelopeId(right.precommit)],
      reveal: envelopeId(right.reveal)
    })
    const wrong = of(minerY.nodeId)?.items.filter(({ isRight }) => !isRight) ?? []
    expect(wrong.map(({ given, item }) => [item, given])).toEqual([
      [0, 'no idea'],
      [1, 'no idea']
    ])
  })

  it('shows a node that did not reveal with what it was asked and nothing said', () => {
    const one = of(minerZ.nodeId)
    expect(one).toMatchObject({ status: 'no_reveal', model: null, transcript: null, reveal: null })
    expect(one?.precommits).toEqual([envelopeId(silent.precommit)])
    expect(one?.items.every(({ given, isRight }) => given === null && !isRight)).toBe(true)
  })

  it('lists a round that had no right to be asked with the reason, and leaves out one whose time has not come', async () => {
    const strange = await round(bound, { categories: ['logic'] })
    const early = await round(bound, { index: 1, openedMs: bound.cutoffMs + 59_000 })
    const { input: more } = await epoch(bound, agreed({ items: [...items, strange.open, early.open] }), first.cid)
    const { report: refused } = await derive([...items, strange.open, early.open])
    const rounds = explainRounds({ report: refused, items: more.items })
    expect(rounds.map(({ excluded, roundId }) => [roundId, excluded])).toEqual(
      expect.arrayContaining([
        [opened.roundId, null],
        [strange.roundId, 'not_allowed']
      ])
    )
    expect(rounds).toHaveLength(2)
    expect(rounds.find(({ excluded }) => excluded !== null)?.answers).toEqual([])
  })

  it('is refused when the report scores what was not said', () => {
    const outcomes = report.outcomes.map((outcome) => ({
      ...outcome,
      scores: outcome.scores.map((score) => ({ ...score, correct: score.correct === 0 ? 1 : score.correct - 1 }))
    }))
    expect(() => explainRounds({ report: { ...report, outcomes }, items: input.items })).toThrow(
      expect.objectContaining({ code: 'SCORING_LEVEL_UNEXPLAINED' })
    )
  })
})
