import type { NodeId } from '@cortensor/interface'
import { describe, expect, it } from 'vitest'
import { askedAbility, deriveReport } from '../src/index.js'
import { bound, derive, genesis } from './bound-world.js'
import { answer, epoch, hex32Of, MODEL, minerX, minerY, minerZ, oracles, params, round } from './world.js'

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

  it('count everything as wrong for who answers what nobody asked', async () => {
    const one = await round(bound)
    const { report } = await derive([one.open, ...(await answer(one, minerX, { isBeyond: true })).all])
    expect(report.outcomes).toMatchObject([{ miner: minerX.nodeId, model: null, status: 'malformed' }])
    expect(report.outcomes[0]?.scores.map(({ asked, correct }) => [asked, correct])).toEqual([
      [2, 0],
      [2, 0],
      [2, 0]
    ])
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
    const alone = deriveReport((await epoch(bound, [{ items: [one.open, ...x.all] }, { items: [one.open] }, {}, {}])).input)
    expect(alone.report.outcomes).toMatchObject([{ miner: minerX.nodeId, model: null, status: 'late' }])
    expect(alone.report.outcomes[0]?.scores.every(({ asked }) => asked === 0)).toBe(true)
    expect(alone.report.state.skills).toEqual([])
    const missed = { precommit: { entered: 1_000, succeeded: 0 } }
    expect(alone.report.state.reputations).toMatchObject([{ node: minerX.nodeId, rounds: 0, stages: missed }])
  })

  it('of a miner that is not registered have no outcome', async () => {
    const one = await round(bound)
    const { report } = await derive([one.open, ...(await answer(one, oracles[3] as typeof minerX)).all])
    expect(report.outcomes).toEqual([])
  })

  it.each([
    ['opened by nobody of the committee', {}, minerX],
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

  it('do not count when f observers had them', async () => {
    const one = await round(bound)
    const all = [one.open, ...(await answer(one, minerX)).all]
    const [few, enough] = [
      [{ items: all }, { items: all.slice(1) }, {}, {}],
      [{ items: all }, { items: all }, {}, {}]
    ]
    expect(deriveReport((await epoch(bound, few)).input).report.outcomes).toEqual([])
    expect(deriveReport((await epoch(bound, enough)).input).report.outcomes).toHaveLength(1)
  })

  it('of the epoch before count as well', async () => {
    const late = await round(genesis, { openedMs: bound.cutoffMs - 5_000 })
    const { report } = await derive([late.open, ...(await answer(late, minerX)).all])
    expect(report.outcomes).toHaveLength(1)
  })

  it('ask what the state says that they build on, also when they count in the epoch after', async () => {
    const easy = await round(bound)
    const taught = await derive([
      easy.open,
      ...(await answer(easy, minerX)).all,
      ...(await answer(easy, minerY, { wrong: 6 })).all
    ])
    // Opened before those answers counted, ended after: marked by what the miners could be asked then.
    const late = await round(bound, { index: 1, openedMs: taught.state.cutoffMs - 5_000 })
    const next = await round(taught.state)
    expect(next.skills.length).toBeGreaterThan(0)
    for (const one of [late, next]) {
      const items = [one.open, ...(await answer(one, minerX)).all, ...(await answer(one, minerY)).all]
      const { report } = await derive(items, taught.state)
      expect(report.outcomes).toHaveLength(2)
      expect(report.outcomes.flatMap(({ scores }) => scores).every(({ asked, correct }) => correct === asked)).toBe(true)
      const abilityOf = askedAbility(
        one.skills.filter(({ node }) => node === minerX.nodeId),
        one.round.epoch
      )
      const stated = report.outcomes.find(({ miner }) => miner === minerX.nodeId)?.scores ?? []
      expect(stated.map(({ abilityMilli }) => abilityMilli)).toEqual(one.round.categories.map(abilityOf))
    }
  })

  it('of one block count once, the first by place and id, also in the next epoch', async () => {
    const twins = [await round(bound), await round(bound, { openedMs: bound.cutoffMs + 12_000 })]
    const items: Uint8Array[] = []
    for (const twin of twins) {
      items.push(twin.open, ...(await answer(twin, minerX)).all)
    }
    const { report, state } = await derive(items)
    const lowest = twins.map(({ roundId }) => roundId).sort()[0]
    expect(report.outcomes.map(({ roundId }) => roundId)).toEqual([lowest])
    expect((await derive(items, state)).report.outcomes).toEqual([])
    const elsewhere = await round(state, { index: 7, seedBlock: twins[0]!.round.seedBlock })
    const again = await derive([elsewhere.open, ...(await answer(elsewhere, minerX)).all], state)
    expect(again.report.outcomes).toEqual([])
  })

  it('count as many as their interval leaves room for, the lowest first', async () => {
    const later = { index: 0, openedMs: bound.cutoffMs + 11_000, seedBlock: 4 }
    const rounds = [await round(bound, { index: 1 }), await round(bound, later)]
    const items: Uint8Array[] = []
    for (const one of rounds) {
      items.push(one.open, ...(await answer(one, minerX)).all)
    }
    expect((await derive(items)).report.outcomes.map(({ roundId }) => roundId)).toEqual([rounds[1]?.roundId])
  })
})
