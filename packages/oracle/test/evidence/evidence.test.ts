import { cidFromHash } from '@cortensor/crypto'
import { createMemoryKeyValue, createVirtualClock, type MemoryKeyValue } from '@cortensor/memory'
import { encodeOracleMessage } from '@cortensor/protocols'
import { openItems } from '@cortensor/scoring'
import { describe, expect, it } from 'vitest'
import { createEvidence } from '../../src/evidence/evidence.js'
import { createEvidencePool } from '../../src/evidence/pool.js'
import {
  hash,
  hex32,
  NOW_MS,
  network,
  params,
  precommit,
  result,
  reveal,
  round,
  seal,
  signer,
  task,
  verifier
} from '../fixtures.js'

const create = (keyValue: MemoryKeyValue) => {
  const pool = createEvidencePool({
    itemTtlMs: 120_000,
    maxResults: 1_000,
    timing: params
  })
  return createEvidence({ pool, keyValue, clock: createVirtualClock({ startMs: NOW_MS }), ...network, verifier })
}

async function stored() {
  const keyValue = createMemoryKeyValue()
  await keyValue.start()
  const evidence = create(keyValue)
  const [router, miner] = [signer('router'), signer('miner')]
  // Sealed before the round, to show that loading does not go by time alone.
  const opened = await round(signer('oracle'))
  const { taskId, header, envelope } = await task('one', router, [miner])
  const answers = { precommits: await precommit(opened.roundId, miner), reveals: await reveal(opened.roundId, miner) }
  const results = await result(taskId, miner)
  const { pool } = evidence
  await evidence.keep(pool.addHeader(taskId, header, envelope, NOW_MS), envelope)
  await evidence.keep(pool.addResult('precommits', taskId, results.precommit, NOW_MS), results.precommit)
  await evidence.keep(pool.addResult('commits', taskId, results.commit, NOW_MS), results.commit)
  await evidence.keep(pool.addRound(opened.roundId, opened.round, opened.envelope), opened.envelope)
  for (const stage of ['precommits', 'reveals'] as const) {
    await evidence.keep(pool.addAnswer(stage, opened.roundId, answers[stage], NOW_MS) === null, answers[stage])
  }
  return { keyValue, evidence, taskId, miner, opened }
}

describe('evidence', () => {
  it('survives a restart', async () => {
    const { evidence, keyValue } = await stored()
    const again = create(keyValue)
    await again.load()
    const later = NOW_MS + 10_000
    expect(again.pool.size).toBe(6)
    const ids = (held: typeof evidence) => new Set(held.pool.reportable(later).map(({ id }) => id))
    expect(ids(again)).toEqual(ids(evidence))
  })

  it('of two proposals survives a restart as a pair', async () => {
    const keyValue = createMemoryKeyValue()
    await keyValue.start()
    const evidence = create(keyValue)
    const instance = { config: hex32('config'), epoch: 4 as never, prev: hex32('three') }
    for (const name of ['one', 'two']) {
      const propose = { instance, view: 0, report: cidFromHash(hash(name)), digest: hex32(name), timeouts: [] }
      const envelope = await seal(signer('oracle'), 'oracle', encodeOracleMessage({ type: 'propose', ...propose }))
      await evidence.keep(evidence.pool.addProposal(propose, envelope), envelope)
    }
    const again = create(keyValue)
    await again.load()
    expect(again.pool.reportable(NOW_MS)).toHaveLength(2)
    const items = again.pool.reportable(NOW_MS).map(({ bytes }) => bytes)
    expect((await openItems(items, { ...network, verifier })).map(({ kind }) => kind)).toEqual(['proposal', 'proposal'])
  })

  it('is not verified again for a report, neither after it was heard nor after a restart', async () => {
    const { evidence, keyValue } = await stored()
    const items = evidence.pool.reportable(NOW_MS + 10_000).map(({ bytes }) => bytes)
    let checked = 0
    const counting = { ...verifier, verify: async () => ++checked > 0 }
    const again = create(keyValue)
    await again.load()
    for (const { known } of [evidence, again]) {
      expect(await openItems(items, { ...network, verifier: counting, known })).toHaveLength(6)
    }
    expect(checked).toBe(0)
  })

  const settled = async () => {
    const all = await stored()
    const { evidence, miner, opened, taskId } = all
    const before = evidence.pool.reportable(NOW_MS + 10_000).map(({ id }) => id)
    const state = { cutoffMs: opened.round.openedMs + 6_000, bindings: [], pending: [], panels: [], reported: [] }
    const commit = { epoch: 3, digest: hex32('three'), block: { number: 20 } }
    await evidence.settle({ results: [{ taskId, miner: miner.nodeId }], failures: [], state } as never, commit as never)
    return { ...all, before }
  }

  it('what a report has settled is gone, and from disk too once the commit is final', async () => {
    const { before: items, evidence, keyValue } = await settled()
    expect([evidence.pool.size, keyValue.size]).toEqual([0, 6])
    await evidence.finalise(19)
    expect(keyValue.size).toBe(6)
    expect(evidence.known.get(items[0]!)).not.toBeNull()
    await evidence.finalise(20)
    expect(keyValue.size).toBe(0)
    // What was settled for good is no load for memory.
    expect(items.map((id) => evidence.known.get(id))).toEqual(items.map(() => null))
    await evidence.restore(async () => false)
    expect(evidence.pool.size).toBe(0)
  })

  it('what a report had settled that lost its place waits again, whole', async () => {
    const { before, evidence, keyValue } = await settled()
    const asked: unknown[] = []
    await evidence.restore(async (...what) => asked.push(what) > 0)
    expect(asked).toEqual([[3, hex32('three')]])
    expect(evidence.pool.size).toBe(0)
    await evidence.restore(async () => false)
    expect(new Set(evidence.pool.reportable(NOW_MS + 10_000).map(({ id }) => id))).toEqual(new Set(before))
    expect(evidence.pool.hasNews(NOW_MS + 10_000)).toBe(true)
    await evidence.finalise(1_000)
    expect(keyValue.size).toBe(6)
  })

  it('what was refused is not written down', async () => {
    const { evidence, keyValue } = await stored()
    await evidence.keep(false, await seal(signer('miner'), 'result', hash('whatever')))
    expect(keyValue.size).toBe(6)
  })

  it('what cannot be read any more is left out, and the rest is there', async () => {
    const { keyValue } = await stored()
    await keyValue.put('evidence/torn', Uint8Array.of(1, 2, 3))
    await keyValue.put('evidence/empty', new Uint8Array(0))
    const foreign = await seal(signer('miner'), 'result', hash('no message'))
    await keyValue.put('evidence/foreign', Uint8Array.of(2, ...foreign.bytes))
    const again = create(keyValue)
    await again.load()
    expect(again.pool.size).toBe(6)
  })
})
