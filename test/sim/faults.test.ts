import type { CompletionEvent, NodeId } from '@cortensor/interface'
import { createMemorySigner, memoryNodeId } from '@cortensor/memory'
import { rewardProof } from '@cortensor/proofs'
import { leaderOf, sealEnvelope, TOPIC_FAMILIES, topicName } from '@cortensor/protocols'
import { createSimulation, type Simulation, type SimulationInit } from '@cortensor/simulator'
import { afterEach, describe, expect, test, vi } from 'vitest'

/** Virtual minutes take real seconds, and machines that run the tests are busy. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const SECOND_MS = 1_000
const EPOCH_MS = 15_000

let running: Simulation | undefined

async function start(init: SimulationInit = {}): Promise<Simulation> {
  running = createSimulation({ seed: 'faults', miners: 6, epochMs: EPOCH_MS, tasksPerSecond: 0.2, ...init })
  await running.start()
  return running
}

/** Longer than anything that a stopped network leaves in the air: messages on their way, and the end of the longest ban. */
const AFTERMATH_MS = 900 * SECOND_MS

afterEach(async () => {
  const simulation = running
  running = undefined
  await simulation?.stop()
  await simulation?.kernel.clock.advance(AFTERMATH_MS)
  expect(simulation?.kernel.clock.pending).toBe(0)
})

const lastEpoch = (simulation: Simulation): number => simulation.epochs.length

/** Moves time until so many epochs are committed; the bound is far above what they take. */
async function untilEpoch(simulation: Simulation, epoch: number, maxMs = 10 * EPOCH_MS): Promise<void> {
  const isReached = await simulation.kernel.clock.runUntil(() => lastEpoch(simulation) >= epoch, maxMs)
  expect(isReached, `epoch ${epoch} within ${maxMs} ms`).toBe(true)
}

function expectContiguous(simulation: Simulation): void {
  const commits = simulation.result().epochs.map(({ commit }) => commit)
  expect(commits.map(({ epoch }) => epoch)).toEqual(commits.map((_, i) => i + 1))
  expect(commits.slice(1).map(({ prev }) => prev)).toEqual(commits.slice(0, -1).map(({ digest }) => digest))
}

describe('oracles', () => {
  test('replace a leader that is dead: the next view commits its epoch', async () => {
    const simulation = await start()
    await untilEpoch(simulation, 2)
    const { committee } = simulation.kernel.chain
    const leader = simulation.oracles.find(({ nodeId }) => nodeId === leaderOf(committee, 3, 0))
    simulation.kill(leader as (typeof simulation.oracles)[number])
    await untilEpoch(simulation, 8)
    const { epochs } = simulation.result()
    expect(epochs[2]?.commit.view).toBe(1)
    expect(epochs[2]?.leader).toBe(leaderOf(committee, 3, 1))
    expect(epochs.slice(3, 6).map(({ commit }) => commit.view)).toEqual([0, 0, 0])
    expectContiguous(simulation)
  })

  test('commit nothing while they are split in halves, and go on when they are joined again', async () => {
    const simulation = await start()
    await untilEpoch(simulation, 2)
    const { hub } = simulation.kernel
    const others = [...simulation.routers, ...simulation.miners].map(({ nodeId }) => nodeId)
    const [a, b, c, d] = simulation.oracles.map(({ nodeId }) => nodeId) as [NodeId, NodeId, NodeId, NodeId]
    hub.partition([
      [a, b, ...others],
      [c, d]
    ])
    // An epoch that had its proposal by then may still be committed.
    await simulation.run(20 * SECOND_MS)
    const before = lastEpoch(simulation)
    await simulation.run(60 * SECOND_MS)
    expect(lastEpoch(simulation)).toBe(before)
    hub.heal()
    await untilEpoch(simulation, before + 3)
    expectContiguous(simulation)
  })

  test('wait while no RPC answers, and go on when it does', async () => {
    const simulation = await start()
    await untilEpoch(simulation, 2)
    const before = lastEpoch(simulation)
    simulation.kernel.chain.setOutage(true)
    await simulation.run(60 * SECOND_MS)
    expect(lastEpoch(simulation)).toBe(before)
    simulation.kernel.chain.setOutage(false)
    await untilEpoch(simulation, before + 3)
    expectContiguous(simulation)
  })

  test('follow the chain through a reorganisation', async () => {
    const simulation = await start()
    await untilEpoch(simulation, 3)
    simulation.kernel.chain.reorg(4, { loseCalls: true })
    await untilEpoch(simulation, 6)
    expectContiguous(simulation)
    const onChain = await simulation.kernel.clock.complete(simulation.oracles[0]!.ports.chain.lastCommit())
    expect(simulation.result().epochs.at(-1)?.commit.digest).toBe(onChain?.digest)
  })
})

describe('a miner that dies', () => {
  interface Asked {
    events: CompletionEvent[]
    /** Miners that took the task. */
    assigned: NodeId[]
  }

  /** Asks one question; `onEvent` may do harm in the middle of the answer. */
  async function ask(simulation: Simulation, onEvent: (event: CompletionEvent, miner: NodeId) => void): Promise<Asked> {
    const gateway = simulation.routers[0]!.gateway
    const asked: Asked = { events: [], assigned: [] }
    const answer = async (): Promise<void> => {
      const messages = [{ role: 'user' as const, content: 'What is a network made of? '.repeat(40) }]
      for await (const event of gateway.complete({ model: 'sim-small', messages, sampling: { maxTokens: 100 } })) {
        asked.events.push(event)
        if (event.type === 'assigned') {
          asked.assigned.push(event.miner)
        }
        onEvent(event, asked.assigned.at(-1) as NodeId)
      }
    }
    await simulation.kernel.clock.complete(answer(), 2 * simulation.kernel.params.deadlines.taskDeadlineMs)
    return asked
  }
  const minerOf = (simulation: Simulation, nodeId: NodeId) => simulation.miners.find((miner) => miner.nodeId === nodeId)!

  test('before its first token: another one answers', async () => {
    const simulation = await start({ tasksPerSecond: 0 })
    await simulation.run(5 * SECOND_MS)
    const { assigned, events } = await ask(simulation, (event, miner) => {
      if (event.type === 'assigned' && event.attempt === 1) {
        simulation.kill(minerOf(simulation, miner))
      }
    })
    expect(assigned.length).toBe(2)
    expect(new Set(assigned).size).toBe(2)
    expect(events.at(-1)).toMatchObject({ type: 'end', miner: assigned[1] })
  })

  test('in the middle of its answer: the stream ends with an error', async () => {
    const simulation = await start({ tasksPerSecond: 0 })
    await simulation.run(5 * SECOND_MS)
    let tokens = 0
    const { assigned, events } = await ask(simulation, (event, miner) => {
      if (event.type === 'delta' && ++tokens === 2) {
        simulation.kill(minerOf(simulation, miner))
      }
    })
    expect(assigned.length).toBe(1)
    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: 'miner_failed' })
  })

  test('and whose connection stands still: the stream ends with an error, too', async () => {
    const simulation = await start({ tasksPerSecond: 0, links: { detectMs: 600_000 } })
    await simulation.run(5 * SECOND_MS)
    let tokens = 0
    const { events } = await ask(simulation, (event, miner) => {
      if (event.type === 'delta' && ++tokens === 2) {
        simulation.kernel.hub.partition([[miner]])
      }
    })
    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: 'timeout' })
  })

  test('with its engine only: the node says so, and lives', async () => {
    const simulation = await start({ tasksPerSecond: 0 })
    await simulation.run(5 * SECOND_MS)
    const { assigned, events } = await ask(simulation, (event, miner) => {
      if (event.type === 'assigned' && event.attempt === 1) {
        minerOf(simulation, miner).engine.crash()
      }
    })
    expect(assigned.length).toBe(2)
    expect(events.at(-1)?.type).toBe('end')
    expect((await ask(simulation, () => {})).events.at(-1)?.type).toBe('end')
  })
})

describe('hostile gossip', () => {
  const HUGE_BYTES = 1_000_000
  const LIFETIME_MS = 30_000

  /** A node of the hub that says what it likes. */
  async function createHostile(simulation: Simulation, label: string) {
    const { hub, networkId } = simulation.kernel
    const topics = TOPIC_FAMILIES.map((family) => ({ name: topicName(networkId, family), maxBytes: HUGE_BYTES }))
    const network = hub.createNetwork({ self: memoryNodeId(label), topics })
    await network.start()
    return network
  }
  type Family = (typeof TOPIC_FAMILIES)[number]
  /** What each receiver counts for one family, by the verdict. */
  const rejections = (simulation: Simulation, family: Family, verdict: 'reject' | 'ignore'): number => {
    const { metrics } = simulation.kernel
    return family === 'presence'
      ? metrics.value('cortensor_presence_rejected_total', { reason: verdict === 'reject' ? 'invalid' : 'expired' })
      : metrics.value('cortensor_oracle_rejected_total', { family, reason: verdict })
  }
  const makers: Record<
    string,
    { verdict: 'reject' | 'ignore'; make: (simulation: Simulation, family: Family) => Promise<Uint8Array> }
  > = {
    malformed: { verdict: 'reject', make: async (simulation) => simulation.kernel.rng.fork('malformed').bytes(200) },
    empty: { verdict: 'reject', make: async () => new Uint8Array() },
    oversized: { verdict: 'reject', make: async () => new Uint8Array(HUGE_BYTES) },
    'well sealed nonsense': {
      verdict: 'reject',
      make: ({ kernel }, family) =>
        sealEnvelope(createMemorySigner({ label: 'well sealed nonsense' }), {
          networkId: kernel.networkId,
          family,
          sequence: 1,
          expiryMs: kernel.clock.now() + LIFETIME_MS,
          payload: kernel.rng.fork(`nonsense/${family}`).bytes(100)
        })
    },
    expired: {
      verdict: 'ignore',
      make: ({ kernel }, family) =>
        sealEnvelope(createMemorySigner({ label: 'expired' }), {
          networkId: kernel.networkId,
          family,
          sequence: 1,
          expiryMs: kernel.clock.now() - 1,
          payload: new Uint8Array(10)
        })
    },
    'in the name of an oracle': {
      verdict: 'reject',
      make: ({ kernel }, family) =>
        sealEnvelope(createMemorySigner({ label: 'oracle-0', secret: 'guessed' }), {
          networkId: kernel.networkId,
          family,
          sequence: 1,
          expiryMs: kernel.clock.now() + LIFETIME_MS,
          payload: new Uint8Array(10)
        })
    }
  }

  test('that breaks the rules of the wire is counted and changes nothing', async () => {
    const simulation = await start({ minersHearAll: true })
    await untilEpoch(simulation, 1)
    const { clock, metrics, networkId } = simulation.kernel
    for (const [kind, { make, verdict }] of Object.entries(makers)) {
      const count = (family: Family): number => rejections(simulation, family, verdict)
      const countAtMiners = (): number => metrics.value('cortensor_miner_rejected_total', { family: 'quiz', reason: verdict })
      const before = new Map(TOPIC_FAMILIES.map((family) => [family, count(family)]))
      const beforeAtMiners = countAtMiners()
      // Each by another node, so that none is banned before it has said everything.
      const hostile = await createHostile(simulation, kind)
      for (const family of TOPIC_FAMILIES) {
        await hostile.publish(topicName(networkId, family), await make(simulation, family))
      }
      await clock.advance(5 * SECOND_MS)
      for (const family of TOPIC_FAMILIES) {
        const counted = count(family) - (before.get(family) ?? 0)
        expect(counted, `${kind} ${family}`).toBeGreaterThanOrEqual(simulation.oracles.length)
      }
      expect(countAtMiners() - beforeAtMiners, kind).toBe(simulation.miners.length)
      await hostile.stop()
    }
    await untilEpoch(simulation, lastEpoch(simulation) + 2)
    expectContiguous(simulation)
  })

  test('that repeats what others said, at once or late, changes nothing', async () => {
    const simulation = await start({ miners: 3 })
    const { clock, hub, networkId } = simulation.kernel
    const hostile = await createHostile(simulation, 'replay')
    const heard: { topic: string; data: Uint8Array }[] = []
    for (const family of TOPIC_FAMILIES) {
      const topic = topicName(networkId, family)
      await hostile.subscribe(topic, async (data) => {
        heard.push({ topic, data })
        return 'accept'
      })
    }
    await untilEpoch(simulation, 2)
    const replay = async (): Promise<void> => {
      for (const { topic, data } of heard.slice(0, 400)) {
        await hostile.publish(topic, data)
      }
    }
    const before = hub.stats().delivered
    await replay()
    await clock.settle()
    expect(hub.stats().delivered).toBe(before)
    // Later than the mesh remembers, and than any message may live.
    await clock.advance(180 * SECOND_MS)
    const ignored = TOPIC_FAMILIES.map((family) => rejections(simulation, family, 'ignore'))
    await replay()
    await clock.advance(5 * SECOND_MS)
    for (const [i, family] of TOPIC_FAMILIES.entries()) {
      expect(rejections(simulation, family, 'ignore'), family).toBeGreaterThan(ignored[i] as number)
    }
    await untilEpoch(simulation, lastEpoch(simulation) + 2)
    expectContiguous(simulation)
    const { epochs } = simulation.result()
    const results = epochs.flatMap(({ report }) => report.results.map(({ miner, taskId }) => `${taskId} ${miner}`))
    const outcomes = epochs.flatMap(({ report }) => report.outcomes.map(({ miner, roundId }) => `${roundId} ${miner}`))
    expect(new Set(results).size).toBe(results.length)
    expect(new Set(outcomes).size).toBe(outcomes.length)
    await hostile.stop()
  })

  test('that does not stop costs its author every connection', async () => {
    const simulation = await start()
    await untilEpoch(simulation, 1)
    const { clock, networkId, rng } = simulation.kernel
    const hostile = await createHostile(simulation, 'flood')
    for (let i = 0; i < 60; i++) {
      const family = TOPIC_FAMILIES[i % TOPIC_FAMILIES.length] as Family
      await hostile.publish(topicName(networkId, family), rng.fork(`flood/${i}`).bytes(64))
      await clock.advance(100)
    }
    const oracles = simulation.oracles.map(({ nodeId }) => nodeId)
    expect(hostile.peers().filter((peer) => oracles.includes(peer))).toEqual([])
    await untilEpoch(simulation, 3)
    expectContiguous(simulation)
    await hostile.stop()
  })
})

test('a claim pays the cumulative reward to the payout address, once', async () => {
  const simulation = await start()
  await untilEpoch(simulation, 3)
  const { kernel, miners } = simulation
  const [miner] = miners
  const { chain } = miner!.ports
  const { state } = simulation.result().epochs.at(-1)!.report
  const { amount, proof } = rewardProof(state, miner!.operator)!
  const call = { type: 'claim', operator: miner!.operator, cumulative: amount, proof } as const
  const balance = async (): Promise<bigint> => (await kernel.clock.complete(chain.balances(miner!.payout))).token
  const before = await balance()
  expect(amount).toBeGreaterThan(0n)
  await kernel.clock.complete(chain.send(call))
  expect((await balance()) - before).toBe(amount)
  await expect(kernel.clock.complete(chain.send(call))).rejects.toMatchObject({
    code: 'CHAIN_REVERTED',
    details: { reason: 'NothingToClaim' }
  })
  expect((await balance()) - before).toBe(amount)
  expect(await kernel.clock.complete(chain.claimed(miner!.operator))).toBe(amount)
})
