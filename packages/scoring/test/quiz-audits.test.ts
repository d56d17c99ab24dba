import type { NodeId } from '@cortensor/interface'
import type { AuditVote, PendingAudit } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { deriveReport, explainLevel, explainReward } from '../src/index.js'
import { byNode, draw, skills, votes, withDraw } from './audit-world.js'
import { bound, derive } from './bound-world.js'
import { agreed, answer, epoch, minerX, minerY, minerZ, params, round } from './world.js'

describe('audits of quiz answers', () => {
  /** The report after one of a round that two miners answered, in which two auditors have found miner X's answers so. */
  async function refuted(vote: AuditVote) {
    const one = await round(bound)
    const played = await derive([one.open, ...(await answer(one, minerX)).all, ...(await answer(one, minerY)).all])
    const others = skills.filter(({ node }) => node !== minerX.nodeId && node !== minerY.nodeId)
    const state = { ...played.state, skills: byNode([...played.state.skills, ...others]) }
    const subject = state.reported.find(({ miner }) => miner === minerX.nodeId)
    const of = draw(state).drawn.find(({ miner }) => miner === minerX.nodeId) as PendingAudit
    expect(of).toMatchObject({ ...subject, round: 0 })
    const said = [minerY, minerZ].filter(({ nodeId }) => of.auditors.includes(nodeId)).map((auditor) => ({ auditor, vote }))
    const two = await round(state)
    const answers = [two.open, ...(await answer(two, minerX)).all, ...(await answer(two, minerY)).all]
    const { input } = await epoch(state, agreed({ items: [...(await votes(of, said)), ...answers] }), played.cid, withDraw)
    return { state, subject, input, auditors: said.length, next: deriveReport(input) }
  }

  it('are drawn as those of tasks are, with what the transcript has to say', async () => {
    const { auditors, next, state, subject } = await refuted('valid')
    expect(auditors).toBe(2)
    expect(state.reported).toHaveLength(2)
    expect(subject).toMatchObject({ source: { type: 'quiz', count: 6 }, fee: 0n })
    const outcome = next.report.audits.find(({ miner }) => miner === minerX.nodeId)
    expect(outcome).toMatchObject({ type: 'quiz', verdict: 'valid', tokens: 240 })
    expect(next.state.honesty).toMatchObject([{ node: minerX.nodeId, verifiedTokens: 240, contradictions: 0 }])
  })

  it('take back what refuted answers have taught, and the share of the quiz pot', async () => {
    const { input, next, state } = await refuted('invalid')
    const [x, y] = [minerX.nodeId, minerY.nodeId]
    expect(next.report.audits.find(({ miner }) => miner === x)).toMatchObject({ verdict: 'invalid' })
    expect(next.state.honesty.find(({ node }) => node === x)).toMatchObject({ contradictions: 1, isEjected: false })
    const of = (node: NodeId) => next.state.skills.filter((skill) => skill.node === node)
    expect(state.skills.filter(({ node }) => node === x).every(({ meanMilli }) => meanMilli > 0)).toBe(true)
    expect(of(x).every(({ items, meanMilli }) => items === 0 && meanMilli === 0)).toBe(true)
    expect(of(y).some(({ items, meanMilli }) => items > 0 && meanMilli > 0)).toBe(true)
    const quizOf = (node: NodeId) => next.report.rewards.find((row) => row.node === node)?.quiz ?? 0n
    expect(quizOf(x)).toBe(0n)
    expect(quizOf(y)).toBeGreaterThan(0n)
    const init = { report: next.report, skills: next.state.skills, prevSkills: state.skills, items: input.items }
    const explained = explainLevel({ ...init, prevCalibrations: state.calibrations, node: x })
    expect(explained.length).toBeGreaterThan(0)
    expect(explained.every(({ end, isUnlearnt }) => isUnlearnt && end.meanMilli === 0)).toBe(true)
    expect(explainReward({ report: next.report, prevState: state, node: x, params })).toMatchObject({
      ...{ assessed: { isHonestyInAlarm: true }, quiz: { weight: 0n, amount: 0n } },
      audits: [{ type: 'quiz', part: 'audited', verdict: 'invalid' }]
    })
  })
})
