import { afterEach, describe, expect, it } from 'vitest'
import { withoutRealWorld } from '../src/run/real-world.js'

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
    ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(1))]
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

  it('work that uses none of it goes through, and errors of its own too', async () => {
    expect(await withoutRealWorld(async () => 7)).toBe(7)
    await expect(withoutRealWorld(() => Promise.reject(new TypeError('own')))).rejects.toThrow('own')
  })
})
