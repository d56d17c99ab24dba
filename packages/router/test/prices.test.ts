import type { ReportedResult } from '@cortensor/protocols'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Act, accepted, CID, end, token } from './scripted-miner.js'
import { createWorld, MODEL, offer, SESSION, sessionOf, type World } from './world.js'

const good: Act[] = [accepted, token('Hello'), token(' world'), end]
/** One slot that makes ten tokens a second. */
const SPEED = 10
const miner = (priceMicroPerKilotoken: number) => ({
  ...{ totalSlots: 1, freeSlots: 1 },
  models: [offer({ priceMicroPerKilotoken, decodeTokensPerSecond: SPEED })]
})

describe('the price of a class of models', () => {
  let world: World
  let epoch = 0
  const EPOCH_MS = 10_000
  const result = (completionTokens: number): ReportedResult => ({
    taskId: epoch.toString(16).padStart(64, '0') as ReportedResult['taskId'],
    ...{ router: world.own.signer.nodeId, miner: world.own.signer.nodeId, model: MODEL, transcript: CID },
    ...{ promptTokens: 1, completionTokens, session: SESSION, fee: 0n }
  })
  /** An epoch in which the miners made so many tokens. */
  const pass = async (tokens: number): Promise<void> => {
    epoch += 1
    await world.clock.advance(EPOCH_MS)
    await world.commitEpoch(epoch, tokens === 0 ? [] : [result(tokens)])
    await world.clock.advance(1_000)
  }
  const shown = async () => (await world.role.models())[0]
  const paidNow = async (): Promise<number | undefined> => {
    await world.run()
    return world.asked.at(-1)?.header.priceMicroPerKilotoken
  }

  beforeEach(async () => {
    epoch = 0
    world = await createWorld({ session: SESSION })
    world.sessions.set(SESSION, sessionOf(world, { balance: 1_000_000n }, { maxPrice: 1_500_000n }))
    await world.addMiner('one', good, miner(1_000))
    await world.clock.advance(3_000)
  })

  it('is what the cheapest miner asks as long as there is little to do', async () => {
    await pass(0)
    await pass(20)
    expect(await shown()).toMatchObject({ priceMicroPerKilotoken: 1_000, utilisation: expect.closeTo(0.2, 1) })
    expect(await paidNow()).toBe(1_000)
  })

  it('rises by an eighth an epoch while everything is busy, falls again, and everybody sees it', async () => {
    await pass(0)
    await pass(1_000)
    expect(await shown()).toMatchObject({ priceMicroPerKilotoken: 1_125, utilisation: 1 })
    expect(await paidNow()).toBe(1_125)
    await pass(1_000)
    expect(await shown()).toMatchObject({ priceMicroPerKilotoken: 1_265 })
    await pass(0)
    await pass(0)
    expect(await shown()).toMatchObject({ priceMicroPerKilotoken: 1_000, utilisation: 0 })
    expect(await paidNow()).toBe(1_000)
  })

  it('is paid up to what the session allows; a miner that asks for more gets what it asks', async () => {
    await pass(0)
    for (let i = 0; i < 5; i++) {
      await pass(1_000)
    }
    expect((await shown())?.priceMicroPerKilotoken).toBeGreaterThan(1_500)
    expect(await paidNow()).toBe(1_500)
  })

  it('is no more than the base: a miner that asks for more gets what it asks', async () => {
    await world.addMiner('dear', good, miner(1_400))
    for (let i = 0; i < 30; i++) {
      await world.run()
    }
    const paid = world.asked.map(({ header, miner }) => `${miner} ${header.priceMicroPerKilotoken}`)
    expect(new Set(paid)).toEqual(new Set(['one 1000', 'dear 1400']))
  })

  it('outlives a restart', async () => {
    await pass(0)
    await pass(1_000)
    await world.clock.complete(world.role.stop())
    const again = world.create()
    await world.clock.complete(again.start())
    expect((await again.models())[0]).toMatchObject({ priceMicroPerKilotoken: 1_125 })
    await world.clock.complete(again.stop())
  })
})
