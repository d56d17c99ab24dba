import type { CompletionEvent, CompletionRequest, EpochNumber, Session, SessionId, TaskId } from '@cortensor/interface'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionBook } from '../src/sessions/session-book.js'
import { type Act, accepted, declined, end, token } from './scripted-miner.js'
import { createWorld, MODEL, modelId, offer, SESSION, sessionOf, type World } from './world.js'

const ID = SESSION
const OTHER = '02'.padStart(64, '0') as SessionId
/** Eight tokens at 1,000 micro-COR for 1,000 tokens. */
const MOST = 8n
const good: Act[] = [accepted, token('Hello'), token(' world'), end]
const paid = { models: [offer({ priceMicroPerKilotoken: 1_000 })] }

describe('a completion under a session', () => {
  let world: World
  const session = (changes: Partial<Session> = {}): Session => sessionOf(world, changes)
  /** So that what was read before is old. */
  const chainHas = async (...all: Session[]): Promise<void> => {
    for (const each of all) {
      world.sessions.set(each.id, each)
    }
    await world.clock.advance(1_000)
  }
  const run = async (change?: Partial<CompletionRequest>): Promise<CompletionEvent | undefined> =>
    (await world.run(change)).at(-1)
  const book = async () => (await world.clock.complete(world.role.status())).sessions[0]

  beforeEach(async () => {
    world = await createWorld({ session: ID, otherSessions: [OTHER] })
  })

  it('goes out at the price of the miner that takes it, and its receipt says what it costs', async () => {
    await chainHas(session())
    await world.addMiner('one', good, paid)
    const done = await run()
    expect(done?.type).toBe('end')
    expect(world.asked[0]?.header).toMatchObject({ sessionId: ID, priceMicroPerKilotoken: 1_000, maxTokens: 8 })
    const taskId = (done as { taskId: TaskId }).taskId
    const payment = { session: ID, priceMicroPerKilotoken: 1_000, cost: 2n, state: 'pending' }
    expect(await world.role.receipt(taskId)).toMatchObject({ payment })
    expect(await book()).toMatchObject({ session: ID, escrow: 100n, held: 2n, left: 98n, isOpen: true })
  })

  it('is paid by the session that the request names', async () => {
    await chainHas(session(), session({ id: OTHER }))
    await world.addMiner('one', good, paid)
    expect((await run({ session: OTHER }))?.type).toBe('end')
    expect(world.asked[0]?.header.sessionId).toBe(OTHER)
  })

  it.each<[string, Partial<Session> | null, RegExp]>([
    ['that is not there', null, /not on the chain/],
    ['that is closed', { closed: { lastEpoch: 1 as EpochNumber, releaseAtMs: 0 } }, /closed/],
    ['that does not list this router', { routers: [] }, /does not list this router/],
    ['that is for another model', { model: modelId('other') }, /another model/],
    ['without money', { balance: 0n }, /deposit .* is spent/],
    ['with too little money for the longest answer', { balance: MOST - 1n }, /may cost 8 micro-COR/]
  ])('is refused under one %s', async (_what, changes, message) => {
    if (changes !== null) {
      await chainHas(session(changes))
    }
    await world.addMiner('one', good, paid)
    const refused = await run()
    expect(refused).toMatchObject({ type: 'failed', failure: 'insufficient_quota', message: expect.stringMatching(message) })
    expect(world.asked).toEqual([])
  })

  it('is refused when miners see no money', async () => {
    await chainHas(session())
    await world.addMiner('one', [declined('unpaid', 'no escrow')], paid)
    expect(await run()).toMatchObject({ failure: 'insufficient_quota' })
    expect(await book()).toMatchObject({ held: 0n })
  })

  it("passes over miners that ask for more than the session's maximum", async () => {
    await chainHas(session())
    await world.addMiner('dear', good, { models: [offer({ priceMicroPerKilotoken: 2_001 })] })
    expect(await run()).toMatchObject({ failure: 'no_miner' })
    await world.clock.advance(1_000)
    await world.addMiner('fair', good, { models: [offer({ priceMicroPerKilotoken: 2_000 })] })
    expect((await run())?.type).toBe('end')
  })

  it('never promises more than is left, whatever is in flight at the same time', async () => {
    await chainHas(session({ balance: 3n * MOST }))
    await world.addMiner('one', [accepted, 500, token('a'), end], { ...paid, totalSlots: 16, freeSlots: 16 })
    const all = Promise.all(Array.from({ length: 6 }, () => world.collect()))
    const ends = (await world.clock.complete(all)).map((events) => events.at(-1)?.type)
    expect(ends.toSorted()).toEqual(['end', 'end', 'end', 'failed', 'failed', 'failed'])
    expect(await book()).toMatchObject({ held: 3n, left: 3n * MOST - 3n })
  })

  it('keeps aside what a miner may still report of an answer that failed, until no report can have it', async () => {
    await chainHas(session())
    await world.addMiner('one', [accepted, token('a'), 'throw'], paid)
    expect(await run()).toMatchObject({ failure: 'miner_failed' })
    expect(await book()).toMatchObject({ held: MOST })
    await world.clock.advance(200_000)
    await world.commitEpoch(1, [])
    await world.clock.advance(1_000)
    expect(await book()).toMatchObject({ held: 0n, left: 100n })
  })

  it('remembers its promises over a restart', async () => {
    await chainHas(session())
    await world.addMiner('one', good, paid)
    await run()
    const { clock, logger } = world
    const again = createSessionBook({
      ...{ chain: world.chainPort, clock, logger, keyValue: world.own.keyValue, self: world.own.signer.nodeId, served: [ID] }
    })
    await clock.complete(again.load())
    expect((await clock.complete(again.status()))[0]).toMatchObject({ held: 2n, left: 98n })
  })

  it('sees without a request that the escrow has paid, and asks the chain seldom', async () => {
    await chainHas(session())
    const { clock, logger } = world
    const book = createSessionBook({
      ...{ chain: world.chainPort, clock, logger, keyValue: world.own.keyValue, self: world.own.signer.nodeId, served: [ID] }
    })
    await clock.complete(book.load())
    const hasPaid = (spent: bigint): Promise<boolean> => clock.complete(book.hasPaid(ID, spent))
    expect(await hasPaid(8n)).toBe(false)
    await chainHas(session({ settled: 8n }))
    const before = world.counts.sessionReads
    await clock.advance(3_000)
    expect([await hasPaid(8n), await hasPaid(8n), await hasPaid(9n), await hasPaid(9n)]).toEqual([true, true, false, false])
    expect(world.counts.sessionReads - before).toBe(1)
  })

  it('sees a deposit soon, and asks the chain seldom', async () => {
    await chainHas(session({ balance: 0n }))
    await world.addMiner('one', good, paid)
    expect(await run()).toMatchObject({ failure: 'insufficient_quota' })
    await chainHas(session({ balance: 1_000n }))
    expect((await run())?.type).toBe('end')
    const before = world.counts.sessionReads
    for (let i = 0; i < 10; i++) {
      expect((await run())?.type).toBe('end')
    }
    expect(world.counts.sessionReads - before).toBeLessThanOrEqual(1)
    expect(MODEL).toBe(world.asked[0]?.header.modelId)
  })
})
