import type { AgreementVerdict, NodeId } from '@cortensor/interface'
import { QUIZ_CATEGORIES, type QuizOutcome, type RoundOpen } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { challengePlace, datasetRows, explainRounds, isOpenAnswerer, OPEN_TEMPLATE, openChallenge } from '../src/index.js'
import { agreementsOf } from '../src/report/agreements.js'
import { quizWeights } from '../src/report/rewards.js'
import { bound, derive } from './bound-world.js'
import { agreed, answer, epoch, hex32Of, miners, minerX, minerY, minerZ, params, round } from './world.js'

const withOpen = (openAnswerers: number) => ({ ...params, quiz: { ...params.quiz, openAnswerers } })
const [x, y, z] = [minerX.nodeId, minerY.nodeId, minerZ.nodeId]
const RIVER = 'A river is water that flows from a hill to the sea.'
const NONSENSE = 'zzz qqq 77 #!'

describe('open challenges', () => {
  it('are the same for all, follow from the seed, and fit a round', async () => {
    const { round: open } = await round(bound)
    const asked = Array.from({ length: 400 }, (_, i) => openChallenge({ ...open, seedBlockHash: hex32Of(`block ${i}`) }))
    expect(openChallenge({ ...open, openedMs: 1 })).toEqual(openChallenge(open))
    expect(new Set(asked.map(({ category }) => category))).toEqual(new Set(QUIZ_CATEGORIES))
    expect(new Set(asked.map(({ question }) => question)).size).toBeGreaterThan(80)
    expect(asked.every(({ maxTokens, question }) => maxTokens <= open.maxAnswerTokens && question.length <= 100)).toBe(true)
    expect(openChallenge({ ...open, maxAnswerTokens: 8 }).maxTokens).toBe(8)
  })

  it('are answered by about as many as the network says, in liveness rounds', async () => {
    const { round: open } = await round(bound, { nodes: 2_000 })
    const drawn = (of: RoundOpen, most: number): number =>
      Array.from({ length: 2_000 }, (_, i) => `node ${i}` as NodeId).filter((node) => isOpenAnswerer(of, node, withOpen(most)))
        .length
    // 32 with a deviation of 5.6.
    expect(drawn(open, 32)).toBeGreaterThan(10)
    expect(drawn(open, 32)).toBeLessThan(56)
    expect([drawn(open, 0), drawn({ ...open, level: 2 }, 32), drawn({ ...open, nodes: 32 }, 32)]).toEqual([0, 0, 2_000])
  })

  const played = async (said: Record<'x' | 'y' | 'z', string | undefined>, openAnswerers = 32) => {
    const one = await round(bound)
    const items = [one.open]
    for (const [name, miner] of [['x', minerX] as const, ['y', minerY] as const, ['z', minerZ] as const]) {
      const open = said[name]
      items.push(...(await answer(one, miner, open === undefined ? {} : { open })).all)
    }
    const derived = await derive(items, bound, { params: withOpen(openAnswerers) })
    const of = (node: NodeId) => derived.report.outcomes.find(({ miner }) => miner === node)
    return { ...derived, round: one, items, of }
  }

  it('are judged by the answer in the middle of all', async () => {
    const { of } = await played({ x: RIVER, y: RIVER, z: NONSENSE })
    expect(of(x)?.agreement).toEqual({ verdict: 'agree', similarityMicro: 1_000_000 })
    expect(of(y)?.agreement).toEqual({ verdict: 'agree', similarityMicro: 1_000_000 })
    expect(of(z)?.agreement?.verdict).toBe('disagree')
    // Skill is of the items alone.
    expect([x, y, z].map((node) => of(node)?.scores.map(({ asked, correct }) => [asked, correct]))).toEqual(
      Array(3).fill([
        [2, 2],
        [2, 2],
        [2, 2]
      ])
    )
  })

  it('need no answer, and one without a word is none', async () => {
    const { of } = await played({ x: RIVER, y: undefined, z: ' \n' })
    expect([of(x), of(y), of(z)].map((outcome) => outcome?.status)).toEqual(Array(3).fill('scored'))
    expect(of(x)?.agreement?.verdict).toBe('inconclusive')
    expect([of(y)?.agreement, of(z)?.agreement]).toEqual([null, null])
  })

  it('answered by who was not drawn for them are malformed', async () => {
    const { of } = await played({ x: RIVER, y: undefined, z: undefined }, 0)
    expect(of(x)).toMatchObject({ status: 'malformed', agreement: null })
    expect(of(y)?.status).toBe('scored')
  })

  it('pay little, and only for agreement', () => {
    const outcome = (miner: NodeId, verdict: AgreementVerdict | null): QuizOutcome => ({
      ...{ roundId: 'r' as QuizOutcome['roundId'], miner, model: null, status: 'scored', scores: [] },
      ...{ throughput: null, shown: null, agreement: verdict === null ? null : { verdict, similarityMicro: 500_000 } }
    })
    const weights = quizWeights(
      { outcomes: [outcome(x, 'agree'), outcome(y, 'disagree'), outcome(z, null)], authors: [], panels: new Map(), skills: [] },
      () => 1
    )
    expect([x, y, z].map((node) => weights.get(node))).toEqual([250_000n, 0n, 0n])
  })

  it('stand in explanations and datasets as in the report', async () => {
    const { report, round: one, input } = await explained()
    const [found] = explainRounds({ report, items: input })
    const { category, question } = openChallenge(one.round)
    expect(found?.challenge).toMatchObject({ question, category, item: challengePlace(one.round) })
    expect(found?.challenge?.answers.map(({ node, text, verdict }) => [node, text, verdict])).toEqual(
      [
        [x, RIVER, 'agree'],
        [y, RIVER, 'agree'],
        [z, NONSENSE, 'disagree']
      ].toSorted()
    )
    const rows = datasetRows([found!], { license: 'CC0-1.0', report: 'report' as never, opinions: [] }).filter(
      ({ answer }) => answer === null
    )
    expect(rows.map(({ template, question }) => [template, question])).toEqual(Array(3).fill([OPEN_TEMPLATE, question]))
    expect(rows.flatMap(({ answers }) => answers.map(({ node, verdict }) => [node, verdict]))).toEqual(
      [
        [x, 'agree'],
        [y, 'agree'],
        [z, 'disagree']
      ].toSorted()
    )
    const outcomes = report.outcomes.map((outcome) =>
      outcome.miner === z ? { ...outcome, agreement: { verdict: 'agree' as const, similarityMicro: 1_000_000 } } : outcome
    )
    expect(() => explainRounds({ report: { ...report, outcomes }, items: input })).toThrow('not that of its answer')
  })

  it('are judged the same whatever the order, and a minority moves nobody', () => {
    const text = fc.constantFrom(RIVER, NONSENSE, 'A river flows.', 'no idea', ' ', '')
    const open = {
      prev: bound.digest,
      seedBlock: 3,
      seedBlockHash: bound.digest,
      epoch: 2,
      view: 0,
      index: 0,
      maxAnswerTokens: 96,
      authored: [] as Uint8Array[]
    } as RoundOpen
    fc.assert(
      fc.property(fc.array(text, { maxLength: 9 }), (texts) => {
        const given = texts.map((text, i) => ({ node: `node ${i}` as NodeId, text }))
        const found = agreementsOf(open, given)
        expect(agreementsOf(open, given.toReversed())).toEqual(found)
        expect([...found.keys()].toSorted()).toEqual(given.filter(({ text }) => text.trim() !== '').map(({ node }) => node))
        const honest = Array.from({ length: found.size + 1 }, (_, i) => ({ node: `honest ${i}` as NodeId, text: RIVER }))
        const together = agreementsOf(open, [...given, ...honest])
        expect(honest.every(({ node }) => together.get(node)?.verdict === 'agree' || honest.length < 2)).toBe(true)
      }),
      { numRuns: 60 }
    )
  })

  async function explained() {
    const one = await round(bound)
    const said = [RIVER, RIVER, NONSENSE]
    const all = await Promise.all(miners.map((miner, i) => answer(one, miner, { open: said[i] as string })))
    const items = [one.open, ...all.flatMap((given) => given.all)]
    const { input } = await epoch(bound, agreed({ items }))
    const { report } = await derive(items, bound, { params: withOpen(32) })
    return { report, round: one, input: input.items }
  }
})
