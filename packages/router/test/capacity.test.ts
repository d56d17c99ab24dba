import { beforeEach, describe, expect, it } from 'vitest'
import { type Act, accepted, end, token } from './scripted-miner.js'
import { createWorld, MODEL, modelId, offer, textOf, type World } from './world.js'

const slow: Act[] = [accepted, 500, token('x'), end]
const oneSlot = { totalSlots: 1, freeSlots: 1 }

describe('requests, when every miner has two for each of its slots', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  const seeds = (): bigint[] => world.asked.map(({ payload }) => payload.seed ?? -1n)

  it('wait, first come, first served, and all are answered', async () => {
    await world.addMiner('one', slow, oneSlot)
    const answers = [1, 2, 3, 4, 5].map((seed) => world.collect({ seed }))
    await world.clock.advance(100)
    expect(seeds()).toEqual([1n, 2n])
    const events = await world.clock.complete(Promise.all(answers))
    expect(seeds()).toEqual([1n, 2n, 3n, 4n, 5n])
    expect(events.map((list) => [textOf(list), list.at(-1)?.type])).toEqual(answers.map(() => ['x', 'end']))
  })

  it('go to a miner that joins meanwhile', async () => {
    await world.addMiner('one', [accepted, 30_000, end], oneSlot)
    const answers = [1, 2, 3].map((seed) => world.collect({ seed }))
    await world.clock.advance(100)
    await world.addMiner('two', slow, oneSlot)
    const last = await world.clock.complete(answers[2] as (typeof answers)[number])
    expect(last.at(-1)).toMatchObject({ type: 'end' })
    expect(world.asked.map(({ miner }) => miner)).toEqual(['one', 'one', 'two'])
    await world.clock.complete(Promise.all(answers))
  })

  it('leave their place when the caller goes, or when their time is over', async () => {
    await world.addMiner('one', slow, oneSlot)
    const leaving = new AbortController()
    const [, , left, late, patient] = [
      world.collect({ seed: 1 }),
      world.collect({ seed: 2 }),
      world.collect({ seed: 3 }, leaving.signal).catch((error: unknown) => error),
      world.collect({ seed: 4, maxWaitMs: 300 }),
      world.collect({ seed: 5 })
    ]
    await world.clock.advance(100)
    leaving.abort(new DOMException('gone', 'AbortError'))
    expect(await world.clock.complete(left)).toBeInstanceOf(DOMException)
    expect(await world.clock.complete(late)).toMatchObject([{ type: 'failed', failure: 'no_miner', taskId: null }])
    expect((await world.clock.complete(patient)).at(-1)).toMatchObject({ type: 'end' })
    expect(seeds()).toEqual([1n, 2n, 5n])
  })

  it('do not wait for one another when they want different models', async () => {
    await world.addMiner('one', [accepted, 30_000, end], oneSlot)
    await world.addMiner('other', slow, { ...oneSlot, models: [offer({ name: 'rare', id: modelId('rare') })] })
    const stuck = [1, 2, 3].map(() => world.collect({ model: MODEL }))
    await world.clock.advance(100)
    expect((await world.run({ model: 'rare' })).at(-1)).toMatchObject({ type: 'end' })
    await world.clock.complete(Promise.all(stuck))
  })

  it('are all refused when the last miner goes', async () => {
    await world.addMiner('one', [accepted, 'forever'], oneSlot)
    const answers = [1, 2, 3, 4].map((seed) => world.collect({ seed }))
    await world.clock.advance(100)
    await world.outlive()
    const events = await world.clock.complete(Promise.all(answers))
    expect(events.map((list) => list.at(-1))).toMatchObject([
      { failure: 'timeout' },
      { failure: 'timeout' },
      { failure: 'no_miner' },
      { failure: 'no_miner' }
    ])
  })
})
