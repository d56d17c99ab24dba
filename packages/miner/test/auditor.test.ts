import type { NodeId } from '@cortensor/interface'
import { readTranscript } from '@cortensor/proofs'
import { AUDIT_LIMITS, type PendingAudit, streamProtocol } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { createAuditWorld, windowMs } from './audit-world.js'
import { createWorld } from './world.js'

const all = (n: number): string[] => Array.from({ length: n }, (_, i) => `answer-${i}`)

describe('an auditor', () => {
  it('votes on what it is shown, when promises are over', async () => {
    const world = await createAuditWorld()
    const audit = await world.answer('one')
    await world.serve([audit])
    const cutoffMs = world.commitDraw([audit])
    await world.clock.advance(windowMs)
    expect(world.votes).toMatchObject([{ reveal: { subject: audit.subject, vote: 'valid' } }])
    expect((world.votes[0]?.atMs ?? 0) - cutoffMs).toBeGreaterThanOrEqual(windowMs / 2)
    await world.stop()
  })

  it('says that an answer is withheld when it has asked for long enough', async () => {
    const world = await createAuditWorld()
    const audit = await world.answer('one')
    await world.serve([])
    world.commitDraw([audit])
    await world.clock.advance(windowMs)
    expect(world.votes).toMatchObject([{ reveal: { vote: 'withheld' } }])
    await world.stop()
  })

  it.each([0.37, 0.42, 0.45, 0.49])('casts no vote on what it was not shown when %s of the window is over', async (share) => {
    const world = await createAuditWorld()
    const audit = await world.answer('one')
    await world.serve([])
    world.commitDraw([audit], windowMs * share)
    await world.clock.advance(windowMs)
    expect(world.votes).toEqual([])
    await world.stop()
  })

  it('votes on what it is shown, however late it is', async () => {
    const world = await createAuditWorld()
    const audit = await world.answer('one')
    await world.serve([audit])
    world.commitDraw([audit], windowMs * 0.45)
    await world.clock.advance(windowMs)
    expect(world.votes).toMatchObject([{ reveal: { vote: 'valid' } }])
    await world.stop()
  })
})

describe('a draw that cannot be read at once', () => {
  it.each([1, 5])('is read when %s tries have failed, and all is done that it asks for', async (failures) => {
    const world = await createAuditWorld()
    const audit = await world.answer('one')
    const [drawn, self] = [world.node.signer.nodeId, world.own.signer.nodeId]
    const own = await world.answer('own', { miner: self, auditors: [drawn] })
    await world.serve([audit])
    world.loads.failures = failures
    world.commitDraw([audit, own])
    await world.clock.advance(windowMs)
    expect(world.loads.asked).toBe(failures + 1)
    expect(world.votes).toMatchObject([{ reveal: { subject: audit.subject, vote: 'valid' } }])
    expect(world.auditor.answerFor(own, drawn)).toMatchObject({ transcript: own.transcript })
    await world.stop()
  })

  it('is given up when nobody can tell votes any more', async () => {
    const world = await createAuditWorld()
    const audit = await world.answer('one')
    world.loads.failures = 1_000
    world.commitDraw([audit])
    await world.clock.advance(windowMs)
    const { asked } = world.loads
    expect(asked).toBeGreaterThan(5)
    expect(asked).toBeLessThan(25)
    await world.clock.advance(10 * windowMs)
    expect([world.loads.asked, world.votes.length]).toEqual([asked, 0])
    await world.stop()
  })
})

describe('an audited miner', () => {
  it('reads no stream of a stranger', async () => {
    const world = await createWorld()
    const serves = world.handled.get(streamProtocol(world.networkId, 'audit'))?.serves
    expect(serves?.(world.router.signer.nodeId)).toBe(false)
    await world.stop()
  })

  it('serves who was drawn as long as votes can be told, its own answer alone, and not without end', async () => {
    const world = await createAuditWorld()
    const [self, drawn, stranger] = [world.own, world.node, world.router].map(({ signer }) => signer.nodeId) as [
      NodeId,
      NodeId,
      NodeId
    ]
    const own = await world.answer('own', { miner: self, auditors: [drawn] })
    const other = await world.answer('other', { auditors: [stranger] })
    world.commitDraw([own, other])
    await world.clock.advance(windowMs / 4)
    expect([drawn, stranger].map(world.auditor.isDrawn)).toEqual([true, false])
    expect(world.auditor.answerFor(own, stranger)).toBeNull()
    expect(world.auditor.answerFor(other, stranger)).toBeNull()
    const served = Array.from({ length: AUDIT_LIMITS.maxServings + 1 }, () => world.auditor.answerFor(own, drawn))
    expect(served).toEqual([...served.slice(1).map(() => ({ transcript: own.transcript, key: 'own' })), null])
    await world.clock.advance(windowMs)
    expect(world.auditor.isDrawn(drawn)).toBe(false)
    await world.stop()
  })
})

describe('an auditor that has found an answer false', () => {
  it('shows it and its key to whom a dispute draws, and to nobody before or besides', async () => {
    const world = await createAuditWorld()
    const [self, judge, stranger] = [world.own, world.oracles[0], world.router].map((node) => node?.signer.nodeId) as [
      NodeId,
      NodeId,
      NodeId
    ]
    // Other counts than were charged.
    const audit = await world.answer('false')
    const charged = { ...audit, source: { ...audit.source, completionTokens: 1 } as PendingAudit['source'] }
    await world.serve([charged])
    world.commitDraw([charged])
    await world.clock.advance(windowMs)
    expect(world.votes).toMatchObject([{ reveal: { vote: 'invalid' } }])
    expect([judge, stranger].map(world.auditor.isDrawn)).toEqual([false, false])
    expect(world.auditor.answerFor(audit, judge)).toBeNull()
    const earlier = [{ auditor: self, vote: 'invalid' as const, sample: new Uint8Array() }]
    world.commitDraw([{ ...charged, round: 1, auditors: [judge], earlier }])
    await world.clock.advance(windowMs / 4)
    expect([judge, stranger].map(world.auditor.isDrawn)).toEqual([true, false])
    expect(world.auditor.answerFor(audit, stranger)).toBeNull()
    const shown = world.auditor.answerFor(audit, judge)
    expect(shown).toMatchObject({ transcript: audit.transcript })
    const block = await world.clock.complete(world.own.store.get(audit.transcript, { localOnly: true }))
    expect(readTranscript(block, [shown?.key as Uint8Array]).type).toBe('open')
    await world.stop()
  })
})

describe('audits and paid work', () => {
  /** Audits of which each takes the engine some seconds. */
  async function drawn(sequences: number, audits = 6) {
    const world = await createAuditWorld({ sequences, prefillTokensPerSecond: 8 })
    const own: PendingAudit[] = []
    for (const name of all(audits)) {
      own.push(await world.answer(name))
    }
    await world.serve(own)
    return { world, own }
  }

  it.each([
    [1, 1],
    [2, 1],
    [4, 3]
  ])('on %s slots run %s at a time, and none waits at the engine', async (sequences, most) => {
    const { own, world } = await drawn(sequences)
    world.commitDraw(own)
    const used: number[] = []
    for (let step = 0; step < 100; step++) {
      await world.clock.advance(50)
      const { freeSlots, queueLength, totalSlots } = await world.engine.status()
      used.push(totalSlots - freeSlots)
      expect(queueLength).toBe(0)
    }
    expect(Math.max(...used)).toBe(most)
    await world.clock.advance(windowMs)
    expect(world.votes.length).toBeGreaterThan(0)
    await world.stop()
  })

  it('wait while tasks are paid, between one answer and the next too, and are done all the same', async () => {
    const { own, world } = await drawn(1, 3)
    world.setPaid(1)
    world.commitDraw(own)
    await world.clock.advance(windowMs * 0.1)
    expect(await world.engine.status()).toMatchObject({ freeSlots: 1 })
    world.setPaid(0)
    await world.clock.advance(100)
    expect(await world.engine.status()).toMatchObject({ freeSlots: 0 })
    // What runs is finished; the next one makes room.
    world.setPaid(1)
    await world.clock.advance(windowMs * 0.15)
    expect(await world.engine.status()).toMatchObject({ freeSlots: 1, queueLength: 0 })
    await world.clock.advance(windowMs)
    expect(world.votes.map(({ reveal }) => reveal.vote)).toEqual(own.map(() => 'valid'))
    await world.stop()
  })
})
