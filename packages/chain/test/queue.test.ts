import type { Address, Hex32 } from '@cortensor/interface'
import { createMemoryKeyValue } from '@cortensor/memory'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createQueueRecords } from '../src/queue/records.js'
import { EMPTY_QUEUE, type Entry } from '../src/queue/state.js'
import { type Fault, FORGET_DEPTH, QueueWorld } from './queue-world.js'

const faults = (maxDepth: number): fc.Arbitrary<Fault> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fault>({ type: 'take' }) },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('look' as const),
        staleBlocks: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(3)),
        blind: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true))
      })
    },
    { weight: 6, arbitrary: fc.constant<Fault>({ type: 'mine' }) },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('time' as const), ms: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.constant<Fault>({ type: 'drop' }) },
    { weight: 1, arbitrary: fc.constant<Fault>({ type: 'remember' }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('reorg' as const),
        depth: fc.integer({ min: 1, max: maxDepth }),
        keep: fc.boolean()
      })
    },
    { weight: 1, arbitrary: fc.constant<Fault>({ type: 'foreign' }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('deaf' as const), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('doom' as const), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant<Fault>({ type: 'expensive' }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('crash' as const),
        when: fc.constantFrom('now' as const, 'before-record' as const, 'after-record' as const)
      })
    }
  )

function play(schedule: readonly Fault[], maxFeePerGas?: bigint): QueueWorld {
  const world = new QueueWorld(maxFeePerGas)
  for (const fault of schedule) {
    world.apply(fault)
    world.check()
  }
  world.heal()
  return world
}

describe('the queue of an account', () => {
  it('gives a nonce to one call for good, uses every one, and brings every call to an end, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(faults(FORGET_DEPTH - 1), { maxLength: 60 }), (schedule) => {
        play(schedule)
      }),
      { numRuns: 800 }
    )
  })

  it('does so too when a reorg goes deeper than it remembers', () => {
    fc.assert(
      fc.property(fc.array(faults(4 * FORGET_DEPTH), { maxLength: 60 }), (schedule) => {
        play(schedule)
      }),
      { numRuns: 300 }
    )
  })

  it('keeps what it has told through every reorg that it remembers', () => {
    const loyal = faults(FORGET_DEPTH - 1).filter(({ type }) => !['foreign', 'doom'].includes(type))
    fc.assert(
      fc.property(fc.array(loyal, { maxLength: 60 }), (schedule) => {
        const world = play(schedule)
        for (const [nonce, outcomes] of world.outcomes) {
          if (outcomes.some(({ type }) => type === 'mined')) {
            expect(world.executed).toContain(nonce)
          }
        }
      }),
      { numRuns: 300 }
    )
  })

  it('tells of a call once, and rightly, when no chain is reorganised and nobody else has the key', () => {
    const calm = faults(1).filter(({ type }) => !['reorg', 'foreign', 'crash', 'doom'].includes(type))
    fc.assert(
      fc.property(fc.array(calm, { maxLength: 60 }), (schedule) => {
        const world = play(schedule)
        expect(world.outcomes.size).toBe(world.taken)
        // No receipt for ten looks is all that a lost nonce can be told from.
        const isBlindForLong = schedule.filter((fault) => fault.type === 'look' && fault.blind).length >= 10
        for (const [nonce, outcomes] of world.outcomes) {
          expect(outcomes).toHaveLength(1)
          if (outcomes[0]?.type === 'mined') {
            expect(world.blocks.flat()[nonce]?.hash).toBe(outcomes[0].mined.hash)
          } else {
            expect(isBlindForLong).toBe(true)
          }
        }
      }),
      { numRuns: 300 }
    )
  })

  it('sends again what was dropped when no higher fee is allowed', () => {
    const world = play([{ type: 'take' }, { type: 'take' }, { type: 'drop' }, { type: 'time', ms: 30 }], 100n)
    expect(world.executed).toEqual(new Set([0, 1]))
    expect(world.sent.size).toBe(2)
  })

  it('names what became of a call that was given up or lost its nonce', () => {
    const world = play([
      { type: 'take' },
      { type: 'deaf', on: true },
      { type: 'doom', on: true },
      { type: 'time', ms: 30 },
      { type: 'look', staleBlocks: 0, blind: false }
    ])
    // The pool of the first one was not deaf: either version may be mined, and here it is the dearer one.
    expect(world.outcomes.get(0)).toMatchObject([{ type: 'given-up', reason: 'WrongEpoch' }])
    const lost = play([{ type: 'deaf', on: true }, { type: 'take' }, { type: 'foreign' }])
    expect(lost.outcomes.get(0)).toEqual([{ type: 'taken' }])
    expect(lost.used).toBe(1)
  })
})

describe('records of a queue', () => {
  const hash = (byte: string) => `0x${byte.repeat(32)}` as Hex32
  const entry: Entry = {
    nonce: 7,
    call: { to: `0x${'dd'.repeat(20)}` as Address, data: '0xabcd' },
    gasLimit: 21_000n,
    confirmations: 2,
    versions: [
      { kind: 'call', fees: { maxFeePerGas: 9n, maxPriorityFeePerGas: 1n }, hash: hash('aa'), raw: '0x01' },
      { kind: 'void', fees: { maxFeePerGas: 11n, maxPriorityFeePerGas: 2n }, hash: hash('bb'), raw: '0x02' }
    ],
    givenUp: { reason: 'WrongEpoch', text: 'refused' },
    isTold: false,
    mined: null,
    sentAtMs: 5,
    signedAtMs: 6,
    misses: 3,
    missedSince: 4
  }

  it('come back as they were, but for what a new process must find out itself', async () => {
    const keyValue = createMemoryKeyValue()
    await keyValue.start()
    const records = createQueueRecords(keyValue, 'queue')
    const filler: Entry = { ...entry, nonce: 10, call: null, givenUp: null, isTold: true }
    await records.write([entry, filler], [], 11)
    await records.write([], [3], 11)
    const restored = { sentAtMs: 0, signedAtMs: 99, misses: 0, missedSince: 0 }
    expect(await records.load(99)).toEqual({
      state: {
        entries: [
          { ...entry, ...restored },
          { ...filler, ...restored }
        ],
        next: 11,
        gapSinceMs: null
      },
      unreadable: 0
    })
    await records.write([], [7, 10], 11)
    expect(await records.load(99)).toEqual({ state: { ...EMPTY_QUEUE, next: 11 }, unreadable: 0 })
  })

  it('are of one account and chain, and leave out what is broken without giving its nonce to another', async () => {
    const keyValue = createMemoryKeyValue()
    await keyValue.start()
    const records = createQueueRecords(keyValue, 'queue/a')
    await records.write([entry], [], 8)
    expect(await createQueueRecords(keyValue, 'queue/b').load(0)).toEqual({ state: EMPTY_QUEUE, unreadable: 0 })
    for await (const { key } of keyValue.list('queue/a/nonce/')) {
      await keyValue.put(key, new TextEncoder().encode('{"nonce":7}'))
    }
    expect(await records.load(0)).toEqual({ state: { ...EMPTY_QUEUE, next: 8 }, unreadable: 1 })
  })
})
