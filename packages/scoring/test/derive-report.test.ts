import { cidFromHash, ZERO_HEX32 } from '@cortensor/crypto'
import type { NodeId, TaskId } from '@cortensor/interface'
import { resultsRoot, rewardProof, settlementProof } from '@cortensor/proofs'
import { envelopeId, type LedgerState, loadReport, MAX_EXCLUSIONS, type Report, resultCommitment } from '@cortensor/protocols'
import { bytesToHex, createSeededRng } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { deriveReport, initialLedger, type OpenedItem, openItems, type ReportInput } from '../src/index.js'
import {
  agreed,
  anchor,
  anchorWith,
  answer,
  committee,
  epoch,
  fetchFrom,
  GENESIS_MS,
  hashOf,
  headerOf,
  hex32Of,
  MODEL,
  measuresOf,
  miners,
  minerX,
  minerY,
  minerZ,
  network,
  oracles,
  params,
  presence,
  round,
  router,
  SESSION,
  sessionOf,
  task,
  verifier
} from './world.js'

const genesis = initialLedger(GENESIS_MS)
const presences = await Promise.all(miners.map(presence))

/** The state after an epoch that did nothing but bind the miners. */
const { input: firstInput } = await epoch(genesis, agreed({ items: presences }))
const first = deriveReport(firstInput)
const bound: LedgerState = first.state

const derive = async (items: readonly Uint8Array[], state = bound, changes: Partial<ReportInput> = {}) =>
  deriveReport((await epoch(state, agreed({ items }), first.cid, changes)).input)

/** Why each of these items does not count, null when it does. */
const excludedFrom = ({ exclusions }: Report, items: readonly Uint8Array[]) =>
  items.map((item) => exclusions.find((exclusion) => exclusion.item === envelopeId(item))?.reason ?? null)

const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n)

describe('the first report', () => {
  it('binds nodes to operators and pays those that were up', async () => {
    const { report, state, commit, digest, blocks, cid } = first
    expect(report.epoch).toBe(1)
    expect(report.prev).toBe(ZERO_HEX32)
    expect(report.state.bindings).toEqual(
      miners.map(({ nodeId, operator }) => ({ node: nodeId, operator })).sort((a, b) => (a.node < b.node ? -1 : 1))
    )
    // Sixty seconds at 0.8 COR, of which three tenths are for being there and nobody claims the rest.
    expect(report.rewards.map(({ base }) => base)).toEqual([4_800_000n, 4_800_000n, 4_800_000n])
    expect(commit.totals).toEqual({ results: 0, rewards: 14_400_000n })
    expect(state).toEqual({ ...report.state, digest })
    expect(await loadReport(cid, fetchFrom(blocks))).toEqual(report)
  })

  it('takes a binding in only when the chain has the pair', async () => {
    const { input } = await epoch(genesis, agreed({ items: presences }))
    const known = anchor.registrations.filter(({ node }) => node !== minerY.nodeId)
    const { report } = deriveReport({ ...input, anchor: { ...anchor, registrations: known } })
    expect(report.state.bindings.map(({ node }) => node)).toEqual([minerX.nodeId, minerZ.nodeId].sort())
  })

  it('pays for at most the longest span', async () => {
    const { input } = await epoch(genesis, agreed({ items: presences, timeMs: GENESIS_MS + 10 * params.reward.maxPaidMs }))
    const { report } = deriveReport(input)
    expect(report.paidMs).toBe(params.reward.maxPaidMs)
    expect(report.state.cutoffMs).toBe(GENESIS_MS + 10 * params.reward.maxPaidMs)
  })
})

describe('observations', () => {
  it('must come from a quorum', async () => {
    const { input } = await epoch(bound, agreed({}).slice(0, 2))
    expect(() => deriveReport(input)).toThrow(expect.objectContaining({ code: 'SCORING_TOO_FEW_OBSERVATIONS' }))
  })

  it('must come from different members', async () => {
    const { input } = await epoch(bound, agreed({}))
    const [one] = input.observations
    const twice = { ...input, observations: input.observations.map(() => one as typeof one & object) }
    expect(() => deriveReport(twice)).toThrow(expect.objectContaining({ code: 'SCORING_WRONG_OBSERVATION' }))
    const members = committee.members.map((member, i) => (i === 0 ? { ...member, nodeId: minerX.nodeId } : member))
    expect(() => deriveReport({ ...input, committee: { ...committee, members } })).toThrow(
      expect.objectContaining({ code: 'SCORING_WRONG_OBSERVATION' })
    )
  })

  it('must be of this epoch', async () => {
    const { input } = await epoch(bound, agreed({}))
    expect(() => deriveReport({ ...input, state: { ...bound, digest: hex32Of('fork') } })).toThrow(
      expect.objectContaining({ code: 'SCORING_WRONG_OBSERVATION' })
    )
  })

  it('set the cutoff by the lower median of their times, which must be later than the last', async () => {
    const at = (offsets: number[]) =>
      epoch(
        bound,
        offsets.map((ms) => ({ timeMs: bound.cutoffMs + ms }))
      )
    expect(deriveReport((await at([1, 70_000, 60_000, 10_000_000])).input).report.state.cutoffMs).toBe(bound.cutoffMs + 60_000)
    const { input } = await at([0, -5, 0, 90_000])
    expect(() => deriveReport(input)).toThrow(expect.objectContaining({ code: 'SCORING_CUTOFF_NOT_LATER' }))
  })
})

describe('results', () => {
  it('count once header, precommit and commit are there, whoever saw them', async () => {
    const { header, precommit, commit, taskId } = await task({ name: 'one' })
    const views = [{ items: [header] }, { items: [precommit] }, { items: [commit] }, {}]
    const { report } = deriveReport((await epoch(bound, views)).input)
    expect(report.results).toMatchObject([{ taskId, router: router.nodeId, miner: minerX.nodeId, completionTokens: 40 }])
    expect(report.totals.results).toBe(1)
    expect(report.resultsRoot).toBe(resultsRoot(report.results, []))
    for (const missing of [header, precommit, commit]) {
      const { report } = await derive([header, precommit, commit].filter((item) => item !== missing))
      expect(report.results).toEqual([])
      const others = [header, precommit, commit].filter((item) => item !== missing)
      expect(excludedFrom(report, others)).toEqual(['incomplete', 'incomplete'])
    }
  })

  it('are listed once as a duplicate when they were sealed twice, and not at all when they count', async () => {
    const [first, second] = [await task({ name: 'twice' }), await task({ name: 'twice' })]
    const { report } = await derive([...first.all, ...second.all])
    expect(report.results).toHaveLength(1)
    expect(report.excluded).toBe(3)
    const listed = [0, 1, 2].map((i) => excludedFrom(report, [first.all[i]!, second.all[i]!]).filter((reason) => reason !== null))
    expect(listed.map(({ length }) => length)).toEqual([1, 1, 1])
    expect(listed[2]).toEqual(['duplicate'])
  })

  it.each([
    // The reasons of header, precommit and commit.
    [
      'of a miner that was not assigned',
      { header: { assigned: [minerY.nodeId] } },
      ['not_allowed', 'not_allowed', 'not_allowed']
    ],
    ['with more tokens than allowed', { tokens: 65 }, ['not_allowed', 'not_allowed', 'not_allowed']],
    ['whose commit is not what was precommitted', { otherTranscript: true }, ['mismatch', 'mismatch', 'mismatch']],
    ['of a router that is not registered', { router: oracles[0] }, ['unknown_node', 'incomplete', 'incomplete']],
    [
      'with a deadline too far ahead',
      { header: { deadlineMs: GENESIS_MS + 10_000_000 } },
      ['too_early', 'incomplete', 'incomplete']
    ],
    [
      'that waited too long',
      { header: { deadlineMs: bound.cutoffMs - params.epoch.itemTtlMs - 1 } },
      ['expired', 'incomplete', 'incomplete']
    ],
    ['of a miner that nobody registered', { miner: oracles[1] }, ['unknown_node', 'unknown_node', 'unknown_node']]
  ])('do not count %s, and the report says why', async (_case, change, reasons) => {
    const { all } = await task({ name: 'refused', ...(change as object) })
    const { report } = await derive(all)
    expect(report.results).toEqual([])
    expect(excludedFrom(report, all)).toEqual(reasons)
  })

  it('are paid by their session, once the chain shows that it has', async () => {
    const header = { sessionId: SESSION, priceMicroPerKilotoken: 2_000 }
    const tasks = [
      await task({ name: 'p1', miner: minerX, tokens: 10, header }),
      await task({ name: 'p2', miner: minerX, tokens: 20, header }),
      await task({ name: 'p3', miner: minerY, tokens: 60, header }),
      await task({ name: 'free', miner: minerZ, tokens: 60 }),
      await task({ name: 'too dear', miner: minerZ, tokens: 60, header: { ...header, priceMicroPerKilotoken: 5_001 } })
    ]
    const routerToo = { items: [await presence(router), ...tasks.flatMap(({ all }) => all)] }
    const work = (report: Report) => new Map(report.rewards.map((reward) => [reward.node, reward.work]))
    const charged = deriveReport((await epoch(bound, agreed(routerToo), null, { anchor: anchorWith([sessionOf()]) })).input)
    expect(charged.report.results.map(({ fee }) => fee).toSorted()).toEqual([0n, 0n, 20n, 40n, 120n].toSorted())
    expect([...work(charged.report).values()].every((amount) => amount === 0n)).toBe(true)
    expect(charged.report.state.settlements).toMatchObject([{ session: SESSION, spent: 180n, credited: 0n }])
    expect(charged.report.anchor.sessions).toMatchObject([{ session: SESSION, balance: 1_000_000n }])
    expect(settlementProof(charged.report.state, SESSION)?.amount).toBe(180n)

    // Before it has paid nothing happens; then all of it is given out at once.
    const idle = deriveReport((await epoch(charged.state, agreed({}), charged.cid, { anchor: anchorWith([sessionOf()]) })).input)
    expect(idle.report.state.settlements).toEqual(charged.report.state.settlements)
    const paid = anchorWith([sessionOf({ balance: 999_820n, paid: 180n, settled: 180n })])
    const { report } = deriveReport((await epoch(idle.state, agreed({}), idle.cid, { anchor: paid })).input)
    const given = work(report)
    expect([minerX, minerY, minerZ, router].map(({ nodeId }) => given.get(nodeId) ?? 0n)).toEqual([54n, 108n, 0n, 5n])
    expect(oracles.map(({ nodeId }) => given.get(nodeId) ?? 0n).toSorted()).toEqual([3n, 3n, 3n, 4n])
    expect(report.state.settlements).toEqual([{ session: SESSION, spent: 180n, credited: 180n, dues: [] }])
  })

  it('never make rewards rise above what the distributor was given', async () => {
    const before = sumOf(bound.cumulative.map(({ amount }) => amount))
    const poor = (funded: bigint, paid = 0n) => anchorWith([sessionOf({ balance: 1_000n - paid, paid })], { funded })
    const header = { sessionId: SESSION, priceMicroPerKilotoken: 5_000 }
    const { all } = await task({ name: 'last', miner: minerX, tokens: 20, header })
    const charged = deriveReport((await epoch(bound, agreed({ items: all }), null, { anchor: poor(before + 7n) })).input)
    expect(charged.commit.totals.rewards <= before + 7n).toBe(true)
    // The emission is over, and a network goes on with what sessions pay.
    const paid = deriveReport((await epoch(charged.state, agreed({}), null, { anchor: poor(before + 107n, 100n) })).input)
    expect(sumOf(paid.report.rewards.map(({ work }) => work))).toBe(100n)
    expect(paid.commit.totals.rewards <= before + 107n).toBe(true)
  })

  it('count once, also when they are sealed again', async () => {
    const { all } = await task({ name: 'again' })
    const { state, cid, report } = await derive(all)
    expect(report.results).toHaveLength(1)
    const next = deriveReport((await epoch(state, agreed({ items: all }), cid)).input)
    expect(next.report.results).toEqual([])
    expect(excludedFrom(next.report, all)).toEqual(['consumed', 'consumed', 'consumed'])
    const resealed = await task({ name: 'again' })
    expect(resealed.commit).not.toEqual(all[2])
    expect((await derive(resealed.all, state)).report.results).toEqual([])
  })

  it('do not come back when their key is forgotten', async () => {
    const { all } = await task({ name: 'forgotten' })
    let { state, cid } = await derive(all)
    for (let i = 0; i < 20; i++) {
      const next = deriveReport((await epoch(state, agreed({ items: all }), cid)).input)
      expect(next.report.results).toEqual([])
      state = next.state
      cid = next.cid
    }
    expect(state.consumed).toEqual([])
  })

  it('are ordered by task', async () => {
    const tasks = await Promise.all(['1', '2', '3', '4', '5'].map((name) => task({ name })))
    const { report } = await derive(tasks.flatMap(({ all }) => all))
    expect(report.results.map(({ taskId }) => taskId)).toEqual(tasks.map(({ taskId }) => taskId).sort())
  })
})

describe('more results than a report takes', () => {
  const MAX_RESULTS = 500
  const few = { ...params, epoch: { ...params.epoch, maxResults: MAX_RESULTS } }
  const many = Array.from({ length: MAX_RESULTS + 5 }, (_, i): OpenedItem[] => {
    const taskId = hex32Of(`task ${i}`).slice(2) as TaskId
    const [salt, transcript] = [hashOf(`salt ${i}`), cidFromHash(hashOf(`transcript ${i}`))]
    const { nodeId: miner } = minerX
    const counts = { promptTokens: 1, completionTokens: 1, finishReason: 'stop' } as const
    return [
      { kind: 'header', id: bytesToHex(hashOf(`${i}/h`)), sender: router.nodeId, taskId, header: headerOf(`${i}`) },
      {
        kind: 'result-precommit',
        id: bytesToHex(hashOf(`${i}/p`)),
        sender: miner,
        taskId,
        commitment: resultCommitment(taskId, miner, salt, transcript)
      },
      {
        kind: 'result-commit',
        id: bytesToHex(hashOf(`${i}/c`)),
        sender: miner,
        taskId,
        commit: { type: 'commit', taskId, salt, transcript, ...counts }
      }
    ]
  }).flat()

  it('wait for the next one, the highest task ids', async () => {
    const withMany = (input: ReportInput): ReportInput => {
      const ids = new Set(many.map(({ id }) => id))
      return { ...input, params: few, items: many, itemsByObservation: input.observations.map(() => ids) }
    }
    const full = deriveReport(withMany((await epoch(bound, agreed({}), first.cid)).input))
    expect(full.report.results).toHaveLength(MAX_RESULTS)
    expect(full.report.excluded).toBe(15)
    expect(full.report.exclusions.map(({ reason }) => reason)).toEqual(Array.from({ length: 15 }, () => 'over_limit'))
    const rest = deriveReport(withMany((await epoch(full.state, agreed({}), full.cid)).input))
    expect(rest.report.results).toHaveLength(5)
    const reported = [...full.report.results, ...rest.report.results].map(({ taskId }) => taskId)
    expect(reported).toEqual(reported.toSorted())
    expect(new Set(reported).size).toBe(MAX_RESULTS + 5)
  })
})

describe('quiz rounds', () => {
  const quizOf = (report: { rewards: readonly { node: NodeId; quiz: bigint }[] }, node: NodeId) =>
    report.rewards.find((reward) => reward.node === node)?.quiz ?? 0n

  it('are scored for every miner that precommitted', async () => {
    const one = await round(bound)
    const items = [
      one.open,
      ...(await answer(one, minerX)).all,
      ...(await answer(one, minerY, { wrong: 3 })).all,
      (await answer(one, minerZ)).precommit
    ]
    const { report } = await derive(items)
    const byMiner = new Map(report.outcomes.map((outcome) => [outcome.miner, outcome]))
    const correct = (node: NodeId) => byMiner.get(node)?.scores.map((score) => score.correct)
    expect(byMiner.get(minerX.nodeId)?.status).toBe('scored')
    expect(byMiner.get(minerX.nodeId)?.scores.map(({ category }) => category)).toEqual(one.round.categories)
    expect([minerX, minerY, minerZ].map(({ nodeId }) => correct(nodeId))).toEqual([
      [2, 2, 2],
      [0, 1, 2],
      [0, 0, 0]
    ])
    expect(byMiner.get(minerZ.nodeId)).toMatchObject({ status: 'no_reveal', model: null })
    // By what each is likely to answer now: six right ones, against three of six.
    const [x, y] = [quizOf(report, minerX.nodeId) ?? 0n, quizOf(report, minerY.nodeId) ?? 0n]
    expect(x + y).toBe(33_600_000n)
    expect(x > y && y > 8_000_000n).toBe(true)
    expect(quizOf(report, minerZ.nodeId)).toBe(0n)
    const skillsOf = (node: NodeId) => report.state.skills.filter((skill) => skill.node === node)
    expect(skillsOf(minerX.nodeId)).toHaveLength(3)
    expect(skillsOf(minerX.nodeId).every(({ items, meanMilli, model }) => meanMilli > 0 && items === 2 && model === MODEL)).toBe(
      true
    )
    expect(skillsOf(minerZ.nodeId).every(({ items, meanMilli, model }) => meanMilli < 0 && items === 2 && model === null)).toBe(
      true
    )
  })

  it('make a false reveal of what was not precommitted', async () => {
    const one = await round(bound)
    const changed = await answer(one, minerX, { changed: true })
    const twice = [...(await answer(one, minerY)).all, ...(await answer(one, minerY, { salt: 'other' })).all]
    const { report } = await derive([one.open, ...changed.all, ...twice])
    expect(report.outcomes.map(({ status }) => status)).toEqual(['false_reveal', 'false_reveal'])
    expect(report.rewards.every(({ quiz }) => quiz === 0n)).toBe(true)
  })

  it('count answers that f+1 observers had in time', async () => {
    const one = await round(bound)
    const [x, y] = [await answer(one, minerX), await answer(one, minerY)]
    const views = [{ items: [one.open, ...x.all, ...y.all] }, { items: [one.open, ...x.all] }, { items: [y.precommit] }, {}]
    const { report } = deriveReport((await epoch(bound, views)).input)
    const status = new Map(report.outcomes.map((outcome) => [outcome.miner, outcome.status]))
    expect(status).toEqual(
      new Map([
        [minerX.nodeId, 'scored'],
        [minerY.nodeId, 'no_reveal']
      ])
    )
    const alone = deriveReport((await epoch(bound, [{ items: [one.open, ...x.all] }, {}, {}, {}])).input)
    expect(alone.report.outcomes).toEqual([])
  })

  it('of a miner that is not registered have no outcome', async () => {
    const one = await round(bound)
    const { report } = await derive([one.open, ...(await answer(one, oracles[3] as typeof minerX)).all])
    expect(report.outcomes).toEqual([])
  })

  it.each([
    ['opened by another than the leader', {}, oracles[0]],
    ['they ask less than the rules say', { itemsPerCategory: 1 }, undefined],
    ['their categories are the leader’s choice', { categories: ['units', 'facts', 'text'] }, undefined],
    ['they have not ended', { openedMs: bound.cutoffMs + 50_000 }, undefined],
    ['they ended too long ago', { openedMs: bound.cutoffMs - params.epoch.itemTtlMs - 15_000 }, undefined],
    ['they follow another report', { prev: hex32Of('fork') }, undefined],
    ['their epoch is another one', { epoch: 5 }, undefined]
  ])('do not count when %s', async (_case, change, by) => {
    const one = await round(bound, change as object, by)
    const { report } = await derive([one.open, ...(await answer(one, minerX)).all])
    expect(report.outcomes).toEqual([])
  })

  it('of the epoch before count as well', async () => {
    const late = await round(genesis, { openedMs: bound.cutoffMs - 5_000 })
    const { report } = await derive([late.open, ...(await answer(late, minerX)).all])
    expect(report.outcomes).toHaveLength(1)
  })

  it('of one leader in one place count once, the lowest id first, also in the next epoch', async () => {
    const twins = [await round(bound), await round(bound, { openedMs: bound.cutoffMs + 12_000 })]
    const items: Uint8Array[] = []
    for (const twin of twins) {
      items.push(twin.open, ...(await answer(twin, minerX)).all)
    }
    const { report, state } = await derive(items)
    const lowest = twins.map(({ roundId }) => roundId).sort()[0]
    expect(report.outcomes.map(({ roundId }) => roundId)).toEqual([lowest])
    expect((await derive(items, state)).report.outcomes).toEqual([])
  })

  it('count as many as their interval leaves room for, the lowest first', async () => {
    const rounds = [await round(bound, { index: 1 }), await round(bound, { index: 0, openedMs: bound.cutoffMs + 11_000 })]
    const items: Uint8Array[] = []
    for (const one of rounds) {
      items.push(one.open, ...(await answer(one, minerX)).all)
    }
    expect((await derive(items)).report.outcomes.map(({ roundId }) => roundId)).toEqual([rounds[1]?.roundId])
  })
})

describe('money', () => {
  it('adds up exactly and is never negative', async () => {
    const one = await round(bound)
    const items = [
      one.open,
      ...(await answer(one, minerX, { wrong: 1 })).all,
      ...(await answer(one, minerY, { wrong: 4 })).all,
      ...(await answer(one, minerZ, { wrong: 2 })).all,
      ...(await task({ name: 'm1', miner: minerX, tokens: 7 })).all,
      ...(await task({ name: 'm2', miner: minerY, tokens: 11 })).all,
      ...(await task({ name: 'm3', miner: minerZ, tokens: 13 })).all
    ]
    const odd = { items, timeMs: bound.cutoffMs + 60_001 }
    const { report } = deriveReport((await epoch(bound, agreed(odd))).input)
    const given = report.rewards.flatMap(({ base, quiz, work }) => [base, quiz, work])
    expect(report.rewards.every(({ base, quiz }) => base > 0n && quiz > 0n)).toBe(true)
    expect(sumOf(given)).toBe((params.reward.microPerSecond * 60_001n) / 1_000n)
    expect(report.totals.rewards).toBe(sumOf(report.state.cumulative.map(({ amount }) => amount)))
    expect(report.totals.rewards).toBe(first.report.totals.rewards + sumOf(given))
    for (const { operator, amount } of report.state.cumulative) {
      expect(rewardProof(report.state, operator)?.amount).toBe(amount)
    }
  })

  it('goes to nobody when nobody has a claim', async () => {
    const { report } = deriveReport((await epoch(bound, agreed({ measures: measuresOf(0.5) }))).input)
    expect(report.rewards).toEqual([])
    expect(report.totals.rewards).toBe(first.report.totals.rewards)
  })
})

describe('order', () => {
  it('of what comes in does not matter', async () => {
    const one = await round(bound)
    const all = [
      one.open,
      ...(await answer(one, minerX)).all,
      ...(await answer(one, minerY, { wrong: 2 })).all,
      ...(await task({ name: 'o1' })).all,
      ...(await task({ name: 'o2', miner: minerY })).all
    ]
    const views = [all, all.slice(2), all.slice(0, 7), all].map((items) => ({ items }))
    const { input } = await epoch(bound, views, first.cid)
    const expected = deriveReport(input)
    expect(expected.report.results).toHaveLength(2)
    expect(expected.report.outcomes).toHaveLength(2)
    for (let i = 0; i < 25; i++) {
      const rng = createSeededRng(`shuffle ${i}`)
      const places = rng.shuffle([0, 1, 2, 3])
      const shuffled: ReportInput = {
        ...input,
        items: rng.shuffle([...input.items, ...input.items.slice(0, 3)]),
        observations: places.map((place) => input.observations[place] as (typeof input.observations)[number]),
        itemsByObservation: places.map((place) => input.itemsByObservation[place] as ReadonlySet<string>),
        anchor: { ...anchor, registrations: rng.shuffle(anchor.registrations) }
      }
      const derived = deriveReport(shuffled)
      expect(derived.blocks).toEqual(expected.blocks)
      expect(derived.digest).toBe(expected.digest)
    }
  })

  it('leaves items that no observation lists out', async () => {
    const { all } = await task({ name: 'unlisted' })
    const { input } = await epoch(bound, agreed({}))
    const items = await openItems(all, { ...network, verifier })
    expect(items).toHaveLength(3)
    expect(deriveReport({ ...input, items }).report.results).toEqual([])
  })
})

describe('exclusions', () => {
  it('name every observed item that does not count, and none that does', async () => {
    const one = await round(bound)
    const unopened = await round(bound, { index: 1, openedMs: bound.cutoffMs + 59_000 })
    const good = [
      one.open,
      ...(await answer(one, minerX)).all,
      ...(await task({ name: 'good' })).all,
      ...(await task({ name: 'better', miner: minerY })).all
    ]
    const { precommit } = await answer(one, minerZ)
    const stranger = await answer(one, oracles[2]!)
    const reveal = (await answer(one, minerY)).reveal
    const spoilt = (await task({ name: 'spoilt' })).commit.slice()
    spoilt[spoilt.length - 1]! ^= 1
    const bad = new Map<Uint8Array, string>([
      [unopened.open, 'too_early'],
      [(await round(bound, { view: 1 }, oracles[0])).open, 'not_allowed'],
      [reveal, 'incomplete'],
      [stranger.precommit, 'unknown_node'],
      [(await answer(unopened, minerX)).precommit, 'incomplete'],
      [presences[0]!, 'duplicate'],
      [await presence(oracles[3]!), 'unknown_node'],
      [spoilt, 'invalid']
    ])
    const seen = [...good, ...bad.keys()]
    // One observer alone had it in time.
    const views = [[...seen, precommit], seen, seen, seen].map((items) => ({ items }))
    const { report } = deriveReport((await epoch(bound, views, first.cid)).input)
    expect(excludedFrom(report, good)).toEqual(good.map(() => null))
    expect(excludedFrom(report, [...bad.keys()])).toEqual([...bad.values()])
    expect(excludedFrom(report, [precommit])).toEqual(['late'])
    expect(report.excluded).toBe(bad.size + 1)
    expect(report.exclusions).toHaveLength(bad.size + 1)
  })

  it('are bounded, and all of them are counted', async () => {
    const { input } = await epoch(bound, agreed({}), first.cid)
    const ids = new Set(Array.from({ length: MAX_EXCLUSIONS + 7 }, (_, i) => bytesToHex(hashOf(`flood ${i}`))))
    const { report } = deriveReport({ ...input, itemsByObservation: input.observations.map(() => ids) })
    expect(report.excluded).toBe(MAX_EXCLUSIONS + 7)
    expect(report.exclusions.map(({ item }) => item)).toEqual([...ids].sort().slice(0, MAX_EXCLUSIONS))
  })
})
