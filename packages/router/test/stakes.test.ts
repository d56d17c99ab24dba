import type { CompletionEvent, NodeId, Session, SessionId } from '@cortensor/interface'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Act, accepted, end, token } from './scripted-miner.js'
import { ROLE_STAKE } from './test-chain.js'
import { createWorld, modelId, offer, SESSION, sessionOf, type World } from './world.js'

const good: Act[] = [accepted, token('Hello'), end]
const priced = (priceMicroPerKilotoken: number) => ({ models: [offer({ priceMicroPerKilotoken })] })
const noStake = { type: 'failed', failure: 'no_staked_miner' }
/** A block or two later: what the router knows of the registry is old enough to be read again. */
const LATER_MS = 1_000
const FRESH_MS = 30_000
const SESSION_FRESH_MS = 3_000

describe('the stake of miners', () => {
  let world: World
  /** What the session asks for, once the router's own view of sessions is old. */
  const chainHas = async (metadata: Record<string, string> = {}, more: Partial<Session> = {}): Promise<void> => {
    const changes: Partial<Session> = { balance: 1_000_000n, metadata: JSON.stringify(metadata), ...more }
    const session = sessionOf(world, changes)
    world.sessions.set(session.id, session)
    await world.clock.advance(SESSION_FRESH_MS)
    await world.run()
    world.asked.length = 0
  }
  const last = async (change = {}): Promise<CompletionEvent | undefined> => (await world.run(change)).at(-1)
  const asked = (): string[] => world.asked.map(({ miner }) => miner)
  const forget = (node: { signer: { nodeId: NodeId } }): boolean => world.registry.delete(node.signer.nodeId)

  beforeEach(async () => {
    world = await createWorld({ session: SESSION })
    await chainHas()
  })

  it('is there, or paid tasks pass it over and say why', async () => {
    forget(await world.addMiner('stranger', good))
    expect(await last()).toMatchObject({ ...noStake, message: expect.stringMatching(/registered on the chain/) })
    expect(await last({ model: 'auto' })).toMatchObject(noStake)
    await world.addMiner('known', good)
    await world.clock.advance(LATER_MS)
    for (let i = 0; i < 8; i++) {
      expect(await last()).toMatchObject({ type: 'end' })
    }
    expect(new Set(asked())).toEqual(new Set(['known']))
  })

  it('does not matter where nothing is paid', async () => {
    world = await createWorld()
    forget(await world.addMiner('stranger', good))
    expect(await last()).toMatchObject({ type: 'end' })
    expect(world.counts.registryReads).toBe(0)
  })

  it('is of a miner under its own operator, and not less than the role needs', async () => {
    const { nodeId } = (await world.addMiner('one', good)).signer
    const other = (await world.addMiner('two', good)).signer
    world.register(nodeId, ROLE_STAKE - 1n)
    world.register(other.nodeId, ROLE_STAKE, world.own.signer.operator)
    expect(await last()).toMatchObject(noStake)
    world.register(other.nodeId, ROLE_STAKE, undefined, 4)
    await world.clock.advance(LATER_MS)
    expect(await last()).toMatchObject(noStake)
    world.register(nodeId, ROLE_STAKE)
    await world.clock.advance(LATER_MS)
    expect(await last()).toMatchObject({ type: 'end' })
  })

  it('reaches what the session asks for tasks above its value', async () => {
    // Eight tokens at most, by default: 8 and 16 micro-COR.
    await world.addMiner('small', good, priced(1_000))
    const rich = await world.addMiner('rich', good, priced(1_000))
    world.register(rich.signer.nodeId, 5n * ROLE_STAKE)
    await chainHas({ minStake: String(3n * ROLE_STAKE), stakeAbove: '8' })
    await world.clock.advance(LATER_MS)
    for (let i = 0; i < 12; i++) {
      await last({ sampling: { maxTokens: 16 } })
    }
    expect(new Set(asked())).toEqual(new Set(['rich']))
    world.asked.length = 0
    for (let i = 0; i < 24; i++) {
      await last({ sampling: { maxTokens: 8 } })
    }
    expect(new Set(asked())).toEqual(new Set(['rich', 'small']))
    await chainHas({ minStake: String(6n * ROLE_STAKE) })
    expect(await last()).toMatchObject({ ...noStake, message: expect.stringContaining(String(6n * ROLE_STAKE)) })
  })

  it.each(['much', '-1', '1e9', '9'.repeat(31)])('that a session asks for as %j is out of reach', async (minStake) => {
    await world.addMiner('one', good, priced(1_000))
    await chainHas({ minStake })
    expect(await last()).toMatchObject(noStake)
  })

  it('is read seldom, once for all who ask, and again for somebody new', async () => {
    await world.addMiner('one', good)
    await world.clock.complete(Promise.all(Array.from({ length: 5 }, () => world.collect())))
    expect(world.counts.registryReads).toBe(1)
    for (let i = 0; i < 5; i++) {
      await last()
      await world.clock.advance(LATER_MS)
    }
    expect(world.counts.registryReads).toBe(1)
    await world.addMiner('two', good)
    await last()
    expect(world.counts.registryReads).toBe(2)
    await world.clock.advance(FRESH_MS)
    await last()
    expect(world.counts.registryReads).toBe(3)
  })

  it('is not read for somebody who never registers, or has another model, more than now and then', async () => {
    await world.addMiner('one', good)
    forget(await world.addMiner('other', good, { models: [offer({ id: modelId('other'), name: 'other' })] }))
    for (let i = 0; i < 20; i++) {
      expect(await last()).toMatchObject({ type: 'end' })
      await world.clock.advance(LATER_MS)
    }
    expect(world.counts.registryReads).toBe(1)
    forget(await world.addMiner('stranger', good))
    for (let i = 0; i < 20; i++) {
      expect(await last()).toMatchObject({ type: 'end' })
      await world.clock.advance(LATER_MS)
    }
    expect(world.counts.registryReads).toBeGreaterThan(2)
    expect(world.counts.registryReads).toBeLessThanOrEqual(7)
    await world.addMiner('two', good)
    for (let i = 0; i < 20; i++) {
      await last()
      await world.clock.advance(LATER_MS)
    }
    expect(new Set(asked())).toEqual(new Set(['one', 'two']))
  })

  it('is waited for no longer than the request waits, and not for a client that has gone', async () => {
    await world.addMiner('one', good)
    world.counts.isHanging = true
    expect(await last({ maxWaitMs: 3_000 })).toMatchObject({ type: 'failed' })
    const controller = new AbortController()
    const gone = world.collect({}, controller.signal).catch(() => [])
    await world.clock.advance(LATER_MS)
    controller.abort()
    expect(await world.clock.complete(gone)).not.toContainEqual(expect.objectContaining({ type: 'end' }))
  })

  it('stays as it was known while the chain is away', async () => {
    await world.addMiner('one', good)
    expect(await last()).toMatchObject({ type: 'end' })
    world.counts.isDown = true
    await world.clock.advance(FRESH_MS)
    expect(await last()).toMatchObject({ type: 'end' })
    expect(await last()).toMatchObject({ type: 'end' })
    expect(world.counts.registryReads).toBe(2)
  })

  it('is of nobody while the chain could never be read', async () => {
    await world.addMiner('one', good)
    world.counts.isDown = true
    expect(await last()).toMatchObject(noStake)
    world.counts.isDown = false
    await world.clock.advance(LATER_MS)
    expect(await last()).toMatchObject({ type: 'end' })
  })

  it('does not count for another session that asks for less', async () => {
    const open = '02'.padStart(64, '0') as SessionId
    world = await createWorld({ session: SESSION, otherSessions: [open] })
    await chainHas({ minStake: String(2n * ROLE_STAKE) })
    await chainHas({}, { id: open })
    await world.addMiner('one', good, priced(1_000))
    expect(await last()).toMatchObject(noStake)
    expect(await last({ session: open })).toMatchObject({ type: 'end' })
  })
})
