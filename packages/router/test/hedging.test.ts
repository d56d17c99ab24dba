import type { Session } from '@cortensor/interface'
import { createMemorySigner } from '@cortensor/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Act, accepted, end, token } from './scripted-miner.js'
import { createWorld, offer, SESSION, sessionOf, textOf, type World } from './world.js'

const paid = { models: [offer({ priceMicroPerKilotoken: 1_000 })] }
const quick = (text: string): Act[] => [accepted, 50, token(text), end]
/** Of eight tokens at 1,000 micro-COR for 1,000. */
const MOST = 8n

describe('a request that waits for its first token', () => {
  let world: World
  const book = async () => (await world.clock.complete(world.role.status())).sessions[0]
  const askedOf = (miner: string) => world.asked.filter((one) => one.miner === miner)
  const begin = async (terms: Partial<Session['terms']> = {}): Promise<void> => {
    world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000n }, { sla: 'high', ...terms }))
    // Whoever comes while a request runs has registered before.
    for (const label of ['fast', 'slower', 'other']) {
      world.register(createMemorySigner({ label }).nodeId)
    }
    await world.clock.advance(3_000)
  }

  beforeEach(async () => {
    world = await createWorld({ session: SESSION })
  })

  /** Slow is asked first: as long as it is alone, nobody else can be. */
  const startSlow = async (acts: readonly Act[] = [accepted, 9_000, token('slow'), end]) => {
    await world.addMiner('slow', acts, paid)
    const events = world.collect()
    await world.clock.advance(60)
    expect(askedOf('slow')).toHaveLength(1)
    return { events }
  }

  it('is given to a second miner, whose answer comes first; the late one is cancelled and not paid', async () => {
    await begin()
    const { events } = await startSlow()
    await world.addMiner('fast', quick('fast'), paid)
    const seen = await world.clock.complete(events)
    expect(textOf(seen)).toBe('fast')
    expect(askedOf('fast')).toHaveLength(1)
    await world.clock.advance(100)
    expect(askedOf('slow')[0]?.aborted).toBe(true)
    // Long before the slow one would have begun.
    expect((askedOf('fast')[0]?.atMs ?? 0) - (askedOf('slow')[0]?.atMs ?? 0)).toBeLessThan(2_000)
    const assigned = seen.filter((event) => event.type === 'assigned')
    expect(assigned).toHaveLength(2)
    const done = seen.at(-1)
    expect(done).toMatchObject({ type: 'end', miner: assigned[1]?.miner, taskId: assigned[1]?.taskId })
    // The header of the late one was never broadcast, and it has no receipt; what it could still claim stays set aside for a while.
    expect(world.headers.map(({ assigned: [miner] }) => miner)).toEqual([assigned[1]?.miner])
    const late = world.finished.find(({ taskId }) => taskId === assigned[0]?.taskId)
    expect(late).toMatchObject({ status: 'cancelled', cid: null })
    expect(await world.role.receipt(assigned[0]?.taskId as never)).toBeNull()
    expect(await book()).toMatchObject({ held: MOST + 2n - 1n })
    await world.clock.advance(200_000)
    await world.commitEpoch(1, [])
    await world.clock.advance(1_000)
    expect(await book()).toMatchObject({ held: 0n })
  })

  it('stays with the first miner when that one begins after all', async () => {
    await begin()
    const { events } = await startSlow([accepted, 700, token('slow'), 300, token(' but sure'), end])
    await world.addMiner('slower', [accepted, 5_000, token('never'), end], paid)
    const seen = await world.clock.complete(events)
    await world.clock.advance(100)
    expect(textOf(seen)).toBe('slow but sure')
    expect(askedOf('slower')[0]?.aborted).toBe(true)
    expect(seen.filter((event) => event.type === 'assigned')).toHaveLength(1)
  })

  it('survives that either of the two fails', async () => {
    await begin()
    const { events } = await startSlow([accepted, 700, 'throw'])
    await world.addMiner('other', [accepted, 2_000, token('other'), end], paid)
    expect(textOf(await world.clock.complete(events))).toBe('other')

    const again = await createWorld({ session: SESSION })
    world = again
    await begin()
    const slow = await startSlow([accepted, 1_500, token('slow'), end])
    await world.addMiner('other', [accepted, 'throw'], paid)
    expect(textOf(await world.clock.complete(slow.events))).toBe('slow')
  })

  it('is not given to a second miner below the highest level of service, nor while the first is as quick as expected', async () => {
    await begin({ sla: 'medium' })
    const { events } = await startSlow([accepted, 2_000, token('slow'), end])
    await world.addMiner('fast', quick('fast'), paid)
    expect(textOf(await world.clock.complete(events))).toBe('slow')
    expect(askedOf('fast')).toHaveLength(0)
  })

  it('is hedged in one of ten requests at most, when everybody is slow', async () => {
    await begin()
    const lazy: Act[] = [accepted, 3_000, token('a'), end]
    await world.addMiner('a', lazy, paid)
    await world.addMiner('b', lazy, paid)
    let hedged = 0
    const count = 60
    for (let i = 0; i < count; i++) {
      const before = world.asked.length
      const events = await world.run()
      expect(events.at(-1)?.type).toBe('end')
      hedged += world.asked.length - before - 1
    }
    expect(hedged).toBeGreaterThan(0)
    expect(hedged).toBeLessThanOrEqual(2 + count / 10)
  })

  it('is cancelled at both miners when the client goes away', async () => {
    await begin()
    await world.addMiner('a', [accepted, 'forever'], paid)
    await world.addMiner('b', [accepted, 'forever'], paid)
    const left = new AbortController()
    const gone = world.collect({}, left.signal).catch(() => [])
    await world.clock.advance(2_000)
    expect(world.asked).toHaveLength(2)
    left.abort()
    await world.clock.complete(gone)
    await world.clock.advance(100)
    expect(world.asked.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(world.finished.map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
  })

  it('learns who is late, and asks that one less', async () => {
    await begin()
    await world.addMiner('slow', [accepted, 6_000, token('a'), end], paid)
    await world.addMiner('fast', quick('a'), paid)
    for (let i = 0; i < 40; i++) {
      await world.run()
    }
    world.asked.length = 0
    for (let i = 0; i < 30; i++) {
      await world.run()
    }
    expect(askedOf('slow').length).toBeLessThan(6)
  })
})

describe('a miner that keeps failing', () => {
  it('is replaced by another one within the request, and rests after three failures', async () => {
    const world = await createWorld()
    await world.addMiner('broken', [accepted, 'throw'])
    await world.addMiner('good', quick('good'))
    for (let i = 0; i < 40; i++) {
      expect(textOf(await world.run())).toBe('good')
    }
    const failures = world.asked.filter(({ miner }) => miner === 'broken')
    expect(failures).toHaveLength(3)
    // No request asks a miner again that has failed it.
    expect(world.asked).toHaveLength(40 + 3)
    await world.clock.advance(31_000)
    for (let i = 0; i < 30; i++) {
      await world.run()
    }
    expect(world.asked.filter(({ miner }) => miner === 'broken').length).toBeLessThanOrEqual(4)
  })
})
