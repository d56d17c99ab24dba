import type { CompletionEvent, CompletionRequest, EpochNumber, NodeId, Session, SessionId } from '@cortensor/interface'
import type { NodeSkill, QuizCategory } from '@cortensor/protocols'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionBook } from '../src/sessions/session-book.js'
import { type Act, accepted, CID, end, token } from './scripted-miner.js'
import { createWorld, MODEL, offer, SESSION, sessionOf, type World } from './world.js'

const OTHER = '02'.padStart(64, '0') as SessionId
const good: Act[] = [accepted, token('Hello'), token(' world'), end]
const priced = (priceMicroPerKilotoken: number) => ({ models: [offer({ priceMicroPerKilotoken })] })

describe("a session's policy", () => {
  let world: World
  const chainHas = async (changes: Partial<Session>, terms: Partial<Session['terms']> = {}): Promise<void> => {
    const session = sessionOf(world, { balance: 1_000_000n, ...changes }, terms)
    world.sessions.set(session.id, session)
    await world.clock.advance(3_000)
    await world.run()
    world.asked.length = 0
  }
  /** Who was asked, in order. */
  const askedBy = async (count: number, session: SessionId = SESSION): Promise<string[]> => {
    const before = world.asked.length
    for (let i = 0; i < count; i++) {
      await world.run({ session })
    }
    return world.asked.slice(before).map(({ miner }) => miner)
  }
  const share = (asked: readonly string[], miner: string): number => asked.filter((one) => one === miner).length / asked.length
  const measured = async (...rows: [NodeId, QuizCategory, number][]): Promise<void> => {
    const inOrder = rows.toSorted(([a], [b]) => (a < b ? -1 : 1))
    const skills = inOrder.map(
      ([node, category, meanMilli]): NodeSkill => ({
        ...{ node, model: MODEL, category, meanMilli, sdMilli: 100, priorMilli: 0, epoch: 1 as EpochNumber, items: 20 }
      })
    )
    await world.commitEpoch(1, [], true, [], skills)
    await world.clock.advance(1_000)
  }

  beforeEach(async () => {
    world = await createWorld({ session: SESSION, otherSessions: [OTHER] })
  })

  it.each([
    ['low', 'cheap'],
    ['high', 'fast']
  ] as const)('of level %s goes to the %s miner', async (sla, miner) => {
    const fast = await world.addMiner('fast', [accepted, 100, token('a'), end], priced(2_000))
    const cheap = await world.addMiner('cheap', [accepted, 3_000, token('a'), end], priced(100))
    await chainHas({}, { sla })
    await measured([fast.signer.nodeId, 'logic', 2_000], [cheap.signer.nodeId, 'logic', 2_000])
    await askedBy(20)
    expect(share(await askedBy(30), miner)).toBeGreaterThan(0.8)
  })

  it('that is dedicated goes to its own miners only, and to nobody when they are not there', async () => {
    const own = await world.addMiner('own', good)
    await world.addMiner('other', good)
    await chainHas({ metadata: JSON.stringify({ dedicated: [own.signer.nodeId] }) }, { mode: 'dedicated' })
    expect(share(await askedBy(12), 'own')).toBe(1)
    await chainHas({ metadata: JSON.stringify({ dedicated: ['12D3KooWNobody'] }) }, { mode: 'dedicated' })
    expect(await world.run()).toMatchObject([{ type: 'failed', failure: 'no_miner' }])
  })

  it('that is hybrid goes to its own miners while they are free, then to others', async () => {
    const own = await world.addMiner('own', [accepted, 500, token('a'), end], { totalSlots: 1, freeSlots: 1 })
    await world.addMiner('other', [accepted, 500, token('a'), end])
    await chainHas({ metadata: JSON.stringify({ dedicated: [own.signer.nodeId] }) }, { mode: 'hybrid' })
    expect(share(await askedBy(12), 'own')).toBe(1)
    world.asked.length = 0
    await world.clock.complete(Promise.all([world.collect(), world.collect(), world.collect()]))
    expect(new Set(world.asked.map(({ miner }) => miner))).toEqual(new Set(['own', 'other']))
  })

  it('that keeps a miner in reserve takes it from others for five tasks, or for its time', async () => {
    await world.addMiner('only', good)
    world.sessions.set(OTHER, sessionOf(world, { id: OTHER, balance: 1_000_000n }))
    const kept = { reservedNodes: 1, reserveSeconds: 10 }
    world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000n }, kept))
    await world.clock.advance(3_000)
    expect(await askedBy(1)).toEqual(['only'])
    expect(await askedBy(1, OTHER)).toEqual([])
    await world.clock.advance(10_000)
    expect(await askedBy(1, OTHER)).toEqual(['only'])
    expect(await askedBy(4)).toHaveLength(4)
    expect(await askedBy(1, OTHER)).toEqual([])
    expect(await askedBy(1)).toHaveLength(1)
    expect(await askedBy(1, OTHER)).toEqual(['only'])
  })

  it('may allow only so many tasks, over a restart too; what nobody took does not count', async () => {
    world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000n }, { maxExecutions: 3 }))
    await world.clock.advance(3_000)
    expect(await world.run()).toMatchObject([{ failure: 'no_miner' }])
    await world.addMiner('only', good)
    expect(await askedBy(3)).toHaveLength(3)
    const refused = { type: 'failed', failure: 'insufficient_quota', message: expect.stringMatching(/as many tasks as it may/) }
    expect(await world.run()).toMatchObject([refused])
    const { chainPort, clock, logger, own } = world
    const again = createSessionBook({
      ...{ chain: chainPort, clock, logger, keyValue: own.keyValue, self: own.signer.nodeId, served: [SESSION] }
    })
    await clock.complete(again.load())
    expect(await clock.complete(again.cover(SESSION, MODEL))).toMatchObject({ isCovered: false })
    await chainHas({}, { maxExecutions: 5 })
    expect(await askedBy(2)).toHaveLength(1)
  })

  it('may allow only so many tasks, however many are asked for at once', async () => {
    await world.addMiner('only', [accepted, 300, token('a'), end], { totalSlots: 16, freeSlots: 16 })
    world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000n }, { maxExecutions: 2 }))
    await world.clock.advance(3_000)
    const all = await world.clock.complete(Promise.all([1, 2, 3, 4].map(() => world.collect())))
    expect(all.map((events) => events.at(-1)?.type).toSorted()).toEqual(['end', 'end', 'failed', 'failed'])
  })

  it.each([
    ['the metadata', { metadata: JSON.stringify({ minLevel: { logic: 6 } }) }, {}],
    ['the request', {}, { minLevel: { logic: 6 } }]
  ])('that asks for a least level in %s passes over everybody below it', async (_where, changes, request) => {
    const able = await world.addMiner('able', good)
    const weak = await world.addMiner('weak', good)
    await chainHas(changes)
    await measured([able.signer.nodeId, 'logic', 2_000], [weak.signer.nodeId, 'logic', 0])
    const ends: (CompletionEvent | undefined)[] = []
    for (let i = 0; i < 12; i++) {
      ends.push((await world.run(request)).at(-1))
    }
    expect(new Set(ends.map((one) => one?.type === 'end' && one.miner))).toEqual(new Set([able.signer.nodeId]))
    expect(await world.run({ minLevel: { logic: 9 } })).toMatchObject([{ failure: 'no_miner' }])
  })

  it('is refused where a request names a category or a level that there is not', async () => {
    await world.addMiner('only', good)
    await chainHas({})
    const wrongs: Partial<CompletionRequest>[] = [
      { category: 'cooking' },
      { minLevel: { cooking: 3 } },
      { minLevel: { logic: 11 } }
    ]
    for (const wrong of wrongs) {
      expect(await world.run(wrong)).toMatchObject([{ failure: 'rejected' }])
    }
  })

  it('gives a task to whoever is best at what it is about', async () => {
    const logician = await world.addMiner('logician', good)
    const reckoner = await world.addMiner('reckoner', good)
    await chainHas({})
    const [a, b] = [logician.signer.nodeId, reckoner.signer.nodeId]
    const rows: [NodeId, QuizCategory, number][] = [
      [a, 'arithmetic', -3_000],
      [a, 'logic', 3_000],
      [b, 'arithmetic', 3_000],
      [b, 'logic', -3_000]
    ]
    await measured(...rows)
    const best = async (category: string): Promise<string[]> => {
      world.asked.length = 0
      for (let i = 0; i < 20; i++) {
        await world.run({ category })
      }
      return world.asked.map(({ miner }) => miner)
    }
    expect(share(await best('logic'), 'logician')).toBeGreaterThan(0.8)
    expect(share(await best('arithmetic'), 'reckoner')).toBeGreaterThan(0.8)
  })

  it('never pays more than its highest price', async () => {
    await world.addMiner('dear', good, priced(2_001))
    await chainHas({}, { sla: 'high' })
    expect(await world.run()).toMatchObject([{ failure: 'no_miner' }])
  })

  describe('that is redundant', () => {
    const redundant = { redundant: true, minNodes: 3, maxNodes: 3 }

    it('asks several operators, pays each of them, and says how many agree', async () => {
      await world.addMiner('a', good, priced(1_000))
      await world.addMiner('b', good, priced(1_000))
      await world.addMiner('c', [accepted, 200, token('Other'), end], priced(1_000))
      await chainHas({}, redundant)
      const events = await world.run({ sampling: { maxTokens: 8, temperature: 0 } })
      const done = events.at(-1)
      const text = events.flatMap((event) => (event.type === 'delta' ? [event.text] : [])).join('')
      expect(new Set(world.asked.map(({ miner }) => miner))).toEqual(new Set(['a', 'b', 'c']))
      const isOdd = text === 'Other'
      expect(done).toMatchObject({
        type: 'end',
        agreement: { label: 'signal', miners: 3, equal: isOdd ? 1 : 2, verdict: isOdd ? 'disagree' : 'agree' }
      })
      expect(world.asked.every(({ header }) => header.sessionId === SESSION)).toBe(true)
      const receipts = await Promise.all(world.finished.slice(-3).map(({ taskId }) => world.role.receipt(taskId)))
      expect(new Set(receipts.map((receipt) => receipt?.miner)).size).toBe(3)
      const odd = receipts.find((receipt) => receipt?.agreement?.verdict === 'disagree')
      const same = receipts.filter((receipt) => receipt !== odd).map((receipt) => receipt?.agreement)
      expect(same).toMatchObject([
        { verdict: 'agree', equal: 2 },
        { verdict: 'agree', equal: 2 }
      ])
      expect(odd?.agreement).toMatchObject({ label: 'signal', equal: 1, miners: 3 })
      expect(odd?.agreement?.answers.find(({ taskId }) => taskId === odd.taskId)).toEqual({
        ...{ taskId: odd?.taskId, miner: odd?.miner },
        ...{ verdict: 'disagree', similarity: expect.any(Number) }
      })
    })

    it('accuses neither of two that say different things, and keeps what was compared when a report comes', async () => {
      await world.addMiner('a', [accepted, 200, token('Yes'), end], priced(1_000))
      await world.addMiner('b', [accepted, 200, token('No'), end], priced(1_000))
      await chainHas({}, redundant)
      const done = (await world.run({ sampling: { maxTokens: 8, temperature: 0 } })).at(-1) as Extract<
        CompletionEvent,
        { type: 'end' }
      >
      expect(done.agreement).toMatchObject({ miners: 2, equal: 1, verdict: 'inconclusive' })
      const before = await world.role.receipt(done.taskId)
      expect(before?.agreement).toEqual(done.agreement)
      const result = {
        ...{ taskId: done.taskId, router: world.own.signer.nodeId, miner: done.miner, model: MODEL, transcript: CID },
        ...{ promptTokens: 3, completionTokens: 1, session: SESSION, fee: 1n }
      }
      await world.commitEpoch(1, [result])
      await world.clock.advance(1_000)
      expect(await world.role.receipt(done.taskId)).toMatchObject({ status: 'committed', agreement: done.agreement })
    })

    it('asks as many as there are of different operators', async () => {
      const first = await world.addMiner('a', good)
      await world.addMiner('b', good, {
        binding: { operator: first.signer.operator, operatorSignature: new Uint8Array(64), nodeSignature: new Uint8Array(64) }
      })
      await chainHas({}, redundant)
      const operators = world.directory.live(world.clock.now()).map(({ operator }) => operator)
      const done = (await world.run()).at(-1) as Extract<CompletionEvent, { type: 'end' }>
      expect(done.agreement?.miners ?? 1).toBe(new Set(operators).size)
    })

    it('cancels all of them when the client goes away', async () => {
      await world.addMiner('a', [accepted, 'forever'])
      await world.addMiner('b', [accepted, 'forever'])
      world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000n }, redundant))
      await world.clock.advance(3_000)
      const left = new AbortController()
      const gone = world.collect({}, left.signal).catch(() => [])
      await world.clock.advance(500)
      expect(world.asked).toHaveLength(2)
      left.abort()
      await world.clock.complete(gone)
      await world.clock.advance(100)
      expect(world.asked.map(({ aborted }) => aborted)).toEqual([true, true])
    })
  })
})
