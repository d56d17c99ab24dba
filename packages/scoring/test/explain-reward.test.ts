import type { Address, EpochNumber, NodeId, SessionId, TaskId } from '@cortensor/interface'
import type {
  AnchoredSession,
  AuthoredRound,
  NodeSkill,
  NodeThroughput,
  QuizOutcome,
  Report,
  ReportedResult,
  Settlement
} from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveReport, explainReward, initialLedger } from '../src/index.js'
import { moveMoney } from '../src/report/money.js'
import { mergeDues } from '../src/report/settlements.js'
import {
  agreed,
  answer,
  epoch,
  GENESIS_MS,
  miners,
  minerX,
  minerY,
  minerZ,
  params,
  presence,
  recordsOf,
  round,
  task
} from './world.js'

const unexplained = { code: 'SCORING_REWARD_UNEXPLAINED' }
const nodes = Array.from({ length: 8 }, (_, i) => `node ${i}` as NodeId)
/** Two nodes an operator. */
const payable = new Map(nodes.map((node, i) => [node, `operator ${i >> 1}` as Address]))

const someNode = fc.constantFrom(...nodes)
const outcome = fc.record({ miner: someNode, isScored: fc.boolean(), asked: fc.integer({ min: 1, max: 8 }), share: fc.nat(8) })
const history = fc.record({
  paidMs: fc.nat(600_000),
  micro: fc.bigInt({ min: 0n, max: 10n ** 9n }),
  present: fc.uniqueArray(someNode),
  outcomes: fc.array(outcome, { maxLength: 20 }),
  capacity: fc.array(fc.nat(2_000), { minLength: nodes.length, maxLength: nodes.length }),
  results: fc.array(fc.tuple(someNode, fc.nat(5_000)), { maxLength: 20 }),
  before: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  dues: fc.array(fc.tuple(someNode, fc.bigInt({ min: 1n, max: 10n ** 9n })), { maxLength: 6 }),
  paidQuarters: fc.nat(4),
  authors: fc.array(fc.tuple(someNode, someNode), { maxLength: 3 })
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

/** The part of a report that rewards depend on. */
function reportOf({ authors, before, capacity, dues, present, micro, outcomes, paidMs, paidQuarters, results }: History) {
  const own = { ...params, reward: { ...params.reward, microPerSecond: micro } }
  const scored = outcomes.map(({ asked, isScored, miner, share }, i): QuizOutcome => {
    const scores = [{ category: 'logic' as const, asked, correct: Math.min(asked, share), abilityMilli: 0 }]
    const status = isScored ? 'scored' : 'no_reveal'
    return {
      roundId: `round ${i}` as QuizOutcome['roundId'],
      miner,
      model: null,
      status,
      scores,
      throughput: null,
      shown: null,
      agreement: null
    }
  })
  const written = authors.map(
    ([creator, preparer], i): AuthoredRound => ({
      ...{ epoch: 2 as EpochNumber, roundId: `round ${i}` as AuthoredRound['roundId'], creator, preparer },
      ...{ category: 'facts', topic: 'what a capital is', subTopic: `city ${i}`, isAccepted: true }
    })
  )
  const session = '07'.padStart(64, '0') as SessionId
  const counted = results.map(([miner, completionTokens], i) => {
    const rest = { taskId: `task ${i}` as TaskId, transcript: `transcript ${i}`, router: 'router', model: 'model' }
    return { ...rest, miner, completionTokens, session, priceMicroPerKilotoken: 1_000 } as unknown as ReportedResult & {
      priceMicroPerKilotoken: number
    }
  })
  const merged = mergeDues(dues.map(([node, amount]) => ({ node, operator: payable.get(node) as Address, amount })))
  const spent = merged.reduce((sum, { amount }) => sum + amount, 0n)
  const settlements: Settlement[] = spent === 0n ? [] : [{ session, spent, final: spent, credited: 0n, dues: merged }]
  const prevState = { cumulative: before === 0n ? [] : [{ operator: 'operator 0' as Address, amount: before }], settlements }
  const anchored: AnchoredSession = {
    ...{ session, routers: ['router' as NodeId], model: null, maxPrice: 10n ** 9n, balance: 10n ** 12n, lastEpoch: null },
    paid: (spent * BigInt(paidQuarters)) / 4n
  }
  const anchor = { sessions: [anchored], funding: { funded: 2n ** 62n, maxRewardPerSecond: 2n ** 40n, genesisMs: 0 } }
  const cutoffMs = GENESIS_MS
  const skills = nodes.map((node, i) => ({ node, category: 'logic', meanMilli: 300 * i - 1_000, sdMilli: 500 }) as NodeSkill)
  const throughputs = nodes.map((node, i): NodeThroughput => {
    const rightTokens = capacity[i] ?? 0
    return { node, epoch: 2 as EpochNumber, games: 3, answeredTokens: rightTokens, rightTokens }
  })
  const money = moveMoney({
    ...{ params: own, epoch: 2 as EpochNumber, cutoffMs, paidMs, state: prevState, anchor, miners: payable, routers: new Map() },
    ...{
      oracles: [{ nodeId: 'oracle' as NodeId, operator: 'operator o' as Address }],
      present: new Set(present),
      outcomes: scored,
      authors: written.flatMap(({ creator, preparer }) => [creator, preparer]),
      panels: new Map(),
      skills,
      throughputs
    },
    results: counted,
    audits: [],
    pending: []
  })
  const report = {
    epoch: 2 as EpochNumber,
    observations: [Uint8Array.of(1), Uint8Array.of(2)],
    ...{ anchor, paidMs, outcomes: scored, audits: [], opinions: [], results: money.results, rewards: money.rewards },
    state: {
      cutoffMs,
      skills,
      throughputs,
      reputations: recordsOf(nodes.map((nodeId) => ({ nodeId }))),
      honesty: [],
      commissions: [],
      authored: written,
      slashings: [],
      cumulative: money.cumulative,
      settlements: money.settlements
    }
  } as unknown as Report
  return { report, prevState, params: own }
}

/** More than rounding: twice of it is another amount. */
const LEAST_EMISSION = 1_000n

describe('the explanation of a reward', () => {
  it("adds up to the report's reward and to the operator's sum, to the unit, for every node", () => {
    fc.assert(
      fc.property(history, (history) => {
        const init = reportOf(history)
        for (const node of [...nodes, 'stranger' as NodeId]) {
          const explained = explainReward({ ...init, node })
          const entry = init.report.rewards.find((one) => one.node === node)
          expect(explained.total).toBe((entry?.base ?? 0n) + (entry?.quiz ?? 0n) + (entry?.work ?? 0n))
          expect(explained.cumulative.before + explained.cumulative.added).toBe(explained.cumulative.after)
          for (const { amount, due, owed, credited } of explained.work.credits) {
            const exact = (credited * due) / owed
            expect(amount - exact === 0n || amount - exact === 1n).toBe(true)
          }
          for (const { amount, pot, totalWeight, weight } of [explained.base, explained.quiz]) {
            const exact = totalWeight === 0n ? 0n : (pot * weight) / totalWeight
            expect(amount - exact === 0n || amount - exact === 1n).toBe(true)
          }
        }
      }),
      { numRuns: 100 }
    )
  })

  it('is refused when the report says a unit more or less, or other parameters are given', () => {
    fc.assert(
      fc.property(history, fc.constantFrom('base', 'quiz', 'work'), fc.constantFrom(1n, -1n), (history, part, change) => {
        const init = reportOf({ ...history, present: [...nodes], micro: 1_000_000n, paidMs: 60_000, before: 0n })
        const [first, ...others] = init.report.rewards as [Report['rewards'][number]]
        const report = { ...init.report, rewards: [{ ...first, [part]: first[part as 'base'] + change }, ...others] }
        expect(() => explainReward({ ...init, report, node: first.node })).toThrow(expect.objectContaining(unexplained))
        // Who has nothing of the emission is paid the same at any rate of it.
        if (first.base + first.quiz > LEAST_EMISSION) {
          const other = { ...init.params, reward: { ...init.params.reward, microPerSecond: 2_000_000n } }
          expect(() => explainReward({ ...init, params: other, node: first.node })).toThrow(expect.objectContaining(unexplained))
        }
      }),
      { numRuns: 50 }
    )
  })

  it('names the evidence in a report that was derived', async () => {
    const presences = await Promise.all(miners.map(presence))
    const genesis = { ...initialLedger(GENESIS_MS), reputations: recordsOf(miners.slice(0, 2)) }
    const first = deriveReport((await epoch(genesis, agreed({ items: presences }))).input)
    const [opened, done] = [await round(first.state), await task({ name: 'one', miner: minerX, tokens: 40 })]
    const answered = await Promise.all([answer(opened, minerX), answer(opened, minerY, { wrong: 2 })])
    const items = [...done.all, opened.open, ...answered.flatMap(({ all }) => all)]
    const { report } = deriveReport((await epoch(first.state, agreed({ items }), first.cid)).input)
    const explain = (node: NodeId) => explainReward({ report, prevState: first.state, node, params })
    const x = explain(minerX.nodeId)
    expect(x.work.evidence).toMatchObject([{ taskId: done.taskId, completionTokens: 40 }])
    expect(x.work.amount).toBe(0n)
    expect(x.quiz.evidence).toMatchObject([{ roundId: opened.roundId, status: 'scored' }])
    expect(x.quiz.amount > explain(minerY.nodeId).quiz.amount).toBe(true)
    expect(x.base.evidence).toHaveLength(report.observations.length)
    expect(x.cumulative.before > 0n).toBe(true)
    expect(x.assessed).toMatchObject({ standing: 'qualified', rounds: 10 })
    const z = explain(minerZ.nodeId)
    expect([z.assessed.standing, z.base.amount, z.total]).toEqual(['in-test', 0n, 0n])
    const records = report.state.reputations.map((row) => ({ ...row, rounds: 1 }))
    const forged = { ...report, state: { ...report.state, reputations: records } }
    expect(() => explainReward({ report: forged, prevState: first.state, node: minerX.nodeId, params })).toThrow(
      expect.objectContaining(unexplained)
    )
  })
})
