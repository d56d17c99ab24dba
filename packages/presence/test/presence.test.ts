import type { Role } from '@cortensor/interface'
import { createMemoryWorld, type MemoryNode } from '@cortensor/memory'
import {
  type Binding,
  createBinding,
  createPublisher,
  createSequence,
  encodePresence,
  networkIdOf,
  type Presence,
  type Publisher,
  sealEnvelope,
  topicName
} from '@cortensor/protocols'
import type { PresenceEvent } from '@cortensor/scheduler'
import { beforeEach, describe, expect, it } from 'vitest'
import { type PresenceDetails, type PresenceRoleInit, presenceRole } from '../src/index.js'

const INTERVAL_MS = 3_000
const LEASE_MS = 9_000

function createWorld() {
  const world = createMemoryWorld({ hub: { latencyMs: { min: 20, max: 20 } } })
  const { chain, clock } = world
  const scope = { chainId: chain.chainId, registry: chain.deployment.registry }
  const networkId = networkIdOf(scope.chainId, scope.registry)
  const sequence = createSequence(clock)
  const publisherOf = ({ logger, network, signer }: MemoryNode): Publisher =>
    createPublisher({ network, signer, networkId, sequence, nowMs: () => clock.now(), logger })
  const join = async (
    label: string,
    roles: Role[] = ['miner'],
    describe?: () => Promise<PresenceDetails>,
    init: Partial<PresenceRoleInit> = {}
  ) => {
    const node = world.node(label)
    await node.network.start()
    const role = presenceRole({
      ...scope,
      networkId,
      roles,
      agent: 'test',
      intervalMs: INTERVAL_MS,
      leaseMs: LEASE_MS,
      ...init
    })({ ...node, publisher: publisherOf(node), describe })
    const events: (PresenceEvent & { atMs: number })[] = []
    role.onPresence((event) => events.push({ ...event, atMs: clock.now() }))
    return { node, role, events, nodeId: node.signer.nodeId }
  }
  return { ...world, scope, networkId, sequence, publisherOf, join }
}

describe('presence', () => {
  let world: ReturnType<typeof createWorld>
  beforeEach(() => {
    world = createWorld()
  })
  const rejected = (reason: string): number => world.metrics.value('cortensor_presence_rejected_total', { reason })
  const bare = async (node: MemoryNode, change: Partial<Presence> = {}): Promise<Presence> => ({
    generation: 1,
    roles: ['miner'],
    binding: await createBinding(node.signer, world.scope),
    models: [],
    fingerprint: '',
    freeSlots: 0,
    totalSlots: 0,
    queueLength: 0,
    addresses: [],
    agent: 'by hand',
    ...change
  })
  const say = (node: MemoryNode, presence: Presence) =>
    world.publisherOf(node).publish('presence', encodePresence(presence), LEASE_MS)

  it('is announced at once, then once in every slot, at the same place in it, for hours', async () => {
    const listener = await world.join('listener', ['oracle'])
    const miner = await world.join('miner')
    await listener.role.start()
    await world.clock.advance(12_345)
    await miner.role.start()
    const hours = 3
    await world.clock.advance(hours * 3_600_000)
    const heard = listener.events.filter(({ nodeId }) => nodeId === miner.nodeId).map(({ atMs }) => atMs - 20)
    const regular = heard.slice(1)
    const slots = regular.map((ms) => Math.floor(ms / INTERVAL_MS))
    expect(slots).toEqual(slots.map((_, i) => (slots[0] as number) + i))
    expect(slots.length).toBeGreaterThanOrEqual((hours * 3_600_000) / INTERVAL_MS - 1)
    const places = new Set(regular.map((ms) => ms % INTERVAL_MS))
    expect(places.size).toBe(1)
    const [place] = places as unknown as [number]
    expect(place).toBeGreaterThanOrEqual(0.1 * INTERVAL_MS)
    expect(place).toBeLessThanOrEqual(0.7 * INTERVAL_MS)
    expect(world.clock.pending).toBeLessThan(10)
  })

  it('of different nodes is announced at different times', async () => {
    const listener = await world.join('listener', ['oracle'])
    await listener.role.start()
    for (let i = 0; i < 10; i++) {
      await (await world.join(`miner ${i}`)).role.start()
    }
    await world.clock.advance(INTERVAL_MS * 4)
    const places = new Set(listener.events.map(({ atMs }) => atMs % INTERVAL_MS))
    expect(places.size).toBeGreaterThan(8)
  })

  it('is announced once a slot also by a timer that fires early', async () => {
    const listener = await world.join('listener', ['oracle'])
    await listener.role.start()
    const { after } = world.clock
    const node = world.node('hasty')
    await node.network.start()
    // As real timers do, by up to a millisecond.
    const clock = { ...world.clock, now: world.clock.now, after: (ms: number, task: () => void) => after(ms - 1, task) }
    const role = presenceRole({
      ...world.scope,
      networkId: world.networkId,
      roles: ['miner'],
      agent: 'test',
      intervalMs: INTERVAL_MS,
      leaseMs: LEASE_MS
    })({
      ...node,
      clock,
      publisher: world.publisherOf(node)
    })
    await role.start()
    await world.clock.advance(INTERVAL_MS * 100)
    const heard = listener.events.filter(({ nodeId }) => nodeId === node.signer.nodeId)
    expect(heard.length).toBeGreaterThan(98)
    expect(heard.length).toBeLessThanOrEqual(102)
  })

  it('tells what the role says at that moment, and can be told at any time', async () => {
    const listener = await world.join('listener', ['router'])
    let queueLength = 1
    const details = async (): Promise<PresenceDetails> => ({
      models: [],
      fingerprint: 'engine',
      freeSlots: 1,
      totalSlots: 2,
      queueLength
    })
    const miner = await world.join('miner', ['miner'], details)
    await listener.role.start()
    await miner.role.start()
    await world.clock.advance(30)
    const seen = () => listener.role.directory.get(miner.nodeId, world.clock.now())?.presence
    expect(seen()).toMatchObject({ roles: ['miner'], agent: 'test', fingerprint: 'engine', queueLength: 1, totalSlots: 2 })
    expect(seen()?.addresses).toEqual(miner.node.network.multiaddrs())
    queueLength = 5
    await miner.role.announce()
    await world.clock.advance(30)
    expect(seen()?.queueLength).toBe(5)
  })

  it('is known to its own node too', async () => {
    const miner = await world.join('miner')
    await miner.role.start()
    await world.clock.settle()
    expect(miner.role.directory.live(world.clock.now())).toHaveLength(1)
    expect(miner.events).toMatchObject([{ nodeId: miner.nodeId, change: 'new' }])
  })

  it('lapses when nothing more is heard, and comes back', async () => {
    const listener = await world.join('listener', ['router'])
    const miner = await world.join('miner')
    await listener.role.start()
    await miner.role.start()
    await world.clock.advance(INTERVAL_MS * 5)
    const lives = () => listener.role.directory.live(world.clock.now(), 'miner').length === 1
    expect(lives()).toBe(true)
    await world.clock.complete(miner.role.stop())
    await world.clock.advance(LEASE_MS - INTERVAL_MS)
    expect(lives()).toBe(true)
    await world.clock.advance(INTERVAL_MS)
    expect(lives()).toBe(false)
    await world.clock.advance(LEASE_MS)
    expect(listener.role.directory.get(miner.nodeId, 0)).toBe(null)
    await miner.role.start()
    await world.clock.advance(30)
    expect(lives()).toBe(true)
  })

  it('of a later start replaces the one before, and the earlier one is not heard again', async () => {
    const listener = await world.join('listener', ['router'])
    await listener.role.start()
    const { node } = await world.join('miner')
    for (const generation of [5, 6, 5]) {
      await say(node, await bare(node, { generation }))
      await world.clock.advance(30)
    }
    expect(listener.events.slice(1).map(({ change, presence }) => [change, presence.generation])).toEqual([
      ['new', 5],
      ['replaced', 6]
    ])
    expect(rejected('stale')).toBe(1)
  })

  it('that was said before the last one changes nothing when it comes late', async () => {
    const listener = await world.join('listener', ['router'])
    await listener.role.start()
    const { node } = await world.join('miner')
    const { networkId, clock } = world
    const payloads = await Promise.all([1, 2].map(async (queueLength) => encodePresence(await bare(node, { queueLength }))))
    const [early, late] = await Promise.all(
      payloads.map((payload, i) =>
        sealEnvelope(node.signer, { networkId, family: 'presence', sequence: 100 + i, expiryMs: clock.now() + LEASE_MS, payload })
      )
    )
    for (const bytes of [late, early]) {
      await node.network.publish(topicName(networkId, 'presence'), bytes as Uint8Array)
      await clock.advance(30)
    }
    expect(listener.role.directory.get(node.signer.nodeId, clock.now())?.presence.queueLength).toBe(2)
    expect(rejected('stale')).toBe(1)
  })

  describe('with keys that do not belong together', () => {
    const cases: [string, (node: MemoryNode, victim: MemoryNode) => Promise<Binding>][] = [
      [
        'the operator of somebody else',
        async (node, victim) => ({ ...(await createBinding(node.signer, world.scope)), operator: victim.signer.operator })
      ],
      ['the binding of somebody else', (_node, victim) => createBinding(victim.signer, world.scope)],
      ['a binding for another chain', (node) => createBinding(node.signer, { ...world.scope, chainId: 1 })],
      [
        'no signature of the operator',
        async (node) => ({ ...(await createBinding(node.signer, world.scope)), operatorSignature: new Uint8Array(64) })
      ],
      [
        'no signature of the node',
        async (node) => ({ ...(await createBinding(node.signer, world.scope)), nodeSignature: new Uint8Array(64) })
      ]
    ]
    it.each(cases)('%s: is refused, and costs score', async (_name, bind) => {
      const listener = await world.join('listener', ['router'])
      await listener.role.start()
      const { node } = await world.join('liar')
      const binding = await bind(node, world.node('victim'))
      await say(node, await bare(node, { binding }))
      await world.clock.advance(30)
      expect(listener.role.directory.live(world.clock.now(), 'miner')).toEqual([])
      expect(rejected('binding')).toBe(1)
      expect(world.hub.stats().rejected).toBe(1)
      await say(node, await bare(node))
      await world.clock.advance(30)
      expect(listener.role.directory.live(world.clock.now(), 'miner')).toHaveLength(1)
    })

    it('is checked once for all announcements of a node', async () => {
      const listener = await world.join('listener', ['router'])
      let checks = 0
      const { recover } = world.verifier
      world.verifier.recover = async (...of) => {
        checks += 1
        return recover(...of)
      }
      const miner = await world.join('miner')
      await listener.role.start()
      await miner.role.start()
      await world.clock.advance(INTERVAL_MS * 20)
      expect(listener.events.length).toBeGreaterThan(20)
      // One by each of the two nodes, which share the verifier.
      expect(checks).toBe(2)
    })
  })

  it('that is malformed or expired is counted, and nothing else', async () => {
    const listener = await world.join('listener', ['router'])
    await listener.role.start()
    const { node } = await world.join('miner')
    const topic = topicName(world.networkId, 'presence')
    await node.network.publish(topic, Uint8Array.of(1, 2, 3))
    const payload = encodePresence(await bare(node))
    const old = { networkId: world.networkId, family: 'presence', sequence: 1, expiryMs: world.clock.now() - 1, payload } as const
    await node.network.publish(topic, await sealEnvelope(node.signer, old))
    await world.clock.advance(30)
    expect([rejected('invalid'), rejected('expired')]).toEqual([1, 1])
    expect(listener.events).toHaveLength(1)
  })

  it('goes on after an announcement that failed', async () => {
    const listener = await world.join('listener', ['router'])
    let calls = 0
    const miner = await world.join('miner', ['miner'], async () => {
      if (++calls % 2 === 1) {
        throw new Error('the engine is away')
      }
      return { models: [], fingerprint: '', freeSlots: 0, totalSlots: 0, queueLength: 0 }
    })
    await listener.role.start()
    await miner.role.start()
    await world.clock.advance(INTERVAL_MS * 10)
    expect(listener.events.filter(({ nodeId }) => nodeId === miner.nodeId).length).toBeGreaterThanOrEqual(4)
  })

  it('need not be listened to', async () => {
    const [deaf, miner] = [await world.join('deaf', ['miner'], undefined, { subscribe: false }), await world.join('miner')]
    await deaf.role.start()
    await miner.role.start()
    await world.clock.advance(INTERVAL_MS * 3)
    expect(deaf.role.directory.live(world.clock.now())).toHaveLength(1)
    expect(miner.role.directory.live(world.clock.now())).toHaveLength(2)
  })

  it('ends with its role, leaving no timer', async () => {
    const miner = await world.join('miner')
    await miner.role.start()
    await miner.role.start()
    await world.clock.advance(INTERVAL_MS)
    await world.clock.complete(miner.role.stop())
    await world.clock.complete(miner.role.stop())
    const before = miner.events.length
    await world.clock.advance(INTERVAL_MS * 10)
    expect(miner.events.length).toBe(before)
    expect(world.clock.pending).toBe(0)
  })
})
