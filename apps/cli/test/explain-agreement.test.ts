import type { NodeId, TaskAgreement, TaskId } from '@cortensor/interface'
import { expect, it } from 'vitest'
import { describeAgreement } from '../src/actions/explain-agreement.js'

const [own, other] = ['b2'.repeat(32) as TaskId, 'b3'.repeat(32) as TaskId]
const agreement: TaskAgreement = {
  label: 'signal',
  embedding: 'an/embedding/1',
  verdict: 'disagree',
  miners: 2,
  equal: 1,
  answers: [
    { taskId: own, miner: '12D3KooWOne' as NodeId, verdict: 'disagree', similarity: 0.0512 },
    { taskId: other, miner: '12D3KooWTwo' as NodeId, verdict: 'agree', similarity: 1 }
  ]
}

it('shows every answer that was compared, marks the own one, and says that it is no proof', () => {
  const text = describeAgreement(own, agreement).join('\n')
  expect(text).toMatch(/^disagree: it says something else than most of them\. 2 answers, 1 of them/)
  expect(text).toMatch(new RegExp(`\\* +${own} +12D3KooWOne +disagree +0\\.051`))
  expect(text).toMatch(new RegExp(`\\n +${other} +12D3KooWTwo +agree +1\\.000`))
  expect(text).toContain('no proof')
})

it('says when there was nothing to compare', () => {
  expect(describeAgreement(own, null)).toEqual([expect.stringContaining('Nobody else was asked')])
})
