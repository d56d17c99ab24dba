import { falseWindowLeaf } from '@cortensor/contracts'
import { verifyMerkleProof } from '@cortensor/crypto'
import {
  type Address,
  type Chain,
  type ChainCall,
  CortensorError,
  type EpochNumber,
  type FalseWindow,
  type TaskId
} from '@cortensor/interface'
import { createMemoryLogger, createMemoryMetrics, createMemorySigner, createVirtualClock } from '@cortensor/memory'
import { rewardsTree } from '@cortensor/proofs'
import { describe, expect, it } from 'vitest'
import { createOracleMetrics } from '../src/metrics.js'
import { createPunisher, type Slashings } from '../src/punisher.js'

const TURN_MS = 3_000
const { nodeId: node } = createMemorySigner({ label: 'liar' })
const { nodeId: other } = createMemorySigner({ label: 'other' })
const fault: FalseWindow = { operator: `0x${'11'.repeat(20)}` as Address, node, subject: 'ab'.repeat(32) as TaskId, window: 2 }
const second: FalseWindow = { ...fault, node: other }
const stateOf = (slashings: FalseWindow[]) => ({
  ...{ cumulative: [{ operator: fault.operator, amount: 9n }], settlements: [], slashings }
})
const ofEpoch = (epoch: number, slashings: FalseWindow[], turn = 0): Slashings => ({
  report: { epoch: epoch as EpochNumber, state: stateOf(slashings) as never },
  turn
})
type Punish = Extract<ChainCall, { type: 'punishFalseWindow' }>

const refused = (reason: string) => new CortensorError('CHAIN_REVERTED', 'no', { details: { reason } })

/** Oracles that share a chain, which takes each registration once. */
function create(oracles = 1) {
  const clock = createVirtualClock()
  const sent: Punish[] = []
  const looks: Punish[] = []
  const punished = new Set<string>()
  let outage: Error | null = null
  const check = ({ fault }: Punish): void => {
    if (outage !== null) {
      throw outage
    }
    if (punished.has(fault.node)) {
      throw refused('FaultPunished')
    }
  }
  const chain = {
    async simulate(call: Punish) {
      looks.push(call)
      check(call)
    },
    async send(call: Punish) {
      check(call)
      punished.add(call.fault.node)
      sent.push(call)
    }
  } as unknown as Chain
  const all = Array.from({ length: oracles }, () => {
    const metrics = createMemoryMetrics()
    const init = { chain, clock, logger: createMemoryLogger(), metrics: createOracleMetrics(metrics), turnMs: TURN_MS }
    const counted = (outcome: string) => metrics.value('cortensor_oracle_slashings_total', { outcome })
    return { punisher: createPunisher(init), counted }
  })
  const [first] = all as [(typeof all)[0]]
  const fail = (error: Error | null): void => {
    outage = error
  }
  return { clock, sent, looks, all, ...first, fail, punished }
}

describe('the punisher', () => {
  it('sends what a report says when another epoch has followed it, with a proof of its root', async () => {
    const { clock, counted, punisher, sent } = create()
    punisher.schedule(ofEpoch(4, [fault, second]))
    await clock.advance(10_000)
    expect(sent).toEqual([])
    punisher.schedule(ofEpoch(6, [fault, second]))
    await clock.advance(1)
    expect(sent).toMatchObject([
      { epoch: 4, fault },
      { epoch: 4, fault: second }
    ])
    const { root } = rewardsTree(stateOf([fault, second]))
    expect(sent.every((call) => verifyMerkleProof(root, falseWindowLeaf(call.fault), call.proof))).toBe(true)
    expect(counted('sent')).toBe(2)
  })

  it('sends nothing twice, and looks once after each epoch whether it is still done', async () => {
    const { clock, looks, punisher, sent } = create()
    for (let epoch = 4; epoch < 9; epoch++) {
      punisher.schedule(ofEpoch(epoch, [fault]))
      await clock.advance(10_000)
    }
    expect(sent).toHaveLength(1)
    expect(looks).toHaveLength(4)
    await punisher.stop()
  })

  it('sends again what a reorganisation of the chain has undone, or is possible anew', async () => {
    const { clock, fail, punished, punisher, sent } = create()
    for (const epoch of [4, 5, 6]) {
      punisher.schedule(ofEpoch(epoch, [fault]))
      await clock.advance(10)
    }
    expect(sent).toMatchObject([{ epoch: 4 }])
    punished.clear()
    punisher.schedule(ofEpoch(7, [fault]))
    await clock.advance(10)
    expect(sent).toMatchObject([{ epoch: 4 }, { epoch: 6 }])
    punished.clear()
    fail(refused('NothingToSlash'))
    punisher.schedule(ofEpoch(8, [fault]))
    await clock.advance(10)
    fail(null)
    punisher.schedule(ofEpoch(9, [fault]))
    await clock.advance(10)
    expect(sent).toMatchObject([{ epoch: 4 }, { epoch: 6 }, { epoch: 8 }])
    await punisher.stop()
  })

  it('looks at what is not done first, and at all of the rest in turn', async () => {
    const { clock, looks, punished, punisher } = create()
    const faults = Array.from({ length: 50 }, (_, i) => ({ ...fault, node: createMemorySigner({ label: `${i}` }).nodeId }))
    for (const { node } of faults) {
      punished.add(node)
    }
    for (let epoch = 4; epoch < 10; epoch++) {
      punisher.schedule(ofEpoch(epoch, faults))
      await clock.advance(10)
    }
    expect(looks).toHaveLength(100)
    expect(new Set(looks.map((call) => call.fault.node)).size).toBe(50)
    await punisher.stop()
  })

  it('hashes the leaves of a report once, however many rows it has', async () => {
    const { clock, punisher, sent } = create()
    let trees = 0
    const state = {
      ...stateOf([fault, second]),
      get cumulative() {
        trees++
        return []
      }
    }
    for (const epoch of [4, 5]) {
      punisher.schedule({ report: { epoch: epoch as EpochNumber, state: state as never }, turn: 0 })
      await clock.advance(10)
    }
    expect([sent.length, trees]).toEqual([2, 1])
    await punisher.stop()
  })

  it('goes by turns, the next one where the first has died, and one alone pays', async () => {
    const { all, clock, looks, sent } = create(3)
    const scheduleAll = (epoch: number, living: number[]) =>
      living.forEach((i) => {
        all[i]?.punisher.schedule(ofEpoch(epoch, [fault], i))
      })
    scheduleAll(4, [0, 1, 2])
    scheduleAll(5, [0, 1, 2])
    // The first falls silent in its turn.
    await all[0]?.punisher.stop()
    await clock.advance(TURN_MS - 1)
    expect(sent).toEqual([])
    await clock.advance(2 * TURN_MS)
    expect(sent).toHaveLength(1)
    expect([looks.length, all[1]?.counted('sent'), all[2]?.counted('sent'), all[2]?.counted('failed')]).toEqual([2, 1, 0, 0])
  })

  it('tries again after each epoch while the chain cannot be reached, or takes no such root yet', async () => {
    const { clock, counted, fail, punisher, sent } = create()
    fail(new CortensorError('CHAIN_RPC_UNREACHABLE', 'no'))
    punisher.schedule(ofEpoch(4, [fault]))
    punisher.schedule(ofEpoch(5, [fault]))
    await clock.advance(10)
    fail(refused('TooRecent'))
    punisher.schedule(ofEpoch(6, [fault]))
    await clock.advance(10)
    expect([sent.length, counted('failed')]).toEqual([0, 2])
    fail(null)
    punisher.schedule(ofEpoch(7, [fault]))
    await clock.advance(10)
    expect(sent).toMatchObject([{ epoch: 6 }])
  })

  it('pays no gas where there is no stake, and takes no report of a branch that the chain has left', async () => {
    const { clock, fail, looks, punisher } = create()
    fail(refused('NothingToSlash'))
    for (const epoch of [4, 5, 6, 7]) {
      punisher.schedule(ofEpoch(epoch, [fault]))
      await clock.advance(10)
    }
    // After each epoch: it may stake again.
    expect(looks).toHaveLength(3)
    const fresh = create()
    fresh.punisher.schedule(ofEpoch(5, [fault]))
    fresh.punisher.schedule(ofEpoch(5, [fault]))
    await fresh.clock.advance(10)
    expect(fresh.looks).toEqual([])
  })
})
