import type { EpochNumber, ModelId, NodeId, RoundId } from '@cortensor/interface'
import type { NodeReputation, NodeSkill, OutcomeStatus, QuizCategory, TemplateCalibration } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessedAt, correctProbability, HALF_LIFE_EPOCHS, MIN_ROUNDS } from '../src/index.js'
import { isAnchor, offsetsOf, updateCalibrations } from '../src/report/calibrations.js'
import type { ScoredOutcome } from '../src/report/outcomes.js'
import { updateReputations } from '../src/report/reputations.js'
import { bound, derive } from './bound-world.js'
import { answer, miners, minerX, minerY, minerZ, round, task } from './world.js'

const epochOf = (value: number): EpochNumber => value as EpochNumber
const MODEL = 'a'.repeat(64) as ModelId
const STATUSES: readonly OutcomeStatus[] = ['scored', 'no_reveal', 'false_reveal']
const x = minerX.nodeId

const outcomeOf = (miner: NodeId, status: OutcomeStatus, index = 0) => ({
  ...{
    roundId: String(index).padStart(64, '0') as RoundId,
    miner,
    status,
    scores: [],
    throughput: null,
    shown: null,
    agreement: null
  },
  model: status === 'scored' ? MODEL : null
})
const standingIn = (reputations: readonly NodeReputation[], epoch: number) =>
  assessedAt({ honesty: [], reputations: [...reputations] }, epoch).get(x)?.standing ?? 'in-test'
const seen = (statuses: readonly OutcomeStatus[], miner = x, tasks = 0, undone = 0) => ({
  outcomes: statuses.map((status, i) => outcomeOf(miner, status, i)),
  results: Array.from({ length: tasks }, () => ({ miner })),
  failures: Array.from({ length: undone }, () => ({ miner }))
})

describe('the records of a report', () => {
  it('are sorted, the same whatever the order, never carry through more than was begun, and leave others as they are', () => {
    const event = fc.record({
      miner: fc.constantFrom(...miners.map(({ nodeId }) => nodeId)),
      status: fc.constantFrom(...STATUSES)
    })
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 5 }), (epochs) => {
        let rows: NodeReputation[] = []
        epochs.forEach((events, i) => {
          const outcomes = events.map(({ miner, status }, place) => outcomeOf(miner, status, place))
          const next = updateReputations(rows, { outcomes, results: [], failures: [] }, epochOf(1 + 7 * i))
          const turned = { outcomes: outcomes.toReversed(), results: [], failures: [] }
          expect(updateReputations(rows.toReversed(), turned, epochOf(1 + 7 * i))).toEqual(next)
          const active = new Set(outcomes.map(({ miner }) => miner))
          expect(next.filter(({ node }) => !active.has(node))).toEqual(rows.filter(({ node }) => !active.has(node)))
          rows = next
          expect(rows.map(({ node }) => node)).toEqual(rows.map(({ node }) => node).toSorted())
          const counts = rows.flatMap(({ stages }) => Object.values(stages))
          expect(counts.every(({ entered, succeeded }) => entered > 0 && succeeded >= 0 && succeeded <= entered)).toBe(true)
        })
      }),
      { numRuns: 60 }
    )
  })

  it('take a node into the pool after three rounds, out of it when it hides its answers, and forgive with time', () => {
    let rows: NodeReputation[] = []
    for (let epoch = 1; epoch <= MIN_ROUNDS; epoch++) {
      expect(standingIn(rows, epoch)).toBe('in-test')
      rows = updateReputations(rows, seen(['scored']), epochOf(epoch))
    }
    expect(assessedAt({ honesty: [], reputations: rows }, 3).get(x)).toMatchObject({ standing: 'qualified', rounds: 3 })
    const failing = updateReputations(rows, seen(Array(12).fill('no_reveal')), epochOf(4))
    expect(standingIn(failing, 4)).toBe('unreliable')
    expect(standingIn(failing, 4 + 20 * HALF_LIFE_EPOCHS)).toBe('in-test')
    const back = updateReputations(failing, seen(Array(12).fill('scored')), epochOf(4 + 20 * HALF_LIFE_EPOCHS))
    expect(standingIn(back, 4 + 20 * HALF_LIFE_EPOCHS)).toBe('qualified')
  })

  it('hold nothing against who works for pay instead of playing', () => {
    const rows = updateReputations([], seen(['scored', 'scored', 'scored'], x, 5), epochOf(1))
    expect(rows[0]?.stages.task).toEqual({ entered: 5_000, succeeded: 5_000 })
    const later = updateReputations(rows, seen([], x, 5), epochOf(60))
    expect(later[0]?.rounds).toBe(3)
    expect(standingIn(later, 60)).toBe('qualified')
  })

  it('leave who answers its rounds in the pool against the word of two operators of routers, and not of three', () => {
    const after = (routers: number): string => {
      let rows: NodeReputation[] = []
      for (let epoch = 1; epoch <= 400; epoch++) {
        rows = updateReputations(rows, seen(['scored'], x, 0, routers), epochOf(epoch))
      }
      return standingIn(rows, 400)
    }
    expect([0, 1, 2, 3].map(after)).toEqual(['qualified', 'qualified', 'qualified', 'unreliable'])
  })

  it('come with the report, from the answers and the tasks that it counts', async () => {
    const one = await round(bound)
    const items = [
      one.open,
      ...(await answer(one, minerX)).all,
      ...(await answer(one, minerY, { changed: true })).all,
      (await answer(one, minerZ)).precommit,
      ...(await task({ name: 'one', miner: minerX })).all
    ]
    const { report } = await derive(items)
    const of = (node: NodeId) => report.state.reputations.find((row) => row.node === node)
    const once = { entered: 1_000, succeeded: 1_000 }
    const epoch = report.epoch
    expect(of(x)).toEqual({ node: x, epoch, rounds: 1, stages: { precommit: once, reveal: once, task: once } })
    for (const { nodeId } of [minerY, minerZ]) {
      const missed = { entered: 1_000, succeeded: 0 }
      expect(of(nodeId)).toEqual({ node: nodeId, epoch, rounds: 0, stages: { precommit: once, reveal: missed } })
    }
  })
})

describe('the calibrations of a report', () => {
  const CATEGORY: QuizCategory = 'arithmetic'
  const [anchor, template] = ['add', 'add-large']
  const known = (meanMilli: number, sdMilli = 200): NodeSkill => ({
    ...{ node: x, model: MODEL, category: CATEGORY, meanMilli, sdMilli, epoch: epochOf(1), priorMilli: 0, items: 40 }
  })
  type Marked = ScoredOutcome['marked'][number]
  const marked = (difficultyMilli: number, isRight: boolean, name = template): Marked => ({
    item: {
      ...{ category: CATEGORY, template: name, question: '?', answer: '!', parameters: {}, maxTokens: 8 },
      ...{ slopeMilli: 2_000, difficultyMilli, guessMilli: 0 }
    },
    text: 'text',
    isRight
  })
  const shown = (answers: Marked[], status: OutcomeStatus = 'scored', model: ModelId | null = MODEL): ScoredOutcome => ({
    outcome: { ...outcomeOf(x, status), model },
    marked: answers,
    said: null
  })
  const stateOf = (rows: TemplateCalibration[], skills: NodeSkill[]) => ({ calibrations: rows, skills, epoch: epochOf(1) })

  it('find by how much a template is harder than its prior', () => {
    const rng = createSeededRng('calibration')
    for (const truthMilli of [-400, 0, 500]) {
      let rows: TemplateCalibration[] = []
      for (let i = 0; i < 60; i++) {
        const [ability, priorMilli] = [rng.int(-1_200, 1_200), rng.int(-300, 600)]
        const answers = Array.from({ length: 4 }, () => {
          const chance = correctProbability(marked(priorMilli + truthMilli, true).item, ability) / 2 ** 40
          // Marked as derived reports do: by what was believed before.
          return marked(priorMilli + offsetsOf(rows)({ category: CATEGORY, template }), rng.next() < chance)
        })
        rows = updateCalibrations(stateOf(rows, [known(ability, 120)]), [shown(answers)])
      }
      expect(rows).toMatchObject([{ category: CATEGORY, template, answers: 240 }])
      expect(Math.abs((rows[0]?.offsetMilli ?? 9_999) - truthMilli)).toBeLessThan(200)
      expect(rows[0]?.sdMilli).toBeLessThan(120)
    }
  })

  it('learn nothing from strangers, from what was not shown, of anchors, or from another model', () => {
    const wrong = Array.from({ length: 6 }, () => marked(0, false))
    expect(isAnchor({ category: CATEGORY, template: anchor })).toBe(true)
    const nothing: [NodeSkill[], ScoredOutcome][] = [
      [[], shown(wrong)],
      [[known(1_000, 800)], shown(wrong)],
      [[known(1_000)], shown(wrong, 'no_reveal', null)],
      [[known(1_000)], shown(wrong, 'scored', 'b'.repeat(64) as ModelId)],
      [[known(1_000)], shown(Array.from({ length: 6 }, () => marked(0, false, anchor)))]
    ]
    for (const [skills, outcome] of nothing) {
      expect(updateCalibrations(stateOf([], skills), [outcome])).toEqual([])
    }
    const [row] = updateCalibrations(stateOf([], [known(1_000)]), [shown(wrong)])
    expect(row?.offsetMilli).toBeGreaterThan(100)
  })

  it('do not depend on the order of the answers', () => {
    const answers = fc.array(fc.record({ difficulty: fc.integer({ min: -900, max: 900 }), isRight: fc.boolean() }), {
      minLength: 1,
      maxLength: 8
    })
    fc.assert(
      fc.property(answers, (given) => {
        const all = given.map(({ difficulty, isRight }) => marked(difficulty, isRight))
        const one = updateCalibrations(stateOf([], [known(300)]), [shown(all)])
        expect(updateCalibrations(stateOf([], [known(300)]), [shown(all.toReversed())])).toEqual(one)
      }),
      { numRuns: 40 }
    )
  })
})
