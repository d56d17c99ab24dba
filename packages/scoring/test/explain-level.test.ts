import type { NodeId } from '@cortensor/interface'
import { describe, expect, it } from 'vitest'
import { deriveReport, explainLevel, initialLedger } from '../src/index.js'
import { agreed, answer, epoch, GENESIS_MS, miners, minerX, minerY, minerZ, presence, round } from './world.js'

const genesis = initialLedger(GENESIS_MS)
const presences = await Promise.all(miners.map(presence))
const first = deriveReport((await epoch(genesis, agreed({ items: presences }))).input)
const opened = await round(first.state)
const answered = await Promise.all([answer(opened, minerX), answer(opened, minerY, { wrong: 2 })])
const silent = (await answer(opened, minerZ)).precommit
const items = [opened.open, silent, ...answered.flatMap(({ all }) => all)]
const { input } = await epoch(first.state, agreed({ items }), first.cid)
const second = deriveReport(input)
const init = {
  report: second.report,
  skills: second.state.skills,
  prevSkills: first.state.skills,
  prevCalibrations: first.state.calibrations,
  items: input.items
}
const explain = (node: NodeId) => explainLevel({ ...init, node })

describe('the explanation of a level', () => {
  it("leads item by item from what was known to the report's own figures, for every node", () => {
    for (const { nodeId } of miners) {
      const explained = explain(nodeId)
      expect(explained.map(({ category }) => category)).toEqual(opened.round.categories)
      for (const { category, end, start, steps } of explained) {
        const row = second.state.skills.find((skill) => skill.node === nodeId && skill.category === category)
        expect(end).toEqual({ meanMilli: row?.meanMilli, sdMilli: row?.sdMilli })
        expect(steps[0]?.before).toEqual(start)
        expect(steps.at(-1)?.after).toEqual(end)
        expect(steps.slice(1).every(({ before }, i) => before.meanMilli === steps[i]?.after.meanMilli)).toBe(true)
        expect(steps.every((step) => step.isRight === step.after.meanMilli > step.before.meanMilli)).toBe(true)
      }
    }
  })

  it('shows question, answer and what was said', () => {
    const wrong = explain(minerY.nodeId).flatMap(({ steps }) => steps.filter(({ isRight }) => !isRight))
    expect(wrong).toHaveLength(2)
    expect(wrong.every(({ answer, given, question }) => given === 'no idea' && answer !== given && question.length > 0)).toBe(
      true
    )
    const unsaid = explain(minerZ.nodeId).flatMap(({ steps }) => steps)
    expect(unsaid).toHaveLength(6)
    expect(unsaid.every(({ given, isRight, status }) => given === null && !isRight && status === 'no_reveal')).toBe(true)
  })

  it('is refused when the report says a thousandth more, or scores what was not said', () => {
    const unexplained = expect.objectContaining({ code: 'SCORING_LEVEL_UNEXPLAINED' })
    const skills = init.skills.map((row) => ({ ...row, meanMilli: row.meanMilli + 1 }))
    expect(() => explainLevel({ ...init, skills, node: minerX.nodeId })).toThrow(unexplained)
    const outcomes = init.report.outcomes.map((outcome) => ({
      ...outcome,
      scores: outcome.scores.map((score) => ({ ...score, correct: score.correct === 0 ? 1 : score.correct - 1 }))
    }))
    expect(() => explainLevel({ ...init, report: { ...init.report, outcomes }, node: minerX.nodeId })).toThrow(unexplained)
  })
})
