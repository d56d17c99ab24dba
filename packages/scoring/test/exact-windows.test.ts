import { falseWindowLeaf } from '@cortensor/contracts'
import { verifyMerkleProof } from '@cortensor/crypto'
import type { Address, FalseWindow, NodeId, TaskId } from '@cortensor/interface'
import { slashingProof } from '@cortensor/proofs'
import type { CountedVote, LedgerState, PendingAudit } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { deriveReport, explainReward } from '../src/index.js'
import { answered, byNode, draw, judged, type Said, sample, skills, votes, withDraw } from './audit-world.js'
import { proved } from './bound-world.js'
import { agreed, epoch, hex32Of, minerX, minerY, minerZ, params } from './world.js'

describe('windows that are false to the last bit', () => {
  const [y, z] = [minerY.nodeId, minerZ.nodeId]
  const exact = (auditor: typeof minerY, window = 1): Said => ({ auditor, vote: 'invalid', window, isExact: true })
  const against = (auditor: typeof minerY): Said => ({ auditor, vote: 'invalid', window: 1 })
  const earlier = (...all: CountedVote['vote'][]) => all.map((vote, i) => ({ auditor: [y, z][i] as NodeId, vote, sample }))
  const operator = proved.bindings.find(({ node }) => node === minerX.nodeId)?.operator

  /** The epoch in which a dispute with these votes ends. Its auditors were those of the first round, for want of others here. */
  async function disputed(
    said: readonly Said[],
    change: Partial<PendingAudit> = {},
    before: Partial<LedgerState> = {},
    exactWindows = true
  ) {
    const { state } = await answered()
    const [first] = draw(state).drawn as [PendingAudit]
    const of: PendingAudit = { ...first, round: 1, auditors: [y, z], earlier: earlier('invalid', 'invalid'), ...change }
    const own = { ...params, audit: { ...params.audit, exactWindows, windowMs: 1 } }
    const pending = { ...state, reported: [], pending: [of], ...before }
    const { input } = await epoch(pending, agreed({ items: await votes(of, said) }), null, { ...withDraw, params: own })
    return { subject: of.subject, ...deriveReport(input) }
  }

  it('go to a dispute even where both auditors agree, and are refuted without one where nobody else can judge', async () => {
    const first = await judged([exact(minerY), against(minerZ)])
    expect(first.report.audits).toEqual([])
    expect(first.report.state.pending).toMatchObject([
      { round: 1, auditors: [], earlier: [{ vote: 'invalid' }, { vote: 'invalid' }] }
    ])
    const { input } = await epoch({ ...first.state, skills }, agreed({}), null, withDraw)
    const { report, state } = deriveReport(input)
    expect(report.audits).toMatchObject([{ verdict: 'invalid', isExact: false }])
    expect(state.slashings).toEqual([])
    expect(state.honesty).toMatchObject([{ node: minerX.nodeId, contradictions: 1, isEjected: false }])
  })

  it('cost stake when two auditors of a dispute name the same one: a leaf, ejection, and an explanation', async () => {
    const { report, state, subject } = await disputed([exact(minerY), exact(minerZ)])
    const slashing = { operator, node: minerX.nodeId, subject, window: 1 }
    expect(report.audits).toMatchObject([{ verdict: 'invalid', window: 1, isExact: true }])
    expect(state.slashings).toEqual([slashing])
    const proof = slashingProof(state, slashing as FalseWindow)
    expect(verifyMerkleProof(report.rewardsRoot, falseWindowLeaf(slashing as FalseWindow), proof ?? [])).toBe(true)
    expect(state.honesty).toMatchObject([{ node: minerX.nodeId, contradictions: 1, isEjected: true }])
    const explained = explainReward({ report, prevState: proved, node: minerX.nodeId, params })
    expect(explained).toMatchObject({ audits: [{ part: 'audited', isExact: true }], slashing })
    expect(explainReward({ report, prevState: proved, node: y, params }).slashing).toBeNull()
  })

  it.each([
    ['other windows', [exact(minerY, 0), exact(minerZ, 1)], {}],
    ['one auditor alone', [exact(minerY), against(minerZ)], {}],
    ['tolerance alone', [against(minerY), against(minerZ)], {}],
    ['answers that their miner has spoilt', [exact(minerY), exact(minerZ)], { isPlanted: true }],
    [
      'answers of a round',
      [exact(minerY), exact(minerZ)],
      { source: { type: 'quiz', count: 2, digest: hex32Of('digest'), salt: hex32Of('salt') } }
    ],
    ['votes that nobody tells', [exact(minerY)], {}]
  ] as [string, Said[], Partial<PendingAudit>][])(
    'cost nothing for %s, which refute all the same',
    async (_why, said, change) => {
      const { report, state } = await disputed(said, change)
      expect(report.audits).toMatchObject([{ verdict: 'invalid', isExact: false }])
      expect(state.slashings).toEqual([])
      expect(state.honesty.some(({ isEjected }) => isEjected)).toBe(false)
    }
  )

  it('cost nothing in a dispute that finds the answer valid', async () => {
    const { report, state } = await disputed([
      { auditor: minerY, vote: 'valid' },
      { auditor: minerZ, vote: 'valid' }
    ])
    expect(report.audits).toMatchObject([{ verdict: 'valid', window: null, isExact: false }])
    expect(state.slashings).toEqual([])
  })

  it('cost nothing, and need no dispute, in a network that does not ask for them', async () => {
    const first = await judged([exact(minerY), exact(minerZ)], true, false)
    expect(first.report.audits).toMatchObject([{ verdict: 'invalid', isExact: false }])
    const { report, state } = await disputed([exact(minerY), exact(minerZ)], {}, {}, false)
    expect(report.audits).toMatchObject([{ verdict: 'invalid', isExact: false }])
    expect(state.slashings).toEqual([])
  })

  it('count once for each registration, and stay', async () => {
    const known = { operator: operator as Address, node: minerX.nodeId, subject: 'ee'.repeat(32) as TaskId, window: 7 }
    const other = { ...known, node: z }
    const { state } = await disputed([exact(minerY), exact(minerZ)], {}, { slashings: byNode([known, other]) })
    expect(state.slashings).toEqual(byNode([known, other]))
  })
})
