import { SWARM_PARAMS } from '@cortensor/config'
import { falseWindowLeaf } from '@cortensor/contracts'
import { bytesToHex32, hex32ToBytes, verifyMerkleProof } from '@cortensor/crypto'
import type { Address, EpochNumber, FalseWindow, ModelId, NodeId, SessionId, TaskId } from '@cortensor/interface'
import { slashingProof } from '@cortensor/proofs'
import {
  type AuditedAnswer,
  type AuditOutcome,
  type AuditReveal,
  type AuditVote,
  auditCommitment,
  type CountedVote,
  encodeResultMessage,
  type LedgerState,
  type NodeHonesty,
  type NodeSkill,
  type PendingAudit,
  plantSalt
} from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { auditWork } from '../src/audit/refund.js'
import {
  deriveReport,
  drawAudits,
  explainLevel,
  explainReward,
  isDrawn,
  isInAlarm,
  plantsLeft,
  updateHonesty
} from '../src/index.js'
import { bound, derive, proved } from './bound-world.js'
import {
  agreed,
  anchor,
  answer,
  epoch,
  hashOf,
  hex32Of,
  MODEL,
  miners,
  minerX,
  minerY,
  minerZ,
  params,
  recordsOf,
  round,
  seal,
  task
} from './world.js'

const blockHash = hex32Of('draw')
const audit = SWARM_PARAMS.audit
const skillOf = (node: NodeId, model: ModelId = MODEL): NodeSkill => ({
  ...{ node, model, category: 'logic', meanMilli: 0, sdMilli: 500, priorMilli: 0, epoch: 1 as EpochNumber, items: 4 }
})
const ejected = (node: NodeId): NodeHonesty => ({
  ...{ node, checks: 2, contradictions: 2, verifiedTokens: 0, evidence: 1n, plants: 0 },
  ...{ isUnseated: false, isEjected: true }
})
const byNode = <T extends { node: NodeId }>(rows: T[]): T[] => rows.sort((a, b) => (a.node < b.node ? -1 : 1))
const skills = byNode([minerX, minerY, minerZ].map(({ nodeId }) => skillOf(nodeId)))

/** The state after an epoch that reported one answer of miner X. */
async function answered(): Promise<{ state: LedgerState; result: AuditedAnswer }> {
  const { state } = await derive((await task({ name: 'audited' })).all)
  return { state: { ...state, skills }, result: state.reported[0] as AuditedAnswer }
}

const draw = (state: LedgerState) => drawAudits({ params: audit, state, blockHash })

describe('the draw of audits', () => {
  it('asks two other operators that were measured with the model, the same for everybody', async () => {
    const { result, state } = await answered()
    const { drawn, undecided } = draw(state)
    expect(undecided).toEqual([])
    expect(drawn).toMatchObject([{ ...result, epoch: state.epoch, round: 0, drawnMs: state.cutoffMs }])
    expect(drawn[0]?.auditors.toSorted()).toEqual([minerY.nodeId, minerZ.nodeId].sort())
    expect(draw(structuredClone(state))).toEqual(draw(state))
  })

  it('asks nobody who has another model, was ejected, or is not bound', async () => {
    const { state } = await answered()
    const [, y, z] = [minerX, minerY, minerZ].map(({ nodeId }) => nodeId) as [NodeId, NodeId, NodeId]
    expect(draw({ ...state, honesty: [ejected(y)] }).drawn[0]?.auditors).toEqual([z])
    const other = state.skills.map((skill) => (skill.node === z ? { ...skill, model: 'ff'.repeat(32) as ModelId } : skill))
    expect(draw({ ...state, skills: other }).drawn[0]?.auditors).toEqual([y])
    expect(draw({ ...state, bindings: state.bindings.filter(({ node }) => node === minerX.nodeId) }).drawn).toEqual([])
    expect(drawAudits({ params: { ...audit, auditors: 0 }, state, blockHash }).drawn).toEqual([])
  })

  it('takes every answer of a newcomer, and a share of 2000 / (2000 + verified), at least 5 %, of others', () => {
    const step = 2n ** 48n / 20_000n
    const shareOf = (verified: number): number =>
      Array.from({ length: 20_000 }, (_, i) => isDrawn(step * BigInt(i), verified, audit)).filter(Boolean).length / 20_000
    expect([0, 2_000, 6_000, 38_000, 1_000_000].map(shareOf)).toEqual([1, 0.5, 0.25, 0.05, 0.05].map((x) => expect.closeTo(x, 3)))
  })
})

const sample = new Uint8Array(new Float32Array(32).fill(3).buffer)
const otherSample = new Uint8Array(new Float32Array(32).fill(9).buffer)

interface Said {
  auditor: typeof minerY
  vote: AuditVote
  window?: number
  isExact?: boolean
  sample?: Uint8Array
  /** Opens no promise. */
  isBroken?: boolean
}

async function votes(of: PendingAudit, said: readonly Said[]): Promise<Uint8Array[]> {
  const { miner, round, subject } = of
  const sealed = said.map(async ({ auditor, isBroken, isExact = false, vote, window = null, sample: own = sample }) => {
    const reveal: AuditReveal = { subject, miner, round, salt: hashOf(auditor.nodeId), vote, window, isExact, sample: own }
    const commitment = isBroken === true ? hex32Of('another') : auditCommitment(auditor.nodeId, reveal)
    return [
      await seal(auditor, 'result', encodeResultMessage({ type: 'audit-precommit', subject, miner, round, commitment })),
      await seal(auditor, 'result', encodeResultMessage({ type: 'audit-reveal', ...reveal }))
    ]
  })
  return (await Promise.all(sealed)).flat()
}

const withDraw = { anchor: { ...anchor, draw: { number: 9, hash: blockHash } } }

/** The epoch after the answer, with these votes. */
async function judged(said: readonly Said[], isOver = true, exactWindows = true) {
  const { state } = await answered()
  const [of] = draw(state).drawn
  const items = await votes(of as PendingAudit, said)
  const own = { ...params, audit: { ...params.audit, exactWindows, windowMs: isOver ? 1 : 86_400_000 } }
  const { input } = await epoch(state, agreed({ items }), null, { ...withDraw, params: own })
  return deriveReport(input)
}

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
    // To claim that nothing was shown, where it was, is neither paid nor held against who could not reach the miner.
    const shown = outcome('valid', withheld.votes)
    expect(updateHonesty([], [shown]).map(({ node }) => node)).toEqual([minerX.nodeId])
    expect([...auditWork([shown]).keys()]).toEqual([minerZ.nodeId])
    expect([...auditWork([withheld]).keys()].sort()).toEqual([minerY.nodeId, minerZ.nodeId].sort())
  })

  it('count against whoever an answer or a vote refutes; twice is enough to be paid nothing more', () => {
    const once = updateHonesty([], [outcome('invalid', [{ auditor: minerY.nodeId, vote: 'valid' }])])
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
        { auditor: z, vote: 'invalid' }
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
      { auditor: second, vote: 'invalid' }
    ]
    expect(rowOf({ honesty: updateHonesty([], [{ ...found, votes }]) }, first)).toMatchObject({ isUnseated: true })
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

it('a block that nobody knew decides: another one draws otherwise', async () => {
  const { result, state } = await answered()
  const seen = new Set(
    Array.from({ length: 20 }, (_, i) =>
      draw({ ...state, digest: hex32Of(`digest ${i}`) })
        .drawn.map(({ auditors }) => auditors.join())
        .join()
    )
  )
  expect(seen.size).toBeGreaterThan(1)
  expect(hex32ToBytes(result.subject)).toHaveLength(32)
})
