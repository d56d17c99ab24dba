import { spawn } from 'node:child_process'
import nodeCrypto, { createHash, randomBytes } from 'node:crypto'
import { lookup } from 'node:dns'
import { createWriteStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as nodeTimeout } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { createVirtualClock } from '@cortensor/memory'
import { createSeededRng } from '@cortensor/utils'
import { afterEach, describe, expect, it } from 'vitest'
import { withoutRealWorld } from '../src/run/real-world.js'
import { createStandIns } from '../src/run/stand-ins.js'

const { now } = Date
const { setTimeout: timeout } = globalThis

afterEach(() => {
  expect(Date.now).toBe(now)
  expect(globalThis.setTimeout).toBe(timeout)
})

describe('inside a simulation', () => {
  it.each([
    ['Date.now', () => Date.now()],
    ['Math.random', () => Math.random()],
    ['setTimeout', () => setTimeout(() => {}, 1)],
    ['performance.now', () => performance.now()],
    ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
    ['a socket', () => connect({ host: '127.0.0.1', port: 9 })],
    ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(1))],
    ['new Date()', () => new Date()],
    ['new Date()', () => Date()],
    ['process.hrtime', () => process.hrtime()],
    ['node:crypto randomBytes', () => randomBytes(1)],
    ['node:crypto randomInt', () => nodeCrypto.randomInt(2)],
    ['node:crypto generateKeyPairSync', () => nodeCrypto.generateKeyPairSync('ed25519')],
    ['node:timers setTimeout', () => nodeTimeout(() => {}, 1)],
    ['node:timers/promises setTimeout', () => sleep(1)],
    ['node:dns lookup', () => lookup('localhost', () => {})],
    ['node:child_process spawn', () => spawn('true')],
    ['node:fs readFileSync', () => readFileSync('package.json')],
    ['node:fs createWriteStream', () => createWriteStream('/dev/null')],
    ['node:fs/promises readFile', () => readFile('package.json')]
  ])('%s ends the run', async (name, use) => {
    await expect(withoutRealWorld(async () => use())).rejects.toMatchObject({
      code: 'SIM_REAL_WORLD',
      message: expect.stringContaining(name)
    })
  })

  it('it does so even when somebody swallows the error', async () => {
    const swallow = async (): Promise<string> => {
      try {
        return String(Math.random())
      } catch {
        return 'nothing happened'
      }
    }
    await expect(withoutRealWorld(swallow)).rejects.toMatchObject({ code: 'SIM_REAL_WORLD' })
  })

  it('what only computes is as it was', async () => {
    const work = async () => {
      const date = new Date(86_400_000)
      return [date instanceof Date, date.toISOString(), createHash('sha256').update('x').digest('hex').slice(0, 4)]
    }
    expect(await withoutRealWorld(work)).toEqual([true, '1970-01-02T00:00:00.000Z', '2d71'])
    expect(randomBytes(4)).toHaveLength(4)
    expect(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).toContain('simulator')
  })

  it('work that uses none of it goes through, and errors of its own too', async () => {
    expect(await withoutRealWorld(async () => 7)).toBe(7)
    // Neither own properties of what they are called on, nor gone.
    expect(performance.now()).toBeGreaterThan(0)
    expect(Object.hasOwn(performance, 'now')).toBe(false)
    await expect(withoutRealWorld(() => Promise.reject(new TypeError('own')))).rejects.toThrow('own')
  })
})

describe('foreign code inside a simulation', () => {
  const play = () => {
    const clock = createVirtualClock({ startMs: 1_000_000 })
    const standIns = createStandIns(clock, createSeededRng('globals'))
    const heard: string[] = []
    const work = async () => {
      const interval = setInterval(() => heard.push(`every ${Date.now()} ${performance.now()}`), 400)
      setTimeout((text: string) => heard.push(`${text} ${Date.now()}`), 1_000, 'once')
      const cancelled = setTimeout(() => heard.push('never'), 500)
      clearTimeout(cancelled)
      setTimeout(() => clearInterval(interval), 900)
      await clock.advance(5_000)
      expect(new Date().toISOString()).toBe(new Date(Date.now()).toISOString())
      return [...heard, String(Math.random()), crypto.getRandomValues(new Uint8Array(4)).join()]
    }
    return withoutRealWorld(work, standIns)
  }

  it('has the time and the chance of the simulation', async () => {
    const first = await play()
    expect(first.slice(0, 3)).toEqual(['every 1000400 400', 'every 1000800 800', 'once 1001000'])
    expect(first.length).toBe(5)
    expect(await play()).toEqual(first)
  })

  it('still finds no socket', async () => {
    const standIns = createStandIns(createVirtualClock(), createSeededRng('sockets'))
    await expect(withoutRealWorld(async () => connect({ host: '127.0.0.1', port: 9 }), standIns)).rejects.toMatchObject({
      code: 'SIM_REAL_WORLD'
    })
  })
})
