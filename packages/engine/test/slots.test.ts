import { describe, expect, it } from 'vitest'
import { Slots } from '../src/slots.js'

describe('Slots', () => {
  it('serves waiting requests in order', async () => {
    const slots = new Slots(8)
    slots.setTotal(1)
    const first = await slots.acquire(undefined)
    const order: number[] = []
    const waiting = [1, 2, 3].map(async (n) => {
      const release = await slots.acquire(undefined)
      order.push(n)
      release()
    })
    expect(slots).toMatchObject({ free: 0, queueLength: 3 })
    first()
    first()
    await Promise.all(waiting)
    expect(order).toEqual([1, 2, 3])
    expect(slots).toMatchObject({ free: 1, queueLength: 0 })
  })

  it('refuses above the limit of the queue and takes none from the aborted', async () => {
    const slots = new Slots(1)
    const controller = new AbortController()
    const waiting = slots.acquire(controller.signal)
    await expect(slots.acquire(undefined)).rejects.toMatchObject({ code: 'ENGINE_QUEUE_FULL' })
    controller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    await expect(slots.acquire(controller.signal)).rejects.toThrow('gone')
    slots.setTotal(2)
    expect(slots).toMatchObject({ free: 2, queueLength: 0 })
  })

  it('fails all that wait and keeps what is in use when the total drops', async () => {
    const slots = new Slots(4)
    slots.setTotal(1)
    const release = await slots.acquire(undefined)
    const waiting = slots.acquire(undefined)
    slots.setTotal(0)
    release()
    expect(slots.queueLength).toBe(1)
    slots.failWaiting(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })
})
