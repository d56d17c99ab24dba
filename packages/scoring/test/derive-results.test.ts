import { cidFromHash } from '@cortensor/crypto'
import type { TaskId } from '@cortensor/interface'
import { resultsRoot, settlementProof } from '@cortensor/proofs'
import { MAX_EXCLUSIONS, type Report, resultCommitment } from '@cortensor/protocols'
import { bytesToHex } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { deriveReport, type OpenedItem, type ReportInput } from '../src/index.js'
import { bound, derive, excludedFrom, first, presences, sumOf } from './bound-world.js'
import {
  agreed,
  anchorWith,
  answer,
  epoch,
  GENESIS_MS,
  hashOf,
  headerOf,
  hex32Of,
  minerX,
  minerY,
  minerZ,
  oracles,
  params,
  presence,
  round,
  router,
  SESSION,
  sessionOf,
  task
} from './world.js'

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
    expect(charged.report.state.settlements).toMatchObject([{ session: SESSION, spent: 180n, final: 0n, credited: 0n }])
    expect(charged.report.anchor.sessions).toMatchObject([{ session: SESSION, balance: 1_000_000n }])
    // An audit could still refuse it.
    expect(settlementProof(charged.report.state, SESSION)?.amount).toBe(0n)

    // Before it has paid nothing happens; then all of it is given out at once.
    const idle = deriveReport((await epoch(charged.state, agreed({}), charged.cid, { anchor: anchorWith([sessionOf()]) })).input)
    const [before] = charged.report.state.settlements
    expect(idle.report.state.settlements).toEqual([{ ...before, final: 180n }])
    expect(settlementProof(idle.report.state, SESSION)?.amount).toBe(180n)
    const paid = anchorWith([sessionOf({ balance: 999_820n, paid: 180n, settled: 180n })])
    const { report } = deriveReport((await epoch(idle.state, agreed({}), idle.cid, { anchor: paid })).input)
    const given = work(report)
    expect([minerX, minerY, minerZ, router].map(({ nodeId }) => given.get(nodeId) ?? 0n)).toEqual([54n, 108n, 0n, 5n])
    expect(oracles.map(({ nodeId }) => given.get(nodeId) ?? 0n).toSorted()).toEqual([3n, 3n, 3n, 4n])
    expect(report.state.settlements).toEqual([{ session: SESSION, spent: 180n, final: 180n, credited: 180n, dues: [] }])
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
      [(await round(bound, { view: 1 }, minerZ)).open, 'not_allowed'],
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
