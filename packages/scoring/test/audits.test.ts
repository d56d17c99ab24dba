import type { NodeId, SessionId } from '@cortensor/interface'
import type { AuditOutcome, CountedVote, NodeHonesty } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { auditWork } from '../src/audit/refund.js'
import { deriveReport, isInAlarm, updateHonesty } from '../src/index.js'
import { ejected, judged, otherSample, type Said, skills, withDraw } from './audit-world.js'
import { derive, proved } from './bound-world.js'
import { agreed, epoch, minerX, minerY, minerZ, task } from './world.js'

describe('audits in a report', () => {
  it.each([
    [
      'two that find it valid',
      'valid',
      [
        { auditor: minerY, vote: 'valid' },
        { auditor: minerZ, vote: 'valid' }
      ]
    ],
    [
      'two that find it invalid',
      'invalid',
      [
        { auditor: minerY, vote: 'invalid', window: 1 },
        { auditor: minerZ, vote: 'invalid' }
      ]
    ],
    [
      'two that were shown nothing',
      'withheld',
      [
        { auditor: minerY, vote: 'withheld' },
        { auditor: minerZ, vote: 'withheld' }
      ]
    ],
    [
      'one that was shown nothing, and one that finds it invalid',
      'invalid',
      [
        { auditor: minerY, vote: 'withheld' },
        { auditor: minerZ, vote: 'invalid', window: 1 }
      ]
    ],
    ['one, and one that is missing', 'valid', [{ auditor: minerY, vote: 'valid' }]],
    ['one that is in doubt', 'inconclusive', [{ auditor: minerY, vote: 'inconclusive' }]],
    [
      'one that cannot tell, and one that can',
      'valid',
      [
        { auditor: minerY, vote: 'unsupported' },
        { auditor: minerZ, vote: 'valid' }
      ]
    ],
    ['nobody', 'unaudited', []],
    ['one whose vote is not what it promised', 'unaudited', [{ auditor: minerY, vote: 'invalid', isBroken: true }]],
    ['a stranger', 'unaudited', [{ auditor: minerX, vote: 'invalid' }]]
  ] as [string, AuditOutcome['verdict'], Said[]][])('by %s end as %s', async (_who, verdict, said) => {
    const { report } = await judged(said)
    expect(report.audits).toMatchObject([{ miner: minerX.nodeId, verdict, window: verdict === 'invalid' ? 1 : null }])
    expect(report.state.pending).toEqual([])
  })

  it('wait while somebody has not voted and there is time', async () => {
    const { report } = await judged([{ auditor: minerY, vote: 'valid' }], false)
    expect(report.audits).toEqual([])
    expect(report.state.pending).toMatchObject([{ round: 0, miner: minerX.nodeId }])
  })

  it.each([
    [
      'different votes',
      [
        { auditor: minerY, vote: 'valid' },
        { auditor: minerZ, vote: 'invalid' }
      ]
    ],
    ['one vote against it alone', [{ auditor: minerY, vote: 'invalid' }]],
    ['one that alone was shown nothing', [{ auditor: minerY, vote: 'withheld' }]],
    [
      'one that was shown nothing, and one that finds it valid',
      [
        { auditor: minerY, vote: 'withheld' },
        { auditor: minerZ, vote: 'valid' }
      ]
    ],
    [
      'different logits',
      [
        { auditor: minerY, vote: 'valid' },
        { auditor: minerZ, vote: 'valid', sample: otherSample }
      ]
    ]
  ] as [string, Said[]][])(
    'with %s become a dispute, which ends without a verdict where nobody else can judge',
    async (_why, said) => {
      const first = await judged(said)
      expect(first.report.audits).toEqual([])
      expect(first.report.state.pending).toMatchObject([{ round: 1, auditors: [] }])
      const { input } = await epoch({ ...first.state, skills }, agreed({}), null, withDraw)
      const { report } = deriveReport(input)
      expect(report.audits).toMatchObject([{ verdict: 'inconclusive' }])
      expect(report.state.honesty).toEqual([])
    }
  )

  /** How an audit of miner X ended. */
  const outcome = (verdict: AuditOutcome['verdict'], all: CountedVote[] = []): AuditOutcome => ({
    ...{
      subject: '00'.repeat(32) as AuditOutcome['subject'],
      type: 'task' as const,
      miner: minerX.nodeId,
      session: '' as SessionId,
      fee: 10n,
      tokens: 64
    },
    ...{ verdict, isPlanted: false, window: null, isExact: false, votes: all }
  })

  it('of withheld answers count once an epoch and less than false ones, and against no auditor; the third in a row ejects', () => {
    const withheld = outcome('withheld', [
      { auditor: minerY.nodeId, vote: 'withheld' },
      { auditor: minerZ.nodeId, vote: 'valid' }
    ])
    const away = (known: NodeHonesty[]): NodeHonesty[] => updateHonesty(known, [withheld, withheld, withheld])
    const once = away([])
    expect(once).toMatchObject([{ node: minerX.nodeId, checks: 1, contradictions: 0, isEjected: false }])
    expect(once.some(isInAlarm)).toBe(false)
    const twice = away(once)
    expect(twice.map((row) => [isInAlarm(row), row.isEjected])).toEqual([[true, false]])
    expect(away(twice)).toMatchObject([{ isEjected: true }])
    // Who comes back is believed again, and audited in full until then.
    const back = updateHonesty(
      twice,
      Array.from({ length: 5 }, () => outcome('valid'))
    )
    expect([back.some(isInAlarm), back[0]?.verifiedTokens]).toEqual([false, 320])
    const established = updateHonesty(
      [],
      Array.from({ length: 100 }, () => outcome('valid'))
    )
    expect(away(established)).toMatchObject([{ verifiedTokens: 0, isEjected: false }])
    // To claim that nothing was shown, where it was, is not held against who could not reach the miner.
    const shown = outcome('valid', withheld.votes)
    expect(updateHonesty([], [shown]).map(({ node }) => node)).toEqual([minerX.nodeId])
  })

  it.each(['valid', 'withheld', 'invalid', 'inconclusive'] as const)(
    'pay nobody for having been shown nothing, where they end as %s',
    (verdict) => {
      const votes: CountedVote[] = [
        { auditor: minerY.nodeId, vote: 'withheld' },
        { auditor: minerZ.nodeId, vote: 'withheld' }
      ]
      expect(auditWork([outcome(verdict, votes)]).size).toBe(0)
      expect(auditWork([{ ...outcome(verdict, votes), isPlanted: true }]).has(minerY.nodeId)).toBe(false)
      const [first, seen] = [votes[0] as CountedVote, verdict === 'valid' ? ('valid' as const) : ('invalid' as const)]
      const mixed = outcome(verdict, [first, { auditor: minerZ.nodeId, vote: seen }])
      expect([...auditWork([mixed])]).toEqual([[minerZ.nodeId, 1n]])
    }
  )

  it('count against whoever an answer or a vote refutes; twice is enough to be paid nothing more', () => {
    const refuted: CountedVote[] = [
      { auditor: minerY.nodeId, vote: 'valid' },
      { auditor: minerZ.nodeId, vote: 'invalid' },
      { auditor: 'another' as NodeId, vote: 'invalid' }
    ]
    const once = updateHonesty([], [outcome('invalid', refuted)])
    expect(once).toHaveLength(2)
    expect(once.every(({ contradictions, isEjected }) => contradictions === 1 && !isEjected)).toBe(true)
    const twice = updateHonesty(once, [outcome('invalid')])
    expect(twice.find(({ node }) => node === minerX.nodeId)).toMatchObject({ isEjected: true, verifiedTokens: 0 })
    const honest = Array.from({ length: 500 }, () => outcome('valid'))
    expect(updateHonesty([], honest)).toMatchObject([
      { checks: 500, contradictions: 0, verifiedTokens: 32_000, isEjected: false }
    ])
    const turned = updateHonesty(updateHonesty([], honest), [outcome('invalid'), outcome('invalid'), outcome('invalid')])
    expect(turned).toMatchObject([{ isEjected: true }])
    // A newcomer's first contradiction is an alarm that honest answers end; who has shown enough is still believed.
    expect([isInAlarm(once[0] as NodeHonesty), isInAlarm(once[1] as NodeHonesty)]).toEqual([true, true])
    const calmed = updateHonesty(once, honest.slice(0, 6))
    expect(calmed.map(isInAlarm).filter((alarm) => alarm)).toHaveLength(1)
    expect(updateHonesty(updateHonesty([], honest), [outcome('invalid')]).some(isInAlarm)).toBe(false)
    expect(isInAlarm({ evidence: 1n, isEjected: true })).toBe(true)
    const unproved = updateHonesty([], [outcome('valid', [{ auditor: minerY.nodeId, vote: 'unproved' }])])
    expect(unproved.find(({ node }) => node === minerY.nodeId)).toMatchObject({ contradictions: 1 })
  })

  it('leave an ejected node without results, and without pay', async () => {
    const state = { ...proved, honesty: [ejected(minerX.nodeId)] }
    const { report } = await derive((await task({ name: 'more' })).all, state)
    expect(report.results).toEqual([])
    expect(report.rewards.some(({ node }) => node === minerX.nodeId)).toBe(false)
    expect(report.rewards.length).toBeGreaterThan(0)
  })
})
