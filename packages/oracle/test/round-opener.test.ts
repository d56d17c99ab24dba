import type { BlockRef, Chain } from '@cortensor/interface'
import type { RoundOpen } from '@cortensor/protocols'
import { roundRules } from '@cortensor/scoring'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { CLOCK_TOLERANCE_MS } from '../src/options.js'
import { createRoundOpener, type RoundOpener } from '../src/quiz/round-opener.js'
import { createRoundRequests } from '../src/quiz/round-requests.js'
import { hex32, NOW_MS, params } from './fixtures.js'

const instance = { config: hex32('config'), epoch: 3 as never, prev: hex32('two') }
const next = { ...instance, epoch: 4 as never, prev: hex32('three') }
const { quizIntervalMs } = params.deadlines
const { seedBlocks } = params.quiz

const at = (of: typeof instance, view: number) => ({
  ...{ instance: of, view, timeouts: [], nodes: 7 },
  authored: [] as Uint8Array[]
})
const blockOf = (number: number): BlockRef => ({ number, hash: hex32(`block ${number}`), timestampMs: NOW_MS })
/** A chain whose last block is set by the test. */
const chainAt = (start: number) => {
  const chain = {
    number: start,
    head: async () => blockOf(chain.number),
    block: async (number: number) => (number <= chain.number ? blockOf(number) : null)
  }
  return chain
}

describe('the round opener', () => {
  let chain: ReturnType<typeof chainAt>
  let opener: RoundOpener
  beforeEach(() => {
    chain = chainAt(10)
    opener = createRoundOpener({ chain: chain as unknown as Chain, params })
  })
  /** As an oracle does: what is said is heard, by whoever says it. */
  const step = async (place: ReturnType<typeof at>, nowMs: number) => {
    const message = await opener.next(place, nowMs)
    if (message?.type === 'request') {
      opener.requested(message, nowMs)
    }
    if (message?.type === 'open') {
      opener.opened(message)
    }
    return message
  }

  it('requests a round with a block that nobody knows, and opens it when the block is there', async () => {
    const place = { epoch: 3, view: 0, index: 0, prev: instance.prev }
    expect(await step(at(instance, 0), NOW_MS)).toEqual({ type: 'request', ...place, seedBlock: 10 + seedBlocks })
    expect(await step(at(instance, 0), NOW_MS + 500)).toBe(null)
    chain.number = 10 + seedBlocks
    const opened = (await step(at(instance, 0), NOW_MS + 3_000)) as RoundOpen
    expect(opened).toMatchObject({ type: 'open', ...place, openedMs: NOW_MS + 3_000, nodes: 7, seedBlock: 10 + seedBlocks })
    expect(opened.seedBlockHash).toBe(hex32(`block ${10 + seedBlocks}`))
    expect(opened).toMatchObject(roundRules(opened, params))
    expect(new Set(opened.categories).size).toBe(params.quiz.categoriesPerRound)
    expect(await step(at(instance, 0), NOW_MS + 3_250)).toBe(null)
  })

  it('asks what nodes have written in liveness rounds alone', async () => {
    const authored = [Uint8Array.of(1), Uint8Array.of(2)]
    const levels: number[] = []
    for (let i = 0; i < 12; i++) {
      const nowMs = NOW_MS + i * quizIntervalMs
      await step({ ...at(instance, 0), authored }, nowMs)
      chain.number += seedBlocks
      const opened = (await step({ ...at(instance, 0), authored }, nowMs + 1)) as RoundOpen
      levels.push(opened.level)
      expect(opened.authored).toEqual(opened.level === 1 ? authored : [])
    }
    expect(new Set(levels)).toEqual(new Set([1, 2]))
  })

  it('waits an interval from request to request, whoever leads, and counts on', async () => {
    await step(at(instance, 0), NOW_MS)
    chain.number += seedBlocks
    expect(await step(at(instance, 0), NOW_MS + 3_000)).toMatchObject({ type: 'open', index: 0 })
    expect(await step(at(instance, 0), NOW_MS + quizIntervalMs - 1)).toBe(null)
    expect(await step(at(next, 0), NOW_MS + quizIntervalMs - 1)).toBe(null)
    expect(await step(at(instance, 0), NOW_MS + quizIntervalMs)).toMatchObject({ type: 'request', index: 1 })
  })

  it.each([
    ['view', at(instance, 1)],
    ['epoch', at(next, 0)]
  ])('opens what the leader of an earlier %s requested', async (_name, place) => {
    opener.requested({ epoch: 3 as never, view: 0, prev: instance.prev, index: 0, seedBlock: 12 }, NOW_MS)
    expect(await step(place, NOW_MS + 1_000)).toBe(null)
    chain.number = 12
    expect(await step(place, NOW_MS + 2_000)).toMatchObject({ type: 'open', seedBlock: 12, prev: place.instance.prev, index: 0 })
  })

  it('lets go of a request that nobody opened within an interval', async () => {
    await step(at(instance, 0), NOW_MS)
    expect(await step(at(instance, 0), NOW_MS + quizIntervalMs)).toMatchObject({ type: 'request', seedBlock: 13 })
    chain.number = 13
    const place = at(instance, 0)
    expect(await step(place, NOW_MS + quizIntervalMs + 1)).toMatchObject({ type: 'open', seedBlock: 13 })
    opener.requested({ epoch: 3 as never, view: 0, prev: instance.prev, index: 0, seedBlock: 20 }, NOW_MS + 2 * quizIntervalMs)
    opener.opened({ epoch: 3 as never, view: 1, prev: instance.prev, index: 0, seedBlock: 20 })
    chain.number = 20
    expect(await step(place, NOW_MS + 2 * quizIntervalMs + 1)).toBe(null)
  })
})

describe('requests of rounds', () => {
  const request = (seedBlock: number, change: object = {}) => ({
    ...{ epoch: 3 as never, view: 0, prev: instance.prev, index: 0, seedBlock },
    ...change
  })
  const create = (number = 10) => {
    const chain = chainAt(number)
    return { chain, requests: createRoundRequests({ chain: chain as unknown as Chain, quizIntervalMs, seedBlocks }) }
  }

  it('are taken before their block is there, and not long before', async () => {
    const { requests } = create()
    expect(await requests.take(request(10), NOW_MS)).toBe(false)
    expect(await requests.take(request(11 + 2 * seedBlocks), NOW_MS)).toBe(false)
    expect(requests.seedBlock()).toBe(null)
    expect(await requests.take(request(12), NOW_MS)).toBe(true)
    expect(requests.seedBlock()).toBe(12)
    requests.opened(11)
    expect(requests.seedBlock()).toBe(12)
    requests.opened(12)
    expect(requests.seedBlock()).toBe(null)
  })

  it('are an interval apart, so that nobody tries seeds', async () => {
    const { requests } = create()
    const soonMs = NOW_MS + quizIntervalMs - CLOCK_TOLERANCE_MS - 1
    expect(await requests.take(request(12), NOW_MS)).toBe(true)
    expect(await requests.take(request(13, { index: 1 }), soonMs)).toBe(false)
    expect(await requests.take(request(13, { view: 1 }), soonMs)).toBe(false)
    expect(await requests.take(request(13), soonMs + 1)).toBe(true)
    const twins = await Promise.all([11, 12].map((seedBlock) => requests.take(request(seedBlock), NOW_MS + 3 * quizIntervalMs)))
    expect(twins.filter(Boolean)).toHaveLength(1)
  })

  it('open the last block that was named in time, once, in any order of requests, openings and blocks', async () => {
    const event = fc.oneof(
      fc.constant({ type: 'block' as const }),
      fc.record({ type: fc.constant('open' as const), seedBlock: fc.integer({ min: 9, max: 20 }) }),
      fc.record({
        ...{ type: fc.constant('request' as const), view: fc.nat(1), ahead: fc.integer({ min: -2, max: 3 }) },
        laterMs: fc.constantFrom(0, 1_000, quizIntervalMs)
      })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
        const { chain, requests } = create()
        let [nowMs, takenMs] = [NOW_MS, Number.NEGATIVE_INFINITY]
        let waiting: number | null = null
        for (const one of events) {
          if (one.type === 'block') {
            chain.number += 1
          } else if (one.type === 'open') {
            requests.opened(one.seedBlock)
            waiting = waiting === one.seedBlock ? null : waiting
          } else {
            nowMs += one.laterMs
            const seedBlock = chain.number + one.ahead
            const isTaken = one.ahead > 0 && nowMs - takenMs >= quizIntervalMs - CLOCK_TOLERANCE_MS
            expect(await requests.take(request(seedBlock, { view: one.view }), nowMs)).toBe(isTaken)
            ;[waiting, takenMs] = isTaken ? [seedBlock, nowMs] : [waiting, takenMs]
          }
          expect(requests.seedBlock()).toBe(waiting)
        }
      }),
      { numRuns: 100 }
    )
  })
})

describe('a requested round', () => {
  /** Two leaders, one of whom leads at a time, and an oracle that watches them; what one says, all hear. */
  const event = fc.oneof(
    fc.constant({ type: 'block' as const }),
    fc.constant({ type: 'view' as const }),
    fc.record({ type: fc.constant('tick' as const), laterMs: fc.constantFrom(250, 1_000, 5_000), isSilent: fc.boolean() })
  )

  it('is opened once by whoever leads, or void, whatever leaders and blocks do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 60 }), async (events) => {
        const chain = chainAt(10)
        const openers = [0, 1].map(() => createRoundOpener({ chain: chain as unknown as Chain, params }))
        const requests = createRoundRequests({ chain: chain as unknown as Chain, quizIntervalMs, seedBlocks })
        let [nowMs, view] = [NOW_MS, 0]
        const ends = new Map<number, 'opened' | 'void' | 'waiting'>()
        for (const one of events) {
          if (one.type === 'block') {
            chain.number += 1
            continue
          }
          if (one.type === 'view') {
            view += 1
            continue
          }
          nowMs += one.laterMs
          const message = one.isSilent ? null : await (openers[view % 2] as RoundOpener).next(at(instance, view), nowMs)
          if (message?.type === 'request' && (await requests.take(message, nowMs))) {
            // What still waits has had its interval.
            for (const [block, end] of ends) {
              ends.set(block, end === 'waiting' ? 'void' : end)
            }
            // Without blocks in between, the same one may be named again.
            expect(ends.get(message.seedBlock) ?? 'void').toBe('void')
            ends.set(message.seedBlock, 'waiting')
            openers.forEach((opener) => {
              opener.requested(message, nowMs)
            })
          }
          if (message?.type === 'open' && requests.seedBlock() === message.seedBlock) {
            expect(ends.get(message.seedBlock)).toBe('waiting')
            expect(chain.number).toBeGreaterThanOrEqual(message.seedBlock)
            ends.set(message.seedBlock, 'opened')
            requests.opened(message.seedBlock)
            openers.forEach((opener) => {
              opener.opened(message)
            })
          }
        }
        // Whoever speaks next, with its block there, ends what waits in one of the two ways.
        chain.number += seedBlocks
        const last = await (openers[view % 2] as RoundOpener).next(at(instance, view), nowMs + 250)
        const waits = [...ends].filter(([, end]) => end === 'waiting').map(([block]) => block)
        expect(waits.length).toBeLessThanOrEqual(1)
        expect(waits.length === 0 || last?.type === 'request' || last?.seedBlock === waits[0]).toBe(true)
      }),
      { numRuns: 150 }
    )
  })
})
