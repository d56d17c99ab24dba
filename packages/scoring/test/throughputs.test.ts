import type { EpochNumber, NodeId, RoundId } from '@cortensor/interface'
import { type NodeThroughput, type QuizOutcome, type RoundLevel, type RoundOpen, roundSeed } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quizItems, roundRules, UNMEASURED } from '../src/index.js'
import { markAnswers, throughputOf } from '../src/report/outcomes.js'
import { updateThroughputs } from '../src/report/throughputs.js'
import { bound, derive } from './bound-world.js'
import { answer, miners, minerX, minerY, minerZ, params, round, task } from './world.js'

const capability = { ...params, quiz: { ...params.quiz, capabilityBps: 10_000 } }
const [x, y, z] = [minerX.nodeId, minerY.nodeId, minerZ.nodeId]
const epochOf = (number: number) => number as EpochNumber
const gameOf = (name: string, level: RoundLevel = 2) => ({ roundId: name as RoundId, round: { level } as RoundOpen })
const shown = (name: string, miner: NodeId, tokens: number): QuizOutcome => ({
  ...{ roundId: name as RoundId, miner, model: null, status: 'scored', scores: [] },
  throughput: { answeredTokens: tokens, rightTokens: tokens },
  agreement: null,
  shown: null
})

describe('a capability round', () => {
  const game = () => round(bound, {}, undefined, capability)
  const under = (items: Uint8Array[], state = bound) => derive(items, state, { params: capability })

  it('counts how much was answered in time apart from how much of it was right', async () => {
    const one = await game()
    expect(one.round.level).toBe(2)
    const items = [
      one.open,
      ...(await answer(one, minerX)).all,
      ...(await answer(one, minerY, { wrong: 4 })).all,
      ...(await answer(one, minerZ, { upTo: 9 })).all
    ]
    const { report } = await under(items)
    const of = (node: NodeId) => report.outcomes.find(({ miner }) => miner === node)
    const budget = (node: NodeId, from: number, to: number): number =>
      quizItems(roundSeed(one.round), node, one.round, UNMEASURED)
        .slice(from, to)
        .reduce((sum, { maxTokens }) => sum + maxTokens, 0)
    const [all, some] = [budget(x, 0, 24), budget(z, 0, 9)]
    expect(of(x)?.throughput).toEqual({ answeredTokens: all, rightTokens: all })
    expect(of(y)?.throughput).toEqual({ answeredTokens: budget(y, 0, 24), rightTokens: budget(y, 4, 24) })
    expect(of(z)?.throughput).toEqual({ answeredTokens: some, rightTokens: some })
    // What it had no time for counts neither for nor against it.
    expect(of(z)?.scores.map(({ asked, correct }) => [asked, correct])).toEqual([
      [3, 3],
      [3, 3],
      [3, 3]
    ])
    expect(report.state.throughputs.map(({ answeredTokens, games, node }) => [node, games, answeredTokens])).toEqual(
      [
        [x, 1, Math.floor(all / 4)],
        [y, 1, Math.floor(budget(y, 0, 24) / 4)],
        [z, 1, Math.floor(some / 4)]
      ].toSorted()
    )
  })

  it('holds a quarter of the items against who shows nothing, and all that was passed over against who skips', () => {
    const open = { epoch: 1, view: 0, index: 0, openedMs: 0, seedBlock: 1, timeouts: [], authored: [] } as unknown as RoundOpen
    const seeded = { ...open, prev: bound.digest, seedBlockHash: bound.digest }
    const asked = { miner: x, round: { ...seeded, ...roundRules(seeded, capability) }, abilityOf: UNMEASURED }
    const silent = markAnswers(asked, [])
    expect(silent).toHaveLength(6)
    expect(throughputOf(asked.round, silent)).toEqual({ answeredTokens: 0, rightTokens: 0 })
    const skipping = markAnswers(asked, [{ item: 19, text: ' ' }])
    expect(skipping).toHaveLength(20)
    expect(skipping.every(({ isRight }) => !isRight)).toBe(true)
    expect(throughputOf(asked.round, skipping)).toEqual({ answeredTokens: 0, rightTokens: 0 })
  })

  it('has its deadlines from its token budget', async () => {
    const one = await game()
    const items = [one.open, ...(await answer(one, minerX)).all]
    const early = { ...capability, quiz: { ...capability.quiz, capabilityTokensPerSecond: 20 } }
    // At 20 tokens a second the same round takes two minutes, and has not ended at the cutoff.
    const { report } = await derive(items, bound, { params: early })
    expect(report.outcomes).toEqual([])
    expect(report.exclusions.map(({ reason }) => reason)).toContain('too_early')
  })

  it('that is not what its seed says does not count', async () => {
    const { open } = await round(bound, { level: 1 }, undefined, capability)
    expect((await under([open])).report.exclusions).toMatchObject([{ reason: 'not_allowed' }])
  })

  it('is what a node has to spare: paid work is no excuse', async () => {
    const one = await game()
    const first = await under([one.open, ...(await answer(one, minerX)).all, ...(await answer(one, minerY)).all])
    const next = await round(first.state, {}, undefined, capability)
    const paid = await task({ name: 'paid', miner: minerX, header: { deadlineMs: first.state.cutoffMs + 30_000 } })
    const { report } = await under([next.open, ...(await answer(next, minerZ)).all, ...paid.all], first.state)
    expect(report.results).toHaveLength(1)
    for (const node of [x, y]) {
      const before = first.state.throughputs.find((row) => row.node === node)?.answeredTokens ?? 0
      const row = report.state.throughputs.find((row) => row.node === node)
      expect(row).toMatchObject({ games: 2, answeredTokens: before - Math.ceil(before / 4) })
    }
  })
})

describe('throughputs', () => {
  const game = fc.record({
    level: fc.constantFrom<RoundLevel>(1, 2),
    tokens: fc.array(fc.nat(2_000), { minLength: 3, maxLength: 3 })
  })

  it('stay between nothing and the most that was shown, right ones below answered ones', () => {
    fc.assert(
      fc.property(fc.array(game, { maxLength: 12 }), (games) => {
        let rows: NodeThroughput[] = []
        games.forEach(({ level, tokens }, i) => {
          const outcomes = tokens.flatMap((answeredTokens, at): QuizOutcome[] => {
            const outcome = shown(`${i}`, miners[at]!.nodeId, answeredTokens)
            const throughput = level === 2 ? { answeredTokens, rightTokens: Math.floor(answeredTokens / 2) } : null
            return answeredTokens % 5 === 0 ? [] : [{ ...outcome, throughput }]
          })
          rows = updateThroughputs(rows, { rounds: [gameOf(`${i}`, level)], outcomes }, epochOf(i + 1))
          expect(rows.every(({ answeredTokens, rightTokens }) => rightTokens >= 0 && rightTokens <= answeredTokens)).toBe(true)
          expect(rows.every(({ answeredTokens }) => answeredTokens > 0 && answeredTokens <= 2_000)).toBe(true)
          expect(rows.map(({ node }) => node)).toEqual(rows.map(({ node }) => node).toSorted())
        })
      }),
      { numRuns: 100 }
    )
  })

  it('of one machine under two names are those of one, whether they share each game or take turns', () => {
    const play = (of: (i: number) => readonly QuizOutcome[]): number => {
      let rows: NodeThroughput[] = []
      for (let i = 0; i < 60; i++) {
        rows = updateThroughputs(rows, { rounds: [gameOf(`${i}`)], outcomes: of(i) }, epochOf(i + 1))
      }
      return rows.reduce((sum, { answeredTokens }) => sum + answeredTokens, 0)
    }
    const alone = play((i) => [shown(`${i}`, x, 1_600)])
    const together = play((i) => [shown(`${i}`, x, 800), shown(`${i}`, y, 800)])
    const inTurns = play((i) => [shown(`${i}`, i % 2 === 0 ? x : y, 1_600)])
    expect(alone).toBeGreaterThan(1_590)
    expect(together).toBeLessThanOrEqual(alone)
    expect(inTurns).toBeLessThanOrEqual(alone)
  })

  it('are forgotten when a node plays no more, and untouched by liveness rounds', () => {
    const rounds = Array.from({ length: 40 }, (_, i) => gameOf(`${i}`))
    const known = [{ node: x, epoch: epochOf(1), games: 9, answeredTokens: 1_700, rightTokens: 900 }]
    const quiet = { outcomes: [] }
    expect(updateThroughputs(known, { ...quiet, rounds: [gameOf('a', 1)] }, epochOf(2))).toEqual(known)
    expect(updateThroughputs(known, { ...quiet, rounds }, epochOf(2))).toEqual([])
  })
})
