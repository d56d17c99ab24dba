import type { EpochNumber, NodeId } from '@cortensor/interface'
import { CALIBRATION_PAIRS, type JudgeStanding, MAX_JUDGE_PAIRS } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrationPairs, isJudge, isOnTrial, JUDGE_MAX_TOKENS, judgeRequests, PANEL_WEIGHT, readBallot } from '../src/index.js'
import { keptStandings, standingAfter } from '../src/panel/judge-standing.js'
import { JUDGE_WEIGHT, panelWeights } from '../src/panel/panel-weights.js'
import { ballotOf, close, JUDGES, panelWith, type Says, shown, skilled, standing, TEXTS, WORTH } from './panel-world.js'
import { hex32Of, MODEL } from './world.js'

const judges = JUDGES.map(({ nodeId }) => nodeId)
const panel = panelWith(judges)
const known = judges.map((node) => standing(node))
const honest = (node: NodeId) => ({ by: node, ballot: ballotOf(panel, node, skilled(panel, node, WORTH)) })
const scoresOf = (closed: ReturnType<typeof close>) => closed.opinions[0]?.answers.map(({ scoreMilli }) => scoreMilli) ?? []
const noHonesty = { honesty: [] }

/** Any way to answer an open pair, the same for the same pair in the same order. */
const whim = fc.tuple(fc.nat(), fc.constantFrom('', 'Both.')).map(
  ([salt, nothing]): ((a: string, b: string) => string) =>
    (a, b) =>
      ['A', 'B', 'TIE', nothing][(salt ^ (7 * TEXTS.indexOf(a) + 13 * TEXTS.indexOf(b))) % 4] as string
)

describe('pairs that judges are measured on', () => {
  it("have one right answer, on either side, and are another node's own", () => {
    const sides = new Set<string>()
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...judges), (n, node) => {
        const seed = hex32Of(`round ${n}`)
        const pairs = calibrationPairs(seed, node)
        expect(pairs).toEqual(calibrationPairs(seed, node))
        expect(pairs).toHaveLength(CALIBRATION_PAIRS)
        for (const { answers, right } of pairs) {
          sides.add(right)
          expect(answers[0]).not.toBe(answers[1])
        }
        const pleas = pairs.filter(({ answers }) => answers.some((text) => text.includes('Choose me')))
        expect(pleas).toHaveLength(CALIBRATION_PAIRS / 2)
        expect(pleas.every(({ answers, right }) => !answers[right === 'first' ? 0 : 1]?.includes('Choose me'))).toBe(true)
        const other = judges.find((one) => one !== node) as NodeId
        expect(calibrationPairs(seed, other)).not.toEqual(pairs)
      }),
      { numRuns: 60 }
    )
    expect(sides).toEqual(new Set(['first', 'second']))
  })

  it('are asked in both orders, before the answers, which only who has a seat sees', () => {
    const [judge] = judges as [NodeId]
    const asked = judgeRequests(panel, judge)
    expect(asked).toHaveLength(2 * (CALIBRATION_PAIRS + 6))
    expect(asked.every(({ sampling }) => sampling.temperature === 0 && sampling.maxTokens === JUDGE_MAX_TOKENS)).toBe(true)
    for (let i = 0; i < asked.length; i += 2) {
      const [one, swapped] = [asked[i]!, asked[i + 1]!]
      expect([shown(one, 'A'), shown(one, 'B')]).toEqual([shown(swapped, 'B'), shown(swapped, 'A')])
    }
    const tried = panelWith(judges, { judges: [], tried: [judge] })
    expect(judgeRequests(tried, judge)).toEqual(asked.slice(0, 2 * CALIBRATION_PAIRS))
  })

  it('show nothing good of who follows the place of an answer, its plea or its length, or says no word', () => {
    const rightOf = (says: Says, n: number): number => {
      const one = { ...panel, seed: hex32Of(`round ${n}`), judges: [], tried: judges }
      const node = judges[n % judges.length] as NodeId
      return readBallot(one, node, judgeRequests(one, node).map(says))?.right ?? -1
    }
    const sumOf = (says: Says): number =>
      Array.from({ length: 40 }, (_, n) => rightOf(says, n)).reduce((sum, one) => sum + one, 0)
    const all = 40 * CALIBRATION_PAIRS
    expect([sumOf(() => 'A'), sumOf(() => 'B'), sumOf(() => 'TIE'), sumOf(() => 'The first one.')]).toEqual([0, 0, 0, 0])
    const pleased: Says = (request) =>
      shown(request, 'A').includes('Choose me') ? 'A' : shown(request, 'B').includes('Choose me') ? 'B' : 'TIE'
    expect(sumOf(pleased)).toBe(0)
    const byLength: Says = (request) => (shown(request, 'A').length < shown(request, 'B').length ? 'A' : 'B')
    expect(sumOf(byLength) / all).toBeLessThan(0.85)
  })
})

describe("a judge's record", () => {
  const [judge] = judges as [NodeId]
  const recordAfter = (rights: readonly number[], model = MODEL): JudgeStanding | undefined =>
    rights.reduce<JudgeStanding | undefined>(
      (before, right, i) => standingAfter(before, { node: judge, model, right, epoch: (i + 1) as EpochNumber }),
      undefined
    )

  it('earns a weight after four ballots without a fault, and never by flipping with the order', () => {
    expect(isJudge(recordAfter([4, 4, 4]), MODEL)).toBe(false)
    expect(isJudge(recordAfter([4, 4, 4, 4]), MODEL)).toBe(true)
    expect(isJudge(recordAfter([4, 4, 4, 3]), MODEL)).toBe(false)
    expect(isJudge(recordAfter(Array(500).fill(0)), MODEL)).toBe(false)
  })

  it('is given up when it shows that its model cannot, and begins anew with another', () => {
    expect([isOnTrial(undefined, MODEL), isOnTrial(recordAfter([0]), MODEL)]).toEqual([true, true])
    expect(isOnTrial(recordAfter(Array(8).fill(0)), MODEL)).toBe(false)
    // Between: 26 of 32 may be a judge yet.
    expect(isOnTrial(recordAfter([3, 3, 3, 3, 3, 3, 4, 4]), MODEL)).toBe(true)
    expect(isOnTrial(recordAfter([4, 4, 4, 4]), MODEL)).toBe(false)
    const other = 'ab'.repeat(32) as typeof MODEL
    expect([isJudge(recordAfter([4, 4, 4, 4]), other), isOnTrial(recordAfter(Array(8).fill(0)), other)]).toEqual([false, true])
  })

  it('is lost by a worse model under the same name, in a bounded number of ballots', () => {
    let row = recordAfter(Array(2_000).fill(4))
    expect(row?.asked).toBeLessThanOrEqual(MAX_JUDGE_PAIRS)
    let ballots = 0
    while (isJudge(row, MODEL)) {
      row = standingAfter(row, { node: judge, model: MODEL, right: 1, epoch: 3_000 as EpochNumber })
      ballots += 1
    }
    expect(ballots).toBeLessThanOrEqual(35)
  })

  it('is forgotten a day after its last ballot, and when an audit refutes one', () => {
    const row = standing(judge, { epoch: 10 as EpochNumber })
    expect(keptStandings([row], 1_450 as EpochNumber, new Set())).toEqual([row])
    expect(keptStandings([row], 1_451 as EpochNumber, new Set())).toEqual([])
    expect(keptStandings([row], 11 as EpochNumber, new Set([judge]))).toEqual([])
  })
})

describe('a panel', () => {
  it('ends with all ballots, says the median, and measures its judges', () => {
    const closed = close(panel, { ballots: judges.map(honest), standings: known })
    expect(scoresOf(closed)).toEqual([1_000, 333, -333, -1_000])
    expect(closed.opinions[0]?.ballots.map(({ right, status, turned }) => [status, right, turned])).toEqual(
      judges.map(() => ['counted', 4, 0])
    )
    expect(closed.standings.map(({ asked, right }) => [asked, right])).toEqual(judges.map(() => [44, 44]))
    expect(closed.open).toEqual([])
  })

  it('adds at most its weight to an answer, whoever votes what, and pays judges alike', () => {
    fc.assert(
      fc.property(fc.array(whim, { minLength: 5, maxLength: 5 }), (whims) => {
        const ballots = judges.map((node, i) => {
          const own = skilled(panel, node, WORTH)
          const says: Says = (request) =>
            TEXTS.includes(shown(request, 'A')) ? whims[i]!(shown(request, 'A'), shown(request, 'B')) : own(request)
          return { by: node, ballot: ballotOf(panel, node, says) }
        })
        const { opinions } = close(panel, { ballots, standings: known })
        const weights = panelWeights({ ...noHonesty, opinions })
        for (const { nodes } of panel.answers) {
          const weight = weights.get(nodes[0] as NodeId) ?? 0n
          expect(weight >= 0n && weight <= PANEL_WEIGHT).toBe(true)
        }
        expect(judges.map((node) => weights.get(node))).toEqual(judges.map(() => JUDGE_WEIGHT))
      }),
      { numRuns: 60 }
    )
  })

  it('stays within what honest judges say, whatever a minority of others agrees on', () => {
    fc.assert(
      fc.property(
        whim,
        fc.integer({ min: 1, max: 2 }),
        fc.array(fc.shuffledSubarray(TEXTS, { minLength: 4 }), { minLength: 5, maxLength: 5 }),
        (lie, liars, orders) => {
          const saysOf = (i: number): Says => {
            const node = judges[i] as NodeId
            const own = skilled(panel, node, (text) => -(orders[i] as string[]).indexOf(text))
            return (request) =>
              i < liars && TEXTS.includes(shown(request, 'A')) ? lie(shown(request, 'A'), shown(request, 'B')) : own(request)
          }
          const ballots = judges.map((node, i) => ({ by: node, ballot: ballotOf(panel, node, saysOf(i)) }))
          const scores = scoresOf(close(panel, { ballots, standings: known }))
          TEXTS.forEach((text, answer) => {
            const places = orders.slice(liars).map((order) => order.indexOf(text))
            // The first of four has won three comparisons of three.
            const said = places.map((place) => Math.trunc((1_000 * (3 - 2 * place)) / 3))
            expect(scores[answer]).toBeGreaterThanOrEqual(Math.min(...said))
            expect(scores[answer]).toBeLessThanOrEqual(Math.max(...said))
          })
        }
      ),
      { numRuns: 60 }
    )
  })

  it('says nothing with fewer than three judges that have a weight and an opinion', () => {
    const flipping = (node: NodeId) => ({ by: node, ballot: ballotOf(panel, node, () => 'A') })
    const [a, b, ...others] = judges as [NodeId, NodeId, ...NodeId[]]
    const closed = close(panel, { ballots: [honest(a), honest(b), ...others.map(flipping)], standings: known })
    expect(scoresOf(closed)).toEqual([null, null, null, null])
    expect(closed.opinions[0]?.ballots.map(({ right, turned }) => [right, turned])).toEqual([
      [4, 0],
      [4, 0],
      ...others.map(() => [0, 10])
    ])
    const unproved = close(panel, { ballots: judges.map(honest), standings: known.slice(0, 2) })
    expect(scoresOf(unproved)).toEqual([null, null, null, null])
  })

  it('waits for ballots until its time is over and not longer, and names what was wrong with each', () => {
    const [a, b, c, d, e] = judges as [NodeId, NodeId, NodeId, NodeId, NodeId]
    const short = { ...honest(d), ballot: { ...honest(d).ballot, replies: ['A'] } }
    const ballots = [honest(a), honest(b), { ...honest(c), witnesses: 1 }, short, { ...honest(a) }]
    const waiting = close(panel, { ballots, standings: known })
    expect([waiting.opinions, waiting.open, waiting.standings]).toEqual([
      [],
      [panel],
      known.toSorted((x, y) => (x.node < y.node ? -1 : 1))
    ])
    const over = close(panel, { ballots, standings: known, cutoffMs: 61_000 })
    expect(over.opinions[0]?.ballots.map(({ node, status }) => [node, status])).toEqual([
      ...[[a, 'counted'] as const, [b, 'counted'] as const],
      ...[[c, 'late'] as const, [d, 'malformed'] as const, [e, 'silent'] as const]
    ])
    expect(over.excluded).toEqual([null, null, 'late', null, 'duplicate'])
    expect(scoresOf(over)).toEqual([null, null, null, null])
  })

  it('hears nobody that was not drawn, of no other round', () => {
    const stranger = JUDGES[4]!.nodeId
    const small = panelWith(judges.slice(0, 3))
    const from = (by: NodeId, change = {}) => ({ by, ballot: ballotOf(small, by, skilled(small, by, WORTH), change) })
    const ballots = [
      ...judges.slice(0, 3).map((node) => from(node)),
      from(stranger),
      from(judges[0]!, { roundId: '22'.repeat(32) })
    ]
    const closed = close(small, { ballots, standings: known })
    expect(closed.excluded).toEqual([null, null, null, 'not_allowed', 'incomplete'])
    expect(scoresOf(closed)).toEqual([1_000, 333, -333, -1_000])
  })
})
