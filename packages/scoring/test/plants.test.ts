import { bytesToHex32 } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import {
  type AuditedAnswer,
  type AuditOutcome,
  type CountedVote,
  encodeResultMessage,
  type LedgerState,
  type PendingAudit,
  plantSalt
} from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { auditWork } from '../src/audit/refund.js'
import { deriveReport, plantsLeft, updateHonesty } from '../src/index.js'
import { answered, byNode, draw, type Said, skills, votes, withDraw } from './audit-world.js'
import { bound, derive } from './bound-world.js'
import { agreed, answer, epoch, hashOf, miners, minerX, minerY, minerZ, params, recordsOf, round, seal } from './world.js'

describe('plants', () => {
  const secret = hashOf('secret')
  const { nodeId: x } = minerX
  const plantParams = { ...params, audit: { ...params.audit, plantBps: 5_000 } }

  /** The report after one of a round in which miner X sealed its answers under this secret's hash; of two auditors, these votes. */
  async function sealedWith(said: readonly Omit<Said, 'auditor'>[], { opens = secret, rounds = 40, isUntold = false } = {}) {
    const one = await round(bound)
    const { all } = await answer(one, minerX)
    const played = await derive([one.open, ...all])
    const planted = played.state.reported.map((answered) => ({
      ...answered,
      source: { ...answered.source, salt: bytesToHex32(plantSalt(x, secret)) }
    })) as AuditedAnswer[]
    const reputations = recordsOf(miners).map((row) => ({ ...row, rounds }))
    const state = { ...played.state, reported: planted, reputations, skills: byNode([...skills]) }
    const [of] = draw(state).drawn as [PendingAudit]
    const votesOf = of.auditors.map((node, i) => ({
      auditor: [minerY, minerZ].find(({ nodeId }) => nodeId === node) as typeof minerY,
      ...(said[i] as Omit<Said, 'auditor'>)
    }))
    const told = await votes(of, votesOf)
    const opening = encodeResultMessage({ type: 'audit-plant', subject: of.subject, secret: opens })
    const items = [...(isUntold ? told.filter((_, i) => i % 2 === 0) : told), await seal(minerX, 'result', opening)]
    const own = { ...plantParams, audit: { ...plantParams.audit, windowMs: 1 } }
    const { input } = await epoch(state, agreed({ items }), played.cid, { ...withDraw, params: own })
    return { of, ...deriveReport(input) }
  }
  const rowOf = ({ honesty }: Pick<LedgerState, 'honesty'>, node: NodeId) => honesty.find((row) => row.node === node)

  it('that auditors find say nothing against their miner, and count as one audit done', async () => {
    const { report, state } = await sealedWith([{ vote: 'invalid' }, { vote: 'invalid' }])
    expect(report.audits).toMatchObject([{ miner: x, verdict: 'invalid', isPlanted: true }])
    expect(rowOf(state, x)).toMatchObject({ plants: 1, contradictions: 0, checks: 0 })
    expect(auditWork(report.audits).get(x)).toBe(1n)
    expect(auditWork(report.audits).size).toBe(3)
  })

  it('that an auditor finds valid become a dispute, and cost its seat when they are upheld', async () => {
    for (const said of [[{ vote: 'valid' }, { vote: 'invalid' }] as const, [{ vote: 'valid' }, { vote: 'valid' }] as const]) {
      const { report } = await sealedWith(said)
      expect(report.audits).toEqual([])
      expect(report.state.pending).toMatchObject([{ round: 1, isPlanted: true, earlier: said }])
    }
    const [y, z] = [minerY.nodeId, minerZ.nodeId]
    const { report } = await sealedWith([{ vote: 'invalid' }, { vote: 'invalid' }])
    const upheld: AuditOutcome = {
      ...(report.audits[0] as AuditOutcome),
      votes: [
        { auditor: y, vote: 'valid' },
        { auditor: z, vote: 'invalid' },
        { auditor: x, vote: 'invalid' }
      ]
    }
    const honesty = updateHonesty([], [upheld])
    expect(honesty.find(({ node }) => node === y)).toMatchObject({ isUnseated: true, contradictions: 1 })
    expect(honesty.find(({ node }) => node === z)?.isUnseated ?? false).toBe(false)
    expect(auditWork([upheld]).get(y)).toBeUndefined()
    const { state } = await answered()
    expect(draw({ ...state, honesty: byNode([...honesty]) }).drawn[0]?.auditors).toEqual([z])
    // A miner that calls an honest answer a plant harms nobody but itself: it has one plant less.
    expect(updateHonesty([], [{ ...upheld, verdict: 'valid' }]).find(({ node }) => node === y)?.isUnseated ?? false).toBe(false)
  })

  it('cost the seat of who keeps back its vote after it has heard of them', async () => {
    const { of, report } = await sealedWith([{ vote: 'invalid' }, { vote: 'invalid' }], { isUntold: true })
    expect(report.state.pending).toMatchObject([
      { round: 1, isPlanted: true, earlier: of.auditors.map(() => ({ vote: 'untold' })) }
    ])
    const [first, second] = of.auditors as [NodeId, NodeId]
    const found = (await sealedWith([{ vote: 'invalid' }, { vote: 'invalid' }])).report.audits[0] as AuditOutcome
    const votes: CountedVote[] = [
      { auditor: first, vote: 'untold' },
      { auditor: second, vote: 'invalid' },
      { auditor: x, vote: 'invalid' }
    ]
    expect(rowOf({ honesty: updateHonesty([], [{ ...found, votes }]) }, first)).toMatchObject({ isUnseated: true })
  })

  it.each([
    ['one of two auditors', 'invalid', [{ vote: 'withheld' }, { vote: 'invalid' }]],
    ['both auditors', 'withheld', [{ vote: 'withheld' }, { vote: 'withheld' }]]
  ] as const)('pay nothing to who says that nothing was shown, be it %s, and cost no seat', async (_who, verdict, said) => {
    // Whether it was shown, its miner alone knows: a seat that this costs, a miner could take of whomever it does not like.
    const { of, report, state } = await sealedWith(said)
    expect(report.audits).toMatchObject([{ miner: x, verdict, isPlanted: true }])
    const work = auditWork(report.audits)
    expect(of.auditors.map((node) => work.get(node))).toEqual(said.map(({ vote }) => (vote === 'invalid' ? 1n : undefined)))
    expect(of.auditors.map((node) => rowOf(state, node)?.isUnseated ?? false)).toEqual([false, false])
  })

  it('are no excuse without the secret, or for more rounds than the network allows', async () => {
    for (const how of [{ opens: hashOf('another') }, { rounds: 1 }]) {
      const { report, state } = await sealedWith([{ vote: 'invalid' }, { vote: 'invalid' }], how)
      expect(report.audits).toMatchObject([{ verdict: 'invalid', isPlanted: false }])
      expect(rowOf(state, x)).toMatchObject({ plants: 0, contradictions: 1 })
    }
    expect(plantsLeft({ rounds: 400 }, { plants: 3 }, { plantBps: 250 })).toBe(7)
    expect(plantsLeft({ rounds: 40 }, { plants: 3 }, { plantBps: 250 })).toBe(0)
  })
})
