import { cidFromHash } from '@cortensor/crypto'
import { encodeOracleMessage, encodeResultMessage } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { createEvidencePool } from '../../src/evidence/pool.js'
import { createRegistryView, type RegistryView } from '../../src/evidence/registry-view.js'
import {
  hash,
  hex32,
  NOW_MS,
  params,
  precommit,
  result,
  reveal,
  round,
  type SealedTask,
  seal,
  signer,
  task
} from '../fixtures.js'

const MAX_RESULTS = 100
const ROUND_MS = 6_000
const TTL_MS = 120_000
const router = signer('router')
const [miner, second] = [signer('miner'), signer('second')]
const oracle = signer('oracle')

const createPool = (limits: { maxItems?: number; maxItemsPerSender?: number; registry?: RegistryView } = {}) =>
  createEvidencePool({ itemTtlMs: TTL_MS, maxResults: MAX_RESULTS, timing: params, ...limits })
type Pool = ReturnType<typeof createPool>
type Settled = Parameters<Pool['settle']>[0]

const reportOf = (
  change: { results?: unknown[]; failures?: unknown[]; cutoffMs?: number; bindings?: unknown[]; pending?: unknown[] } = {}
): Settled =>
  ({
    results: change.results ?? [],
    failures: change.failures ?? [],
    state: {
      cutoffMs: change.cutoffMs ?? 0,
      bindings: change.bindings ?? [],
      pending: change.pending ?? [],
      panels: [],
      reported: []
    }
  }) as unknown as Settled

async function filled(miners = [miner]) {
  const pool = createPool()
  const sealed = await task('one', router, miners)
  pool.addHeader(sealed.taskId, sealed.header, sealed.envelope, NOW_MS)
  const results = await Promise.all(miners.map((by) => result(sealed.taskId, by)))
  for (const { precommit, commit } of results) {
    pool.addResult('precommits', sealed.taskId, precommit, NOW_MS)
    pool.addResult('commits', sealed.taskId, commit, NOW_MS)
  }
  return { pool, ...sealed, results }
}

describe('tasks', () => {
  it('that were taken are reportable when their deadline has passed and nothing came, until a report holds them', async () => {
    const { taskId, header, envelope } = await task('undone', router, [miner])
    const { precommit, commit } = await result(taskId, miner)
    const taken = await seal(miner, 'result', encodeResultMessage({ type: 'acknowledgement', taskId }))
    const pool = createPool()
    expect(pool.addResult('acknowledgements', taskId, taken, NOW_MS)).toBe(true)
    expect(pool.addResult('acknowledgements', taskId, taken, NOW_MS)).toBe(false)
    expect(pool.addHeader(taskId, header, envelope, NOW_MS)).toBe(true)
    expect(pool.reportable(header.deadlineMs - 1)).toEqual([])
    expect(pool.reportable(header.deadlineMs)).toEqual([envelope, taken])
    // Alone it is no reason for an epoch.
    expect(pool.hasNews(header.deadlineMs)).toBe(false)
    pool.addResult('precommits', taskId, precommit, NOW_MS)
    pool.addResult('commits', taskId, commit, NOW_MS)
    expect(pool.reportable(header.deadlineMs)).toEqual([envelope, precommit, commit])
    const failures = [{ taskId, miner: miner.nodeId }]
    expect(pool.settle(reportOf({ results: failures, failures }), NOW_MS)).toHaveLength(4)
    expect(pool.size).toBe(0)
  })

  it('are reportable once header, precommit and commit are here, in whatever order they came', async () => {
    const { taskId, header, envelope } = await task('one', router, [miner])
    const { precommit, commit } = await result(taskId, miner)
    const pool = createPool()
    expect(pool.addResult('commits', taskId, commit, NOW_MS)).toBe(true)
    expect(pool.addHeader(taskId, header, envelope, NOW_MS)).toBe(true)
    expect(pool.hasNews(NOW_MS)).toBe(false)
    expect(pool.reportable(NOW_MS)).toEqual([])
    expect(pool.addResult('precommits', taskId, precommit, NOW_MS)).toBe(true)
    expect(pool.hasNews(NOW_MS)).toBe(true)
    expect(new Set(pool.reportable(NOW_MS))).toEqual(new Set([envelope, precommit, commit]))
    expect(pool.size).toBe(3)
  })

  it('take no second header, precommit or commit in the same place', async () => {
    const { pool, taskId, header, envelope, results } = await filled()
    const [{ precommit, commit }] = results as [(typeof results)[number]]
    expect(pool.addHeader(taskId, header, envelope, NOW_MS)).toBe(false)
    expect(pool.addResult('precommits', taskId, precommit, NOW_MS)).toBe(false)
    expect(pool.addResult('commits', taskId, commit, NOW_MS)).toBe(false)
    expect(pool.addResult('commits', taskId, await seal(miner, 'result', commit.payload), NOW_MS)).toBe(false)
    expect(pool.size).toBe(3)
  })

  it('do not report who was not assigned', async () => {
    const { pool, taskId } = await filled()
    const { precommit, commit } = await result(taskId, second)
    pool.addResult('precommits', taskId, precommit, NOW_MS)
    pool.addResult('commits', taskId, commit, NOW_MS)
    expect(pool.reportable(NOW_MS)).toHaveLength(3)
  })

  it('are let go with the report that holds them', async () => {
    const { pool, taskId, envelope, results } = await filled()
    const gone = pool.settle(reportOf({ results: [{ taskId, miner: miner.nodeId }] }), NOW_MS)
    const ids = results.flatMap(({ precommit, commit }) => [precommit.id, commit.id])
    expect(new Set(gone.map(({ id }) => id))).toEqual(new Set([envelope.id, ...ids]))
    expect([pool.size, pool.hasNews(NOW_MS)]).toEqual([0, false])
  })

  it('are no news once two reports have passed them over, and are again when another message comes', async () => {
    const { pool, taskId } = await filled([miner, second])
    for (const hasNews of [true, false]) {
      pool.settle(reportOf({ cutoffMs: NOW_MS }), NOW_MS)
      expect(pool.hasNews(NOW_MS)).toBe(hasNews)
    }
    expect(pool.reportable(NOW_MS)).toHaveLength(5)
    const another = await task('another', router, [miner])
    pool.addHeader(another.taskId, another.header, another.envelope, NOW_MS)
    const more = await result(another.taskId, miner)
    pool.addResult('precommits', another.taskId, more.precommit, NOW_MS)
    pool.addResult('commits', another.taskId, more.commit, NOW_MS)
    expect(pool.hasNews(NOW_MS)).toBe(true)
    expect(another.taskId).not.toBe(taskId)
  })

  it('are not passed over by a report of the time before them, nor by one that was full', async () => {
    const { pool } = await filled()
    const full = Array.from({ length: MAX_RESULTS }, (_, i) => ({ taskId: `other ${i}`, miner: 'other' }))
    for (let i = 0; i < 3; i++) {
      pool.settle(reportOf({ cutoffMs: NOW_MS - 1 }), NOW_MS)
      pool.settle(reportOf({ cutoffMs: NOW_MS, results: full }), NOW_MS)
    }
    expect(pool.hasNews(NOW_MS)).toBe(true)
  })

  it('keep their header while another miner of theirs is still to be reported', async () => {
    const { pool, taskId, envelope } = await filled([miner, second])
    pool.settle(reportOf({ results: [{ taskId, miner: miner.nodeId }] }), NOW_MS)
    expect(pool.size).toBe(3)
    expect(pool.reportable(NOW_MS)).toContain(envelope)
    pool.settle(reportOf({ results: [{ taskId, miner: second.nodeId }] }), NOW_MS)
    expect(pool.size).toBe(0)
  })

  it('are let go when they have waited too long, not before', async () => {
    const { pool } = await filled()
    expect(pool.settle(reportOf(), NOW_MS + TTL_MS - 1)).toEqual([])
    expect(pool.settle(reportOf(), NOW_MS + TTL_MS)).toHaveLength(3)
    expect(pool.size).toBe(0)
  })
})

describe('rounds', () => {
  it('take answers of rounds that are known, each once', async () => {
    const { roundId, round: open, envelope } = await round(oracle)
    const [first, last] = [await precommit(roundId, miner), await reveal(roundId, miner)]
    const pool = createPool()
    expect(pool.addAnswer('precommits', roundId, first, NOW_MS)).toBe('unknown_round')
    expect(pool.addRound(roundId, open, envelope)).toBe(true)
    expect(pool.addRound(roundId, open, envelope)).toBe(false)
    expect(pool.addAnswer('reveals', roundId, last, NOW_MS)).toBe('unpromised')
    expect(pool.addAnswer('precommits', roundId, first, NOW_MS)).toBe(null)
    expect(pool.addAnswer('precommits', roundId, await precommit(roundId, miner), NOW_MS)).toBe('twice')
    expect(pool.addAnswer('precommits', roundId, await precommit(roundId, second), NOW_MS + 4_001)).toBe('late')
    expect(pool.addAnswer('reveals', roundId, last, NOW_MS + 4_001)).toBe(null)
    expect(pool.round(roundId)).toEqual(open)
    expect(pool.size).toBe(3)
  })

  it('take no twin in the same place', async () => {
    const pool = createPool()
    const [one, twin, next] = [
      await round(oracle),
      await round(oracle, { openedMs: NOW_MS + 1 }),
      await round(oracle, { index: 1 })
    ]
    expect(pool.addRound(one.roundId, one.round, one.envelope)).toBe(true)
    expect(pool.addRound(twin.roundId, twin.round, twin.envelope)).toBe(false)
    expect(pool.addRound(next.roundId, next.round, next.envelope)).toBe(true)
  })

  it('are reportable when they are over and somebody answered', async () => {
    const [answered, silent] = [await round(oracle), await round(oracle, { index: 1 })]
    const pool = createPool()
    for (const { roundId, round: open, envelope } of [answered, silent]) {
      pool.addRound(roundId, open, envelope)
    }
    const answer = await precommit(answered.roundId, miner)
    pool.addAnswer('precommits', answered.roundId, answer, NOW_MS)
    expect(pool.hasNews(NOW_MS + ROUND_MS - 1)).toBe(false)
    expect(pool.hasNews(NOW_MS + ROUND_MS)).toBe(true)
    expect(pool.reportable(NOW_MS + ROUND_MS)).toEqual([answered.envelope, answer])
  })

  it('are let go with the first report whose cutoff is not before their end, or after the wait', async () => {
    const { roundId, round: open, envelope } = await round(oracle)
    const add = () => {
      const pool = createPool()
      pool.addRound(roundId, open, envelope)
      return pool
    }
    const late = NOW_MS + 60_000
    expect(add().settle(reportOf({ cutoffMs: NOW_MS + ROUND_MS - 1 }), late)).toEqual([])
    expect(add().settle(reportOf({ cutoffMs: NOW_MS + ROUND_MS }), late)).toEqual([envelope])
    expect(add().settle(reportOf(), NOW_MS + ROUND_MS + TTL_MS)).toEqual([envelope])
  })
})

describe('bindings', () => {
  const presence = () => seal(miner, 'presence', hash('presence'), NOW_MS + 9_000)

  it('are reportable, but no news: alone they begin no epoch', async () => {
    const pool = createPool()
    const [first, again] = [await presence(), await presence()]
    expect(pool.addBinding(first)).toBe(true)
    expect(pool.addBinding(again)).toBe(false)
    expect(pool.reportable(NOW_MS)).toEqual([first])
    expect(pool.hasNews(NOW_MS)).toBe(false)
  })

  it('are let go when the report has them', async () => {
    const pool = createPool()
    const envelope = await presence()
    pool.addBinding(envelope)
    expect(pool.settle(reportOf({ bindings: [{ node: second.nodeId }] }), NOW_MS)).toEqual([])
    expect(pool.settle(reportOf({ bindings: [{ node: miner.nodeId }] }), NOW_MS)).toEqual([envelope])
  })

  it('of nodes that nobody registered do not stay for ever', async () => {
    const pool = createPool()
    const envelope = await presence()
    pool.addBinding(envelope)
    expect(pool.settle(reportOf(), NOW_MS + 9_000 + TTL_MS - 1)).toEqual([])
    expect(pool.settle(reportOf(), NOW_MS + 9_000 + TTL_MS)).toEqual([envelope])
    expect(pool.size).toBe(0)
  })
})

describe('bounds', () => {
  it('hold for each sender, and free up when something is settled', async () => {
    const pool = createPool({ maxItemsPerSender: 2 })
    const tasks = await Promise.all(['a', 'b', 'c'].map((name) => task(name, router, [miner])))
    const added = tasks.map(({ taskId, header, envelope }) => pool.addHeader(taskId, header, envelope, NOW_MS))
    expect(added).toEqual([true, true, false])
    const { precommit } = await result(tasks[2]?.taskId as never, miner)
    expect(pool.addResult('precommits', tasks[2]?.taskId as never, precommit, NOW_MS)).toBe(true)
    pool.settle(reportOf(), NOW_MS + TTL_MS)
    expect(pool.size).toBe(0)
    const [{ taskId, header, envelope }] = tasks as [(typeof tasks)[number]]
    expect(pool.addHeader(taskId, header, envelope, NOW_MS)).toBe(true)
  })

  it('keep strangers in a small place of their own until they are registered, and lose nothing of them', async () => {
    const registry = createRegistryView()
    const pool = createPool({ registry })
    const { taskId, header, envelope } = await task('a', router, [miner])
    const { commit, precommit } = await result(taskId, miner)
    registry.set([router.nodeId])
    expect(pool.addHeader(taskId, header, envelope, NOW_MS)).toBe(true)
    const first = await Promise.all(Array.from({ length: 70 }, (_, i) => task(`of a stranger ${i}`, second, [miner])))
    const added = first.map((one) => pool.addHeader(one.taskId, one.header, one.envelope, NOW_MS))
    expect(added.filter(Boolean)).toHaveLength(64)
    expect(pool.addResult('precommits', taskId, precommit, NOW_MS)).toBe(true)
    expect(pool.addResult('commits', taskId, commit, NOW_MS)).toBe(true)
    expect(pool.reportable(NOW_MS)).toHaveLength(3)
    registry.add(second.nodeId)
    const [, , last] = first.slice(-3) as [SealedTask, SealedTask, SealedTask]
    expect(pool.addHeader(last.taskId, last.header, last.envelope, NOW_MS)).toBe(true)
  })

  it('let no number of strangers crowd out who is registered', async () => {
    const registry = createRegistryView()
    const pool = createPool({ registry, maxItems: 1 })
    registry.set([router.nodeId])
    const opened = await round(oracle)
    for (let i = 0; i < 4_200; i++) {
      const stranger = { ...opened.envelope, id: `${i}`, sender: `stranger ${i}` as never }
      pool.addBinding(stranger)
    }
    expect(pool.size).toBe(4_096)
    const { taskId, header, envelope } = await task('a', router, [miner])
    expect(pool.addHeader(taskId, header, envelope, NOW_MS)).toBe(true)
  })

  it('hold for all together, for every kind', async () => {
    const pool = createPool({ maxItems: 1 })
    const { taskId, header, envelope } = await task('a', router, [miner])
    const opened = await round(oracle)
    const { precommit, commit } = await result(taskId, miner)
    expect(pool.addResult('precommits', taskId, precommit, NOW_MS)).toBe(true)
    expect(pool.addResult('commits', taskId, commit, NOW_MS)).toBe(false)
    expect(pool.addHeader(taskId, header, envelope, NOW_MS)).toBe(false)
    expect(pool.addRound(opened.roundId, opened.round, opened.envelope)).toBe(false)
    expect(pool.addBinding(await seal(second, 'presence', hash('presence')))).toBe(false)
    expect(pool.size).toBe(1)
  })
})

describe('two proposals of one leader', () => {
  const instance = { config: hex32('config'), epoch: 4 as never, prev: hex32('three') }
  const proposal = async (name: string, view = 0) => {
    const propose = { instance, view, report: cidFromHash(hash(name)), digest: hex32(name), timeouts: [] }
    return { propose, envelope: await seal(oracle, 'oracle', encodeOracleMessage({ type: 'propose', ...propose })) }
  }
  const reportOfEpoch = (epoch: number): Settled =>
    ({
      results: [],
      failures: [],
      state: { cutoffMs: 0, bindings: [], pending: [], panels: [], reported: [], epoch }
    }) as unknown as Settled

  it('are reportable as a pair until the report of the epoch after, and no reason for an epoch', async () => {
    const pool = createPool()
    const [one, two, three] = [await proposal('one'), await proposal('two'), await proposal('three')]
    expect(pool.addProposal(one.propose, one.envelope)).toBe(true)
    expect(pool.addProposal(one.propose, one.envelope)).toBe(false)
    expect(pool.reportable(NOW_MS)).toEqual([])
    expect(pool.addProposal(two.propose, two.envelope)).toBe(true)
    expect(pool.addProposal(three.propose, three.envelope)).toBe(false)
    expect(pool.hasNews(NOW_MS)).toBe(false)
    expect(new Set(pool.reportable(NOW_MS))).toEqual(new Set([one.envelope, two.envelope]))
    expect(pool.settle(reportOfEpoch(4), NOW_MS)).toEqual([])
    expect(pool.settle(reportOfEpoch(5), NOW_MS)).toHaveLength(2)
    expect([pool.size, pool.reportable(NOW_MS)]).toEqual([0, []])
  })
})
