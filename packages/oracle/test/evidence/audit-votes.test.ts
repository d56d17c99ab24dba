import type { NodeId, TaskId } from '@cortensor/interface'
import type { AuditSubject, OpenedEnvelope } from '@cortensor/protocols'
import { expect, it } from 'vitest'
import { createAuditVotes } from '../../src/evidence/audit-votes.js'

const subject: AuditSubject = { subject: 'task' as TaskId, miner: 'miner' as NodeId, round: 0 }
const from = (sender: string): OpenedEnvelope => ({ sender }) as OpenedEnvelope
const report = (reported: AuditSubject[], pending: AuditSubject[] = []) => ({ state: { reported, pending } }) as never

it('takes a promise and then what opens it, each once, and no promise after somebody has told', () => {
  const votes = createAuditVotes()
  expect(votes.add('reveals', subject, from('a'))).toBe(false)
  expect(votes.add('precommits', subject, from('a'))).toBe(true)
  expect(votes.add('precommits', subject, from('a'))).toBe(false)
  expect(votes.add('precommits', subject, from('b'))).toBe(true)
  expect(votes.hasReveals()).toBe(false)
  expect(votes.add('reveals', subject, from('a'))).toBe(true)
  expect(votes.hasReveals()).toBe(true)
  expect(votes.add('precommits', subject, from('c'))).toBe(false)
  expect(votes.add('reveals', subject, from('b'))).toBe(true)
  expect(votes.add('precommits', { ...subject, round: 1 }, from('c'))).toBe(true)
  expect(votes.items().map(({ sender }) => sender)).toEqual(['a', 'b', 'a', 'b', 'c'])
})

it('lets go of what no report leaves open', () => {
  const votes = createAuditVotes()
  votes.add('precommits', subject, from('a'))
  votes.add('precommits', { ...subject, round: 1 }, from('b'))
  expect(votes.settle(report([subject], [{ ...subject, round: 1 }]))).toEqual([])
  expect(votes.settle(report([], [{ ...subject, round: 1 }])).map(({ sender }) => sender)).toEqual(['a'])
  expect(votes.settle(report([])).map(({ sender }) => sender)).toEqual(['b'])
  expect(votes.items()).toEqual([])
})
