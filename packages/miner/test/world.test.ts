import type { EpochNumber } from '@cortensor/interface'
import { expect, it } from 'vitest'
import { createWorld } from './world.js'

it('tells every part of a miner that follows the chain of every epoch, also when one begins later', async () => {
  const world = await createWorld()
  const controller = new AbortController()
  const told: EpochNumber[][] = []
  const follow = async (): Promise<void> => {
    const epochs: EpochNumber[] = []
    told.push(epochs)
    for await (const event of world.chainPort.follow(0, { signal: controller.signal })) {
      epochs.push(...(event.type === 'epoch' ? [event.commit.epoch] : []))
    }
  }
  const first = [follow(), follow()]
  await world.commitReport([])
  await world.clock.advance(10)
  const late = follow()
  await world.commitReport([])
  await world.clock.advance(10)
  expect(told).toEqual([
    [1, 1],
    [1, 1],
    [1, 1]
  ])
  controller.abort()
  await world.clock.complete(Promise.all([...first, late]))
  await world.stop()
})
