import { type Chain, CortensorError, type EpochCommit } from '@cortensor/interface'
import { createMemoryLogger, createMemoryMetrics, createVirtualClock } from '@cortensor/memory'
import { createDeferred } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { createOracleMetrics } from '../src/metrics.js'
import { createTransmitter, type Transmission } from '../src/transmitter.js'
import { committeeOf } from './agreement/world.js'
import { hex32 } from './fixtures.js'

const DELAY_MS = 3_000
const signatures = [{ index: 0, signature: new Uint8Array(64) }]
const transmissionOf = (epoch: number, turn: number): Transmission => ({
  committee: committeeOf(4),
  commit: { epoch, prev: hex32('prev') } as EpochCommit,
  view: 0,
  signatures,
  turn
})

function create(simulate: (call: number, signal: AbortSignal | undefined) => Promise<void> = async () => {}) {
  const clock = createVirtualClock()
  const metrics = createMemoryMetrics()
  const start = clock.now()
  const calls: string[] = []
  const log = (what: string, epoch: number) => calls.push(`${clock.now() - start} ${what} ${epoch}`)
  let count = 0
  const chain = {
    simulate: (call: { commit: EpochCommit }, options?: { signal?: AbortSignal }) => {
      log('simulate', call.commit.epoch)
      return simulate(++count, options?.signal)
    },
    send: async (call: { commit: EpochCommit }) => {
      log('send', call.commit.epoch)
    }
  } as unknown as Chain
  const logger = createMemoryLogger()
  const transmitter = createTransmitter({
    chain,
    clock,
    logger,
    metrics: createOracleMetrics(metrics),
    transmitDelayMs: DELAY_MS
  })
  const sent = (outcome: string) => metrics.value('cortensor_oracle_transmissions_total', { outcome })
  return { clock, transmitter, calls, sent }
}

const reverted = () => new CortensorError('CHAIN_REVERTED', 'no', { details: { reason: 'TooEarly' } })

describe('the transmitter', () => {
  it('sends at once when it is first, after looking', async () => {
    const { calls, clock, sent, transmitter } = create()
    transmitter.schedule(transmissionOf(1, 0))
    await clock.advance(1)
    expect(calls).toEqual(['0 simulate 1', '0 send 1'])
    expect(sent('sent')).toBe(1)
  })

  it('waits for the turns before it', async () => {
    const { calls, clock, transmitter } = create()
    transmitter.schedule(transmissionOf(1, 2))
    await clock.advance(2 * DELAY_MS - 1)
    expect(calls).toEqual([])
    await clock.advance(1)
    expect(calls).toEqual(['6000 simulate 1', '6000 send 1'])
  })

  it('sends nothing once the chain has moved on', async () => {
    const { calls, clock, transmitter } = create()
    transmitter.schedule(transmissionOf(1, 1))
    transmitter.cancel()
    await clock.advance(10 * DELAY_MS)
    expect(calls).toEqual([])
  })

  it('does not pay when the chain moves on while it looks', async () => {
    const looking = createDeferred<void>()
    const { calls, clock, transmitter } = create(() => looking.promise)
    transmitter.schedule(transmissionOf(1, 0))
    await clock.advance(1)
    transmitter.cancel()
    looking.resolve()
    await clock.advance(10 * DELAY_MS)
    expect(calls).toEqual(['0 simulate 1'])
  })

  it('tries again after what the chain refuses, until it takes it', async () => {
    const { calls, clock, sent, transmitter } = create(async (call) => {
      if (call < 3) {
        throw reverted()
      }
    })
    transmitter.schedule(transmissionOf(1, 0))
    await clock.advance(10 * DELAY_MS)
    expect(calls).toEqual(['0 simulate 1', '3000 simulate 1', '6000 simulate 1', '6000 send 1'])
    expect([sent('failed'), sent('sent')]).toEqual([2, 1])
  })

  it('pursues the newest one only', async () => {
    const { calls, clock, transmitter } = create(async (_call) => {
      throw reverted()
    })
    transmitter.schedule(transmissionOf(1, 0))
    await clock.advance(1_000)
    transmitter.schedule(transmissionOf(2, 1))
    await clock.advance(2 * DELAY_MS)
    expect(calls).toEqual(['0 simulate 1', '4000 simulate 2', '7000 simulate 2'])
  })

  it('stops at once, even when the chain does not answer, and can be used again', async () => {
    const { calls, clock, transmitter } = create(
      (call, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
          if (call > 1) {
            resolve()
          }
        })
    )
    transmitter.schedule(transmissionOf(1, 0))
    await clock.advance(1)
    await clock.complete(transmitter.stop(), 1)
    transmitter.schedule(transmissionOf(2, 0))
    await clock.advance(1)
    expect(calls.at(-1)).toBe('1 send 2')
  })
})
