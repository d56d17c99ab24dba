import type { Address, EpochNumber, ModelId, NodeId, SessionId } from '@cortensor/interface'
import {
  type AnchoredSession,
  type AuditOutcome,
  type AuditVerdict,
  type Due,
  feeOf,
  type Settlement
} from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refundFees, withFinal } from '../src/audit/refund.js'
import { chargeResults, type PricedResult, shareFees } from '../src/report/fees.js'
import { addFees, creditFees } from '../src/report/settlements.js'
import { params } from './world.js'

const { reward } = params
const id = (byte: number) => byte.toString(16).padStart(64, '0') as SessionId
const node = (name: string) => `node ${name}` as NodeId
const operator = (name: string) => `operator ${name}` as Address
const MODEL = 'aa'.repeat(32) as ModelId
const epoch = 5 as EpochNumber
const sum = (values: Iterable<bigint>): bigint => [...values].reduce((total, value) => total + value, 0n)
const sumOf = (dues: readonly Due[]): bigint => sum(dues.map(({ amount }) => amount))

const session = (changes: Partial<AnchoredSession> = {}): AnchoredSession => ({
  ...{ session: id(1), routers: [node('r')], model: null, maxPrice: 5_000_000n, balance: 1_000_000n, paid: 0n, lastEpoch: null },
  ...changes
})
const result = (changes: Partial<PricedResult> = {}): PricedResult => ({
  ...{ session: id(1), router: node('r'), miner: node('m'), model: MODEL, priceMicroPerKilotoken: 2_000, completionTokens: 40 },
  ...changes
})
const charge = (results: readonly PricedResult[], sessions = [session()], settlements: readonly Settlement[] = []) =>
  chargeResults(results, { epoch, sessions, settlements })

describe('what a result is charged', () => {
  it('is its price for its tokens, without a fraction', () => {
    expect([feeOf(2_000, 40), feeOf(1, 999), feeOf(1_500, 1)]).toEqual([80n, 0n, 1n])
    expect(charge([result(), result({ completionTokens: 1 })])).toEqual([80n, 2n])
  })

  it.each([
    ['another router', session(), { router: node('other') }],
    ['a price above the maximum', session(), { priceMicroPerKilotoken: 5_001 }],
    ['another model', session({ model: 'bb'.repeat(32) as ModelId }), {}],
    ['a session that was closed an epoch ago', session({ lastEpoch: 4 as EpochNumber }), {}],
    ['a session that does not exist', session(), { session: id(2) }],
    ['the open session', session(), { session: id(0) }]
  ])('is nothing for %s', (_what, sessionOf, changes) => {
    expect(charge([result(changes)], [sessionOf])).toEqual([0n])
  })

  it.each([
    ['the highest price', session(), { priceMicroPerKilotoken: 5_000 }, 200n],
    ['the last epoch of a closed session', session({ lastEpoch: epoch }), {}, 80n],
    ['the model of the session', session({ model: MODEL }), {}, 80n]
  ])('is the fee for %s', (_what, sessionOf, changes, fee) => {
    expect(charge([result(changes)], [sessionOf])).toEqual([fee])
  })

  it('is never more than the escrow has left', () => {
    const poor = session({ balance: 100n, paid: 60n })
    const before = [{ session: id(1), spent: 60n, final: 60n, credited: 60n, dues: [] }]
    expect(charge([result(), result(), result()], [poor], before)).toEqual([80n, 20n, 0n])
    // Withdrawn by its owner before anybody had it settled.
    expect(charge([result()], [session({ balance: 0n, paid: 10n })], before)).toEqual([0n])
  })
})

const names = ['a', 'b', 'c', 'd']
const miners = new Map(names.map((name) => [node(name), operator(name)]))
const routers = new Map([[node('r'), operator('r')]])
const oracles = ['o', 'p', 'q'].map((name) => ({ nodeId: node(name), operator: operator(name) }))
const shares = { reward, miners, routers, oracles, auditors: new Map<NodeId, bigint>() }
const charged = fc.record({
  miner: fc.constantFrom(...names.map(node)),
  router: fc.constantFrom(node('r'), node('unknown')),
  fee: fc.bigInt({ min: 0n, max: 10n ** 12n })
})

describe('the division of fees', () => {
  it('gives nine tenths to the miners and the rest to router and oracles, to the unit', () => {
    const dues = shareFees([{ miner: node('a'), router: node('r'), fee: 1_001n }], shares)
    expect(new Map(dues.map((due) => [due.node, due.amount]))).toEqual(
      new Map([
        [node('a'), 901n],
        [node('o'), 24n],
        [node('p'), 23n],
        [node('q'), 23n],
        [node('r'), 30n]
      ])
    )
  })

  it("gives the auditors' part to those who did audits, by their number", () => {
    const auditors = new Map([
      [node('b'), 3n],
      [node('c'), 1n],
      [node('stranger'), 5n]
    ])
    const dues = shareFees([{ miner: node('a'), router: node('r'), fee: 10_000n }], { ...shares, auditors })
    const byNode = new Map(dues.map((due) => [due.node, due.amount]))
    expect([byNode.get(node('a')), byNode.get(node('b')), byNode.get(node('c')), byNode.get(node('o'))]).toEqual([
      9_000n,
      300n,
      100n,
      100n
    ])
    expect(sumOf(dues)).toBe(10_000n)
  })

  it('adds up to the fees exactly, is never negative and does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(charged, { maxLength: 12 }), (all) => {
        const dues = shareFees(all, shares)
        expect(sumOf(dues)).toBe(sum(all.map(({ fee }) => fee)))
        expect(dues.every(({ amount }) => amount > 0n)).toBe(true)
        expect(shareFees(all.toReversed(), shares)).toEqual(dues)
      })
    )
  })
})

describe('credit', () => {
  const step = fc.record({
    fees: fc.array(fc.record({ session: fc.integer({ min: 1, max: 3 }), charged }), { maxLength: 4 }),
    /** Share of what is unsettled that is settled after this epoch, in quarters. */
    settled: fc.integer({ min: 0, max: 4 }),
    room: fc.bigInt({ min: 0n, max: 10n ** 12n })
  })

  it('gives out exactly what sessions paid, never before, within the room, and all of it in the end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        let settlements: Settlement[] = []
        const paid = new Map<SessionId, bigint>()
        const given = new Map<string, bigint>()
        const earned = new Map<string, bigint>()
        const anchored = (): AnchoredSession[] =>
          [1, 2, 3].map((n) => session({ session: id(n), balance: 10n ** 18n, paid: paid.get(id(n)) ?? 0n }))
        const credit = (room: bigint) => {
          const done = creditFees({ settlements, sessions: anchored(), epoch, room })
          expect(sumOf(done.rewards)).toBe(sum(done.credits.map(({ amount }) => amount)))
          expect(sumOf(done.rewards) <= room).toBe(true)
          expect(creditFees({ settlements: settlements.toReversed(), sessions: anchored().reverse(), epoch, room })).toEqual(done)
          settlements = done.settlements
          for (const due of done.rewards) {
            given.set(due.node, (given.get(due.node) ?? 0n) + due.amount)
          }
          expect(sum(given.values()) <= sum(paid.values())).toBe(true)
        }
        for (const { fees, room, settled } of steps) {
          credit(room)
          const bySession = Map.groupBy(fees, (fee) => id(fee.session))
          const dues = new Map(
            [...bySession].map(([key, own]) => [
              key,
              shareFees(
                own.map((one) => one.charged),
                shares
              )
            ])
          )
          for (const due of [...dues.values()].flat()) {
            earned.set(due.node, (earned.get(due.node) ?? 0n) + due.amount)
          }
          settlements = addFees(settlements, dues)
          for (const settlement of settlements) {
            expect(settlement.spent - settlement.credited).toBe(sumOf(settlement.dues))
            expect(settlement.dues.every(({ amount }) => amount > 0n)).toBe(true)
            const before = paid.get(settlement.session) ?? 0n
            paid.set(settlement.session, before + ((settlement.spent - before) * BigInt(settled)) / 4n)
          }
        }
        for (const { session: key, spent } of settlements) {
          paid.set(key, spent)
        }
        credit(10n ** 18n)
        expect(new Map([...given].sort())).toEqual(new Map([...earned].sort()))
        expect(settlements.every(({ credited, dues, spent }) => dues.length === 0 && credited === spent)).toBe(true)
      }),
      { numRuns: 200 }
    )
  })

  it('forgets a session that is over, and keeps what may still be paid', () => {
    const due = { node: node('a'), operator: operator('a'), amount: 30n }
    const settlements = [{ session: id(1), spent: 100n, final: 100n, credited: 70n, dues: [due] }]
    const left = (changes: Partial<AnchoredSession>) =>
      creditFees({ settlements, sessions: [session(changes)], epoch, room: 1_000n }).settlements
    expect(left({ paid: 100n })).toMatchObject([{ credited: 100n, dues: [] }])
    expect(left({ paid: 100n, lastEpoch: 4 as EpochNumber })).toEqual([])
    expect(left({ paid: 100n, lastEpoch: epoch })).toHaveLength(1)
    expect(left({ paid: 70n, lastEpoch: 4 as EpochNumber })).toEqual(settlements)
    // The owner took the rest before anybody had it settled.
    expect(left({ paid: 70n, lastEpoch: 4 as EpochNumber, balance: 0n })).toEqual([])
  })
})

describe('refunds', () => {
  const answer = fc.record({
    session: fc.integer({ min: 1, max: 2 }),
    miner: fc.constantFrom('a', 'b', 'c'),
    fee: fc.bigInt({ min: 1n, max: 10n ** 9n }),
    verdict: fc.constantFrom<AuditVerdict>('valid', 'invalid', 'inconclusive', 'unaudited', 'withheld'),
    /** Epochs from the answer's to that of its verdict. */
    after: fc.integer({ min: 1, max: 4 })
  })
  const all = new Map(['a', 'b', 'c', 'o', 'r'].map((name) => [node(name), operator(name)]))
  const init = { reward, miners: all, routers: all, auditors: new Map([[node('c'), 1n]]) }
  const oracles = [{ nodeId: node('o'), operator: operator('o') }] as never

  it('are exact: sessions pay for what was not refused, everybody together gets just that, and what is final never falls', () => {
    fc.assert(
      fc.property(fc.array(fc.array(answer, { maxLength: 4 }), { maxLength: 8 }), fc.boolean(), (epochs, isPaidLate) => {
        let settlements: Settlement[] = []
        let open: ({ end: number } & (typeof epochs)[number][number])[] = []
        const paid = new Map<SessionId, bigint>()
        let given = 0n
        for (let now = 0; now < epochs.length + 6; now++) {
          const ended = open.filter(({ end }) => end === now)
          open = open.filter(({ end }) => end > now)
          const audits = ended.map(({ fee, miner, session: number, verdict }, i) => ({
            ...{ subject: `${now}/${i}`, miner: node(miner), session: id(number), fee, verdict }
          })) as unknown as AuditOutcome[]
          const before = new Map(settlements.map((one) => [one.session, one]))
          const refunded = refundFees(settlements, audits)
          const refused = audits.filter(({ verdict }) => verdict !== 'valid' && verdict !== 'unaudited')
          expect(sum(refunded.refunds.map(({ amount }) => amount))).toBe(sum(refused.map(({ fee }) => fee)))
          const sessions = [1, 2].map((n) => session({ session: id(n), balance: 10n ** 18n, paid: paid.get(id(n)) ?? 0n }))
          const credited = creditFees({ settlements: refunded.settlements, sessions, epoch, room: 10n ** 18n })
          given += sumOf(credited.rewards)
          const answers = epochs[now] ?? []
          const charged = answers.map(({ fee, miner, session: number }) => ({
            miner: node(miner),
            router: node('r'),
            fee,
            number
          }))
          const dues = new Map(
            [...Map.groupBy(charged, ({ number }) => id(number))].map(([key, own]) => [key, shareFees(own, { ...init, oracles })])
          )
          open.push(...answers.map((one) => ({ ...one, end: now + one.after })))
          const waiting = open.map(({ fee, session: number }) => ({ fee, session: id(number) }))
          settlements = withFinal(addFees(credited.settlements, dues), waiting)
          for (const { credited: credits, dues: owed, final, session: key, spent } of settlements) {
            expect(spent - credits).toBe(sumOf(owed))
            expect(owed.every(({ amount }) => amount > 0n)).toBe(true)
            expect(final >= (before.get(key)?.final ?? 0n) && final <= spent && final >= (paid.get(key) ?? 0n)).toBe(true)
            if (!isPaidLate || now % 3 === 2 || now > epochs.length + 4) {
              paid.set(key, final)
            }
          }
        }
        const kept = epochs.flat().filter(({ verdict }) => verdict === 'valid' || verdict === 'unaudited')
        const due = sum(kept.map(({ fee }) => fee))
        expect(sum(paid.values())).toBe(due)
        const last = [1, 2].map((n) => session({ session: id(n), balance: 10n ** 18n, paid: paid.get(id(n)) ?? 0n }))
        const rest = creditFees({ settlements, sessions: last, epoch, room: 10n ** 18n })
        expect(given + sumOf(rest.rewards)).toBe(due)
      }),
      { numRuns: 100 }
    )
  })

  it('come from the miner first, of all that the session owes it, and then from the others in proportion', () => {
    const owed = (name: string, amount: bigint): Due => ({ node: node(name), operator: operator(name), amount })
    const dues = [owed('a', 150n), owed('o', 8n), owed('r', 2n)]
    const refusal = (fee: bigint) =>
      [{ subject: 's', miner: node('a'), session: id(1), fee, verdict: 'invalid' }] as unknown as AuditOutcome[]
    const of = (fee: bigint) => refundFees([{ session: id(1), spent: 160n, final: 0n, credited: 0n, dues }], refusal(fee))
    expect(of(100n)).toMatchObject({
      settlements: [{ spent: 60n, dues: [owed('a', 50n), owed('o', 8n), owed('r', 2n)] }],
      refunds: [{ amount: 100n, byMiner: 100n }]
    })
    expect(of(155n)).toMatchObject({
      settlements: [{ spent: 5n, dues: [owed('o', 4n), owed('r', 1n)] }],
      refunds: [{ amount: 155n, byMiner: 150n }]
    })
    // A session that the chain has forgotten has nothing to give back.
    expect(refundFees([], refusal(5n))).toEqual({ settlements: [], refunds: [] })
  })
})
