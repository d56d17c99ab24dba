import { ZERO_HEX32 } from '@cortensor/crypto'
import { rewardProof } from '@cortensor/proofs'
import { loadReport } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { deriveReport, openItems, type ReportInput } from '../src/index.js'
import { bound, derive, first, genesis, presences, proved, sumOf } from './bound-world.js'
import {
  agreed,
  anchor,
  answer,
  committee,
  epoch,
  fetchFrom,
  GENESIS_MS,
  hex32Of,
  measuresOf,
  miners,
  minerX,
  minerY,
  minerZ,
  network,
  params,
  round,
  task,
  verifier
} from './world.js'

describe('the first report', () => {
  it('binds nodes to operators, and pays nobody who is not qualified', async () => {
    const { report, state, commit, digest, blocks, cid } = first
    expect(report.epoch).toBe(1)
    expect(report.prev).toBe(ZERO_HEX32)
    expect(report.state.bindings).toEqual(
      miners.map(({ nodeId, operator }) => ({ node: nodeId, operator })).sort((a, b) => (a.node < b.node ? -1 : 1))
    )
    // Nobody has shown anything yet, so that nobody has a claim.
    expect(report.rewards).toEqual([])
    expect(commit.totals).toEqual({ results: 0, rewards: 0n })
    expect(state).toEqual({ ...report.state, digest })
    expect(await loadReport(cid, fetchFrom(blocks))).toEqual(report)
  })

  it('pays those that were up and are qualified, the same', async () => {
    const { report } = await derive([], proved)
    // Sixty seconds at 0.8 COR, of which three tenths are for being there and nobody claims the rest.
    expect(report.rewards.map(({ base }) => base)).toEqual([4_800_000n, 4_800_000n, 4_800_000n])
    const alarmed = {
      node: minerX.nodeId,
      checks: 1,
      contradictions: 1,
      verifiedTokens: 0,
      evidence: 10n ** 9n,
      plants: 0,
      isUnseated: false,
      isEjected: false
    }
    const others = (await derive([], { ...proved, honesty: [alarmed] })).report.rewards
    expect(others.map(({ base, node }) => [node, base])).toEqual(
      [minerY.nodeId, minerZ.nodeId].sort().map((node) => [node, 7_200_000n])
    )
    const untried = { ...proved, reputations: proved.reputations.map((row) => ({ ...row, rounds: 2 })) }
    expect((await derive([], untried)).report.rewards).toEqual([])
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
    const { report } = deriveReport((await epoch(proved, agreed(odd))).input)
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
    const { report } = deriveReport((await epoch(proved, agreed({ measures: measuresOf(0.5) }))).input)
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
