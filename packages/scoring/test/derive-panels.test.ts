import { type NodeId, ROLE_BITS, type Signer } from '@cortensor/interface'
import { type LedgerState, type OpenPanel, panelIdOf, type Report } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { datasetRows, deriveReport, explainReward, explainRounds, isJudge, type ReportInput } from '../src/index.js'
import { bound, excludedFrom, first } from './bound-world.js'
import { ballotOf, JUDGES, nodeNamed, type Says, sealBallot, skilled, skillOf, standing } from './panel-world.js'
import { agreed, anchor, answer, epoch, MODEL, measuresOf, minerX, minerY, minerZ, params, recordsOf, round } from './world.js'

const newcomers = ['f', 'g', 'h'].map((name) => nodeNamed(`newcomer ${name}`))
/** A judge of the operator of an answerer, and two of one operator. */
const ofAnswerer = nodeNamed('judge of x', 'operator miner x')
const second = nodeNamed('second judge a', 'operator judge a')
const answering = [minerX, minerY, minerZ]
const all = [...answering, ...JUDGES, ...newcomers, ofAnswerer, second]
const own = { ...params, quiz: { ...params.quiz, openAnswerers: 32, judgeSeats: 7, trialSeats: 2 } }
const registrations = all.map(({ nodeId, operator }) => ({ operator, node: nodeId, roles: ROLE_BITS.miner }))
const proven = [...JUDGES, ofAnswerer, second]
const sorted = <T extends { node: NodeId }>(rows: readonly T[]): T[] => rows.toSorted((a, b) => (a.node < b.node ? -1 : 1))

const state: LedgerState = {
  ...bound,
  bindings: sorted(all.map(({ nodeId, operator }) => ({ node: nodeId, operator }))),
  reputations: recordsOf(all),
  skills: sorted([...proven, ...newcomers].map(({ nodeId }) => skillOf(nodeId))),
  judges: sorted(proven.map(({ nodeId }) => standing(nodeId)))
}
const TEXTS = ['A river is water that flows to the sea.', 'Rivers flow.', 'zzz 77']
const worth = (text: string): number => -TEXTS.indexOf(text)

const derive = async (items: readonly Uint8Array[], of: LedgerState, changes: Partial<ReportInput> = {}) => {
  const facts = { params: own, anchor: { ...anchor, registrations }, ...changes }
  const { input } = await epoch(of, agreed({ items, measures: measuresOf(1, all) }), first.cid, facts)
  return { ...deriveReport(input), input: input.items }
}

/** The epoch in which x, y and z answer the open challenge. */
const asked = async (of = state) => {
  const one = await round(of, {}, undefined, own)
  const given = await Promise.all(answering.map((miner, i) => answer(one, miner, { open: TEXTS[i] ?? '' })))
  return { ...(await derive([one.open, ...given.flatMap((each) => each.all)], of)), round: one }
}

const drawn = await asked()
const [panel] = drawn.report.state.panels as [OpenPanel]
const signerOf = (node: NodeId): Signer => all.find(({ nodeId }) => nodeId === node) as Signer
const ballotsOf = (of: OpenPanel, says: (node: NodeId) => Says = (node) => skilled(of, node, worth)) =>
  Promise.all([...of.judges, ...of.tried].map((node) => sealBallot(signerOf(node), ballotOf(of, node, says(node)))))
const shareOf = ({ rewards }: Report, { nodeId }: Signer): bigint => rewards.find(({ node }) => node === nodeId)?.quiz ?? 0n

describe('the panel of a round', () => {
  it('is drawn when the round counts: judges with a weight, none of an answerer, an operator one seat', () => {
    expect(drawn.report.opinions).toEqual([])
    expect(panel).toMatchObject({ roundId: drawn.round.roundId, epoch: 2, drawnMs: drawn.report.state.cutoffMs })
    expect(panel.answers.map(({ nodes, text }) => [TEXTS.indexOf(text), nodes]).toSorted()).toEqual(
      answering.map(({ nodeId }, i) => [i, [nodeId]])
    )
    expect(panel.judges).toHaveLength(5)
    expect(panel.judges).not.toContain(ofAnswerer.nodeId)
    expect(new Set(panel.judges.map((node) => signerOf(node).operator)).size).toBe(5)
    expect(panel.tried).toHaveLength(2)
    expect(panel.tried.every((node) => newcomers.some(({ nodeId }) => nodeId === node))).toBe(true)
  })

  it('has no seats where judges have earned no weight, and then tries some and tells nobody the answers', async () => {
    const { report } = await asked({ ...state, judges: [] })
    const [row] = report.state.panels
    expect(row).toMatchObject({ question: '', answers: [], judges: [] })
    expect(row?.tried).toHaveLength(2)
    const few = await asked({ ...state, judges: state.judges.slice(0, 2) })
    expect(few.report.state.panels[0]?.judges).toEqual([])
    const off = { ...own, quiz: { ...own.quiz, judgeSeats: 0, trialSeats: 0 } }
    expect((await derive([], state, { params: off })).report.state.panels).toEqual([])
  })

  it('says in the next report which answers are better, which adds a little to their share, and measures all of its judges', async () => {
    const { input, report } = await derive(await ballotsOf(panel), drawn.state)
    const scoreOf = (miner: Signer) => report.opinions[0]?.answers.find(({ nodes }) => nodes[0] === miner.nodeId)?.scoreMilli
    expect(answering.map(scoreOf)).toEqual([1_000, 0, -1_000])
    expect(report.state.panels).toEqual([])
    expect(report.state.judges.filter(({ asked }) => asked === 44)).toHaveLength(5)
    expect(report.state.judges.filter(({ asked }) => asked === 4).map(({ node }) => node)).toEqual(panel.tried.toSorted())
    // Nobody has played in this epoch: all of the pot is the judges', and the fiftieth of a round of the best answer.
    const [judge] = panel.judges.map(signerOf) as [Signer]
    expect([minerY, minerZ].map((miner) => shareOf(report, miner))).toEqual([0n, 0n])
    expect(shareOf(report, judge)).toBeGreaterThan(0n)
    expect(shareOf(report, minerX) * 5n).toBeLessThanOrEqual(2n * (shareOf(report, judge) + 1n))
    const explain = (miner: Signer) => explainReward({ report, node: miner.nodeId, params: own, prevState: drawn.state })
    const { roundId } = panel
    expect(explain(minerX).panels).toEqual([{ roundId, part: 'answer', scoreMilli: 1_000, status: null }])
    expect(explain(judge).panels).toEqual([{ roundId, part: 'judge', scoreMilli: null, status: 'counted' }])
    // What judges said is audited like answers, under a name of its own.
    const audited = report.state.reported.filter(({ subject }) => subject === panelIdOf(roundId))
    expect(audited.map(({ miner }) => miner).toSorted()).toEqual([...panel.judges, ...panel.tried].toSorted())
    const rounds = explainRounds({ report: drawn.report, items: drawn.input })
    const rows = datasetRows(rounds, { license: 'CC0-1.0', report: drawn.cid, opinions: report.opinions })
    const challenge = rows.filter(({ answer: right }) => right === null).flatMap(({ answers }) => answers)
    expect(new Map(challenge.map(({ node, scoreMilli }) => [node, scoreMilli]))).toEqual(
      new Map(answering.map(({ nodeId }, i) => [nodeId, 1_000 - 1_000 * i]))
    )
    expect(rows.filter(({ answer: right }) => right !== null).every(({ answers: [one] }) => one?.scoreMilli === null)).toBe(true)
    expect(input.every(({ kind }) => kind === 'ballot')).toBe(true)
  })

  it('does not keep its round waiting, and ends without the ballots that never come', async () => {
    expect(drawn.report.outcomes.filter(({ status }) => status === 'scored')).toHaveLength(3)
    const { report } = await derive([], drawn.state)
    expect(report.state.panels).toEqual([])
    expect(report.opinions[0]?.ballots.map(({ status }) => status)).toEqual(Array(7).fill('silent'))
    expect(report.opinions[0]?.answers.map(({ scoreMilli }) => scoreMilli)).toEqual([null, null, null])
    expect(report.state.judges).toEqual(state.judges)
    const slow = { ...own, deadlines: { ...own.deadlines, quizJudgeMs: 90_000 } }
    const waiting = await derive([], drawn.state, { params: slow })
    expect([waiting.report.state.panels, waiting.report.opinions]).toEqual([[panel], []])
    const [ballot] = await ballotsOf(panel)
    const next = await derive(ballot === undefined ? [] : [ballot], waiting.state, { params: slow })
    expect(next.report.opinions[0]?.ballots.filter(({ status }) => status === 'counted')).toHaveLength(1)
  })

  it('hears one ballot of each, of who was drawn, for panels that are open', async () => {
    const stranger = await sealBallot(
      ofAnswerer,
      ballotOf(panel, ofAnswerer.nodeId, () => 'A')
    )
    const ballots = await ballotsOf(panel)
    const counted = await derive([...ballots, stranger], drawn.state)
    expect(excludedFrom(counted.report, [...ballots, stranger])).toEqual([...ballots.map(() => null), 'not_allowed'])
    expect(excludedFrom((await derive(ballots, counted.state)).report, ballots)).toEqual(ballots.map(() => 'incomplete'))
  })

  it('earns nobody a weight but by four ballots without a fault', async () => {
    const small = { ...own, quiz: { ...own.quiz, judgeSeats: 0, trialSeats: 3 } }
    let of: LedgerState = { ...state, judges: [] }
    for (let i = 0; i < 4; i++) {
      const one = await round(of, {}, undefined, small)
      const opened = await derive([one.open], of, { params: small })
      const [trial] = opened.report.state.panels as [OpenPanel]
      expect(trial.tried).toHaveLength(3)
      of = (await derive(await ballotsOf(trial), opened.state, { params: small })).state
    }
    // Twelve ballots of ten nodes that may be tried, none with a fault: who had four of them has its weight, nobody else.
    expect(of.judges.reduce((sum, row) => sum + row.asked, 0)).toBe(48)
    expect(of.judges.every(({ asked: pairs, right }) => pairs === right)).toBe(true)
    expect(of.judges.map((row) => isJudge(row, MODEL))).toEqual(of.judges.map((row) => row.asked >= 16))
  })
})
