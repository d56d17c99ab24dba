import type { EpochNumber, NodeId, Rng, RoundId } from '@cortensor/interface'
import { type NodeThroughput, type QuizOutcome, type RoundLevel, type RoundOpen, roundSeed } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quizItems, roundRules, UNMEASURED } from '../src/index.js'
import { askedItems, type QuizItem, workOf } from '../src/items/quiz-items.js'
import { type AskedFor, markAnswers, throughputOf } from '../src/report/marked-answers.js'
import { updateThroughputs } from '../src/report/throughputs.js'
import { bound, derive } from './bound-world.js'
import { answer, miners, minerX, minerY, minerZ, params, round, task } from './world.js'

const capability = { ...params, quiz: { ...params.quiz, capabilityBps: 10_000, capabilityItems: 8 } }
const [x, y, z] = [minerX.nodeId, minerY.nodeId, minerZ.nodeId]
const epochOf = (number: number) => number as EpochNumber
const gameOf = (name: string, level: RoundLevel = 2) => ({ roundId: name as RoundId, round: { level } as RoundOpen })
const shown = (name: string, miner: NodeId, tokens: number): QuizOutcome => ({
  ...{ roundId: name as RoundId, miner, model: null, status: 'scored', scores: [] },
  throughput: { answeredTokens: tokens, rightTokens: tokens },
  agreement: null,
  shown: null
})

const workOfAll = (items: readonly Pick<QuizItem, 'answer'>[]): number => items.reduce((sum, item) => sum + workOf(item), 0)

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
    const work = (node: NodeId, from: number, to: number): number =>
      workOfAll(quizItems(roundSeed(one.round), node, one.round, UNMEASURED).slice(from, to))
    const [all, some] = [work(x, 0, 24), work(z, 0, 9)]
    expect(of(x)?.throughput).toEqual({ answeredTokens: all, rightTokens: all })
    expect(of(y)?.throughput).toEqual({ answeredTokens: work(y, 0, 24), rightTokens: work(y, 4, 24) })
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
        [y, 1, Math.floor(work(y, 0, 24) / 4)],
        [z, 1, Math.floor(some / 4)]
      ].toSorted()
    )
  })

  it('asks of a node half of what it is known to do, in any case, and all before the first item that it left out', () => {
    const open = { epoch: 1, view: 0, index: 0, openedMs: 0, seedBlock: 1, timeouts: [], authored: [] } as unknown as RoundOpen
    const seeded = { ...open, prev: bound.digest, seedBlockHash: bound.digest }
    const node = { miner: x, round: { ...seeded, ...roundRules(seeded, capability) }, abilityOf: UNMEASURED }
    const items = quizItems(roundSeed(node.round), x, node.round, UNMEASURED)
    const knownFor =
      (knownTokens: number): AskedFor =>
      (own, answered) =>
        askedItems(node.round, own, answered, knownTokens)
    const told = (places: readonly number[]) => places.map((item) => ({ item, text: items[item]?.answer ?? '' }))
    const known = 2 * workOfAll(items.slice(0, 5))

    expect(markAnswers(node, [], knownFor(0))).toEqual({ items: [], asked: 0 })
    const silent = markAnswers(node, [], knownFor(known))
    expect([silent.asked, silent.items.length]).toEqual([5, 5])
    expect(throughputOf(node.round, silent.items)).toEqual({ answeredTokens: 0, rightTokens: 0 })
    expect(markAnswers(node, [], knownFor(known - 1)).asked).toBe(4)

    const late = markAnswers(node, told([0, 1, 2, 3, 4, 5, 6, 8, 9]), knownFor(known))
    expect([late.asked, late.items.length]).toEqual([7, 10])
    // What it has left out takes nothing away from what it has done.
    const done = workOfAll(items.slice(0, 7)) + workOfAll(items.slice(8, 10))
    expect(throughputOf(node.round, late.items)).toEqual({ answeredTokens: done, rightTokens: done })

    const choosing = markAnswers(node, told([3, 19]), knownFor(known))
    expect(choosing.asked).toBe(5)
    expect(choosing.items.slice(0, 5).map(({ isRight }) => isRight)).toEqual([false, false, false, true, false])
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

/** A machine, in bytes of answers a second and slot. */
interface Machine {
  slots: number
  speed: number
}

/**
 * What a game that nobody is through with shows of a machine under so many names, which all ask for its slots: first come, first served, until
 * the time is over.
 */
function playGame({ slots, speed }: Machine, names: number, seconds: number, rng: Rng): QuizItem[][] {
  const item = (): QuizItem => ({ answer: 'x'.repeat(rng.next() < 0.5 ? rng.int(2, 24) : rng.int(60, 90)) }) as QuizItem
  const own = Array.from({ length: names }, (): QuizItem[] => [])
  const queue = rng.shuffle(own.flatMap((answered) => Array.from({ length: slots }, () => ({ answered, atS: 0 }))))
  const freeAt = Array.from({ length: slots }, () => 0)
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const slot = freeAt.indexOf(Math.min(...freeAt))
    const asked = item()
    const endS = Math.max(freeAt[slot] as number, next.atS) + workOf(asked) / speed
    freeAt[slot] = endS
    // Begun, and not ended: its slot is lost for the others, too.
    if (endS <= seconds) {
      next.answered.push(asked)
      queue.push({ ...next, atS: endS })
      queue.sort((a, b) => a.atS - b.atS)
    }
  }
  return own
}

describe('one machine under several names', () => {
  const machine = fc.record({ slots: fc.integer({ min: 1, max: 4 }), speed: fc.integer({ min: 30, max: 200 }) })

  it('shows no more than under one, be it slow or fast', () => {
    fc.assert(
      fc.property(machine, fc.integer({ min: 2, max: 8 }), fc.string({ minLength: 4, maxLength: 4 }), (of, names, seed) => {
        const rng = createSeededRng(seed)
        const meanOf = (count: number): number => {
          const games = Array.from({ length: 400 }, () => workOfAll(playGame(of, count, 3, rng).flat()))
          return games.reduce((sum, work) => sum + work, 0) / games.length
        }
        // Four deviations of the means of so many games of the slowest machine.
        expect(meanOf(names)).toBeLessThan(1.12 * meanOf(1))
      }),
      { numRuns: 10, seed: 3 }
    )
  })

  it('is asked no more than under one, in sum', () => {
    const lengths = fc.array(fc.integer({ min: 2, max: 90 }), { minLength: 24, maxLength: 24 })
    fc.assert(
      fc.property(
        fc.array(lengths, { minLength: 8, maxLength: 8 }),
        fc.nat(4_000),
        fc.integer({ min: 1, max: 8 }),
        (banks, known, names) => {
          const shares = banks.slice(0, names).map((bank) => {
            const items = bank.map((length) => ({ answer: 'x'.repeat(length) }))
            return workOfAll(items.slice(0, askedItems({ level: 2 }, items, new Set(), Math.floor(known / names))))
          })
          expect(shares.reduce((sum, work) => sum + work, 0)).toBeLessThanOrEqual(known / 2)
        }
      )
    )
  })
})
