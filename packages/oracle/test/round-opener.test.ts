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

const at = (of: typeof instance, view: number) => ({ instance: of, view, timeouts: [], nodes: 7 })
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
    if (message !== null) {
      opener.heard(message, message.type, nowMs)
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
  })

  const open = async (place: ReturnType<typeof at>, nowMs: number) => {
    await step(place, nowMs)
    chain.number += seedBlocks
    return step(place, nowMs + 3_000)
  }

  it('waits an interval from request to request, whoever opened, and counts on', async () => {
    expect(await open(at(instance, 0), NOW_MS)).toMatchObject({ type: 'open', index: 0 })
    expect(await step(at(instance, 0), NOW_MS + quizIntervalMs - 1)).toBe(null)
    expect(await step(at(next, 0), NOW_MS + quizIntervalMs - 1)).toBe(null)
    expect(await step(at(instance, 0), NOW_MS + quizIntervalMs)).toMatchObject({ type: 'request', index: 1 })
  })

  it('does not wait for what another leader requested and did not open', async () => {
    opener.heard({ epoch: 3 as never, view: 0, prev: instance.prev, index: 0 }, 'request', NOW_MS)
    expect(await step(at(instance, 0), NOW_MS + 1_000)).toBe(null)
    expect(await step(at(instance, 1), NOW_MS + 1_000)).toMatchObject({ type: 'request', view: 1, index: 0 })
    opener.heard({ epoch: 4 as never, view: 0, prev: next.prev, index: 0 }, 'open', NOW_MS + 2_000)
    expect(await step(at(next, 1), NOW_MS + 2_500)).toBe(null)
  })

  it('lets go of its own request when the epoch is over before the block is there', async () => {
    await step(at(instance, 0), NOW_MS)
    chain.number += seedBlocks
    expect(await step(at(next, 0), NOW_MS + 3_000)).toMatchObject({ type: 'request', epoch: 4 })
  })
})

describe('requests of rounds', () => {
  const request = (change: object = {}) => ({
    ...{ epoch: 3 as never, view: 0, prev: instance.prev, index: 0, seedBlock: 12 },
    ...change
  })
  const create = (number = 10) => {
    const chain = chainAt(number)
    return { chain, requests: createRoundRequests({ chain: chain as unknown as Chain, quizIntervalMs }) }
  }

  it('are taken before their block is there, once in a place', async () => {
    const { requests } = create()
    expect(await requests.take(request({ seedBlock: 10 }), NOW_MS)).toBe(false)
    expect(await requests.take(request(), NOW_MS)).toBe(true)
    expect(await requests.take(request({ seedBlock: 13 }), NOW_MS + quizIntervalMs)).toBe(false)
    expect(requests.seedBlockOf(request())).toBe(12)
    expect([requests.seedBlockOf(request({ index: 1 })), requests.seedBlockOf(request({ prev: hex32('fork') }))]).toEqual([
      null,
      null
    ])
  })

  it('of one view are an interval apart, so that a leader tries no seeds; another view has its own', async () => {
    const { requests } = create()
    const soonMs = NOW_MS + quizIntervalMs - CLOCK_TOLERANCE_MS - 1
    expect(await requests.take(request(), NOW_MS)).toBe(true)
    expect(await requests.take(request({ index: 1 }), soonMs)).toBe(false)
    expect(await requests.take(request({ view: 1 }), soonMs)).toBe(true)
    expect(await requests.take(request({ index: 1 }), soonMs + 1)).toBe(true)
    const [one, other] = await Promise.all([2, 3].map((index) => requests.take(request({ index }), NOW_MS + 3 * quizIntervalMs)))
    expect([one, other].filter(Boolean)).toHaveLength(1)
  })

  it('name a block that was to come, in any order of requests and blocks', async () => {
    const event = fc.oneof(
      fc.constant({ type: 'block' as const }),
      fc.record({
        type: fc.constant('request' as const),
        index: fc.nat(3),
        view: fc.nat(1),
        ahead: fc.integer({ min: -2, max: 3 })
      })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
        const { chain, requests } = create()
        const known = new Map<string, number>()
        for (const [i, one] of events.entries()) {
          if (one.type === 'block') {
            chain.number += 1
            continue
          }
          const { ahead, index, view } = one
          const seedBlock = chain.number + ahead
          const isTaken = await requests.take(request({ index, view, seedBlock }), NOW_MS + i * quizIntervalMs)
          expect(isTaken).toBe(ahead > 0 && !known.has(`${view}/${index}`))
          if (isTaken) {
            known.set(`${view}/${index}`, seedBlock)
          }
          expect(requests.seedBlockOf(request({ index, view }))).toBe(known.get(`${view}/${index}`) ?? null)
        }
      }),
      { numRuns: 60 }
    )
  })
})
