import type { CidString, ContentStore } from '@cortensor/interface'
import { createMemoryWorld } from '@cortensor/memory'
import { createDeferred, type Deferred } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { createAnnouncer } from '../src/announcer.js'
import { createMinerMetrics } from '../src/metrics.js'

const cid = (i: number): CidString => `cid-${i}` as CidString

const SILENCE_MS = 250

/** An announcer whose store is slow and whose miner is busy for as long as a test wants. */
function createScene({ busy = false } = {}) {
  const world = createMemoryWorld()
  const { logger, metrics } = world.node('miner')
  const { clock } = world
  const controller = new AbortController()
  const begun: CidString[] = []
  const underWay: Deferred<void>[] = []
  const provide: ContentStore['provide'] = async (cid, options) => {
    begun.push(cid)
    const done = createDeferred<void>()
    options?.signal?.addEventListener('abort', () => done.reject(options.signal?.reason), { once: true })
    underWay.push(done)
    await done.promise
  }
  const announcer = createAnnouncer({
    store: { provide } as ContentStore,
    clock,
    logger,
    metrics: createMinerMetrics(metrics),
    isIdle: () => !busy,
    untilIdle: (signal) =>
      busy ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))) : Promise.resolve()
  })
  const ended = announcer.run(controller.signal).catch((error: unknown) => error)
  const counted = (outcome: string) => world.metrics.value('cortensor_miner_announcements_total', { outcome })
  return { announcer, begun, clock, controller, counted, ended, underWay }
}

describe('announcements', () => {
  it('are made one after the other, also when one fails', async () => {
    const { announcer, begun, clock, counted, underWay } = createScene()
    for (const i of [1, 2, 3]) {
      announcer.announce(cid(i))
    }
    await clock.advance(SILENCE_MS)
    expect(begun).toEqual([cid(1)])
    underWay[0]?.reject(new Error('no peer'))
    await clock.advance(SILENCE_MS)
    expect(begun).toEqual([cid(1), cid(2)])
    underWay[1]?.resolve()
    await clock.advance(SILENCE_MS)
    expect(begun).toEqual([cid(1), cid(2), cid(3)])
    expect([counted('failed'), counted('announced')]).toEqual([1, 1])
  })

  it('wait while the miner is paid, but not for ever', async () => {
    const { announcer, begun, clock, underWay } = createScene({ busy: true })
    announcer.announce(cid(1))
    announcer.announce(cid(2))
    await clock.advance(4_999)
    expect(begun).toEqual([])
    await clock.advance(1)
    expect(begun).toEqual([cid(1)])
    underWay[0]?.resolve()
    await clock.advance(5_000)
    expect(begun).toEqual([cid(1), cid(2)])
  })

  it('are bounded: the oldest makes room', async () => {
    const { announcer, begun, clock, counted, underWay } = createScene({ busy: true })
    for (let i = 0; i < 4_000; i++) {
      announcer.announce(cid(i))
    }
    expect(counted('dropped')).toBe(400)
    await clock.advance(5_000)
    underWay[0]?.resolve()
    expect(begun).toEqual([cid(400)])
  })

  it('end with the miner, also in the middle of one', async () => {
    const { announcer, begun, clock, controller, ended } = createScene()
    announcer.announce(cid(1))
    announcer.announce(cid(2))
    await clock.advance(SILENCE_MS)
    controller.abort()
    await ended
    await clock.advance(10_000)
    expect(begun).toEqual([cid(1)])
  })
})
