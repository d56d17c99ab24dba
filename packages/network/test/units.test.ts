import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createValidationQueue } from '../src/gossip/validation-queue.js'
import { createDialBackoff, dialTarget } from '../src/peers/dial-backoff.js'
import { createPenaltyLedger, DENY_SCORE } from '../src/peers/penalties.js'
import { createFrameDecoder, END_FRAME, encodeFrame } from '../src/streams/frames.js'

const peer = 'peer' as never

describe('frames', () => {
  it('gives back what was encoded, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }),
        (messages, cuts) => {
          const bytes = Buffer.concat([...messages.map(encodeFrame), END_FRAME])
          const decoder = createFrameDecoder(300)
          const out: (Uint8Array | 'end')[] = []
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = cuts[i % cuts.length]!
            decoder.push(bytes.subarray(at, at + size))
            at += size
            for (let next = decoder.next(); next !== null; next = decoder.next()) {
              out.push(next)
            }
          }
          expect(out).toEqual([...messages, 'end'])
          expect(decoder.bufferedBytes).toBe(0)
        }
      )
    )
  })

  it('refuses a length above the limit before its bytes arrive', () => {
    const decoder = createFrameDecoder(100)
    decoder.push(encodeFrame(new Uint8Array(101)).subarray(0, 1))
    expect(() => decoder.next()).toThrow(expect.objectContaining({ code: 'NETWORK_MESSAGE_TOO_LARGE' }))
  })

  it('takes any bytes without another error than its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const decoder = createFrameDecoder(50)
        decoder.push(bytes)
        try {
          while (decoder.next() !== null) {}
        } catch (error) {
          expect(error).toMatchObject({ code: 'NETWORK_MESSAGE_TOO_LARGE' })
        }
      })
    )
  })
})

describe('penalties', () => {
  it('add up, halve in ten minutes and end in a denial of ten minutes', () => {
    let now = 0
    const ledger = createPenaltyLedger(() => now)
    expect(ledger.add(peer, 'protocol-violation')).toBe(-50)
    now = 600_000
    expect(ledger.score(peer)).toBeCloseTo(-25)
    expect(ledger.add(peer, 'timeout')).toBeGreaterThan(DENY_SCORE)
    expect(ledger.isDenied(peer)).toBe(false)
    ledger.deny(peer)
    expect(ledger.isDenied(peer)).toBe(true)
    now += 600_000
    expect(ledger.isDenied(peer)).toBe(false)
  })
})

describe('dial backoff', () => {
  it('doubles up to a minute, sooner for a lonely node, and forgets a success', () => {
    let now = 0
    const backoff = createDialBackoff(() => now)
    expect(backoff.isDue(peer, false)).toBe(true)
    for (let i = 0; i < 10; i++) {
      backoff.failed(peer)
    }
    now = 59_999
    expect(backoff.isDue(peer, false)).toBe(false)
    expect(backoff.isDue(peer, true)).toBe(true)
    now = 60_000
    expect(backoff.isDue(peer, false)).toBe(true)
    backoff.succeeded(peer)
    backoff.failed(peer)
    now += 1_000
    expect(backoff.isDue(peer, false)).toBe(true)
  })

  it('tries a peer at once that has moved', () => {
    const backoff = createDialBackoff(() => 0)
    const [before, after] = ['/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/tcp/2']
    backoff.failed(dialTarget(peer, [before]))
    expect(backoff.isDue(dialTarget(peer, [before]), true)).toBe(false)
    expect(backoff.isDue(dialTarget(peer, [before, after]), false)).toBe(true)
    backoff.failed(dialTarget(peer, [before, after]))
    expect(backoff.isDue(dialTarget(peer, [after, before]), false)).toBe(false)
  })
})

describe('validation queue', () => {
  it('bounds what runs and what waits, and drains', async () => {
    const queue = createValidationQueue({ concurrency: 2, limit: 3 })
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let running = 0
    const task = async (): Promise<void> => {
      running++
      await gate
    }
    expect(Array.from({ length: 7 }, () => queue.push(task))).toEqual([true, true, true, true, true, false, false])
    expect(running).toBe(2)
    const drained = queue.drain()
    release()
    await drained
    expect(running).toBe(2)
  })
})
