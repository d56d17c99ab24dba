import { SWARM_PARAMS } from '@cortensor/config'
import { bytesToHex32, cidFromHash, sha256 } from '@cortensor/crypto'
import type { NodeId, Startable } from '@cortensor/interface'
import { createMemoryWorld, type MemoryNode } from '@cortensor/memory'
import {
  createPublisher,
  createSequence,
  decodeOracleMessage,
  encodeOracleMessage,
  networkIdOf,
  type Publisher,
  type Report
} from '@cortensor/protocols'
import { createDirectory, type PresenceFeed } from '@cortensor/scheduler'
import { startAll, stopAll, utf8ToBytes } from '@cortensor/utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Oracle, oracle } from '../src/index.js'

const params = { ...SWARM_PARAMS, epoch: { ...SWARM_PARAMS.epoch, heartbeatMs: 15_000 } }
const LABELS = ['oracle-0', 'oracle-1', 'oracle-2', 'oracle-3']

/** Nobody else lives: every epoch comes with the heartbeat alone. */
const lonely = (): PresenceFeed => ({ directory: createDirectory({ leaseMs: 9_000 }), onPresence: () => () => {} })

function createCommittee() {
  const world = createMemoryWorld({ oracles: LABELS, hub: { latencyMs: { min: 5, max: 40 } } })
  const { chain, clock } = world
  const networkId = networkIdOf(chain.chainId, chain.deployment.registry)
  const epochs: { by: string; epoch: number; view: number; leader: NodeId; report: Report }[] = []
  const create = (
    label: string,
    spoil: (publisher: Publisher) => Publisher = (publisher) => publisher
  ): { node: MemoryNode; role: Oracle; parts: Startable[] } => {
    const node = world.node(label)
    const { logger, network, signer } = node
    const own = { network, signer, networkId, sequence: createSequence(clock), nowMs: () => clock.now(), logger }
    const publisher = spoil(createPublisher(own))
    const role = oracle({
      networkId,
      chainId: chain.chainId,
      registry: chain.deployment.registry,
      params,
      onEpoch: ({ epoch, view }, report, leader) => epochs.push({ by: label, epoch, view, leader, report })
    })({ ...node, publisher, presence: lonely() })
    return { node, role, parts: [node.keyValue, node.store, node.chain, network] }
  }
  const start = async ({ parts, role }: ReturnType<typeof create>) => {
    await clock.complete(startAll([...parts, role]))
  }
  return { ...world, networkId, epochs, create, start, oracles: LABELS.map((label) => create(label)) }
}

describe('the oracle', () => {
  let world: ReturnType<typeof createCommittee>
  beforeEach(async () => {
    world = createCommittee()
    await world.chain.start()
  })
  const committed = () => world.chain.totals().commits

  it('commits an epoch with every heartbeat, and everybody sees it', async () => {
    for (const one of world.oracles) {
      await world.start(one)
    }
    await world.clock.advance(70_000)
    expect(committed()).toBeGreaterThanOrEqual(3)
    expect(world.epochs.every(({ view }) => view === 0)).toBe(true)
    const seen = Map.groupBy(world.epochs, ({ epoch }) => epoch)
    expect(
      seen
        .get(1)
        ?.map(({ by }) => by)
        .sort()
    ).toEqual(LABELS)
    const { epoch, leader } = world.oracles[0]?.role.status() ?? {}
    expect(epoch).toBe(committed() + 1)
    expect(world.oracles.map(({ node }) => node.signer.nodeId)).toContain(leader)
  })

  it('puts two proposals of one leader into the next report', async () => {
    /** Who leads epoch 2 proposes two reports in a row. */
    const twice = (publisher: Publisher): Publisher => ({
      ...publisher,
      async publish(family, payload, lifetimeMs) {
        const message = family === 'oracle' ? decodeOracleMessage(payload) : null
        if (message?.type === 'propose' && message.instance.epoch === 2) {
          await publisher.publish(
            family,
            encodeOracleMessage({ ...message, digest: bytesToHex32(sha256(utf8ToBytes('another report'))) }),
            lifetimeMs
          )
        }
        return publisher.publish(family, payload, lifetimeMs)
      }
    })
    for (const label of LABELS) {
      await world.start(world.create(label, twice))
    }
    await world.clock.advance(120_000)
    const reasonsIn = (number: number) =>
      world.epochs.find(({ epoch }) => epoch === number)?.report.exclusions.map(({ reason }) => reason)
    expect([reasonsIn(2), reasonsIn(4)]).toEqual([[], []])
    const twins = reasonsIn(3) ?? []
    expect(twins.length).toBeGreaterThanOrEqual(2)
    expect(twins.every((reason) => reason === 'twin')).toBe(true)
  })

  it('goes on with one dead, and the dead one catches up when it is back with an empty disk', async () => {
    const [, dead, ...others] = world.oracles as [(typeof world.oracles)[number], (typeof world.oracles)[number]]
    for (const one of [world.oracles[0] as typeof dead, ...others]) {
      await world.start(one)
    }
    await world.clock.advance(90_000)
    expect(committed()).toBeGreaterThanOrEqual(3)
    expect(world.epochs.some(({ view }) => view > 0)).toBe(true)
    await world.start(dead)
    await world.clock.advance(60_000)
    const own = world.epochs.filter(({ by }) => by === 'oracle-1')
    expect(own.at(-1)?.epoch).toBe(committed())
  })

  it('does not halt for good when its committee could not talk just as an epoch began', async () => {
    for (const one of world.oracles) {
      await world.start(one)
    }
    await world.clock.advance(10_000)
    world.hub.partition(world.oracles.map(({ node }) => [node.signer.nodeId]))
    await world.clock.advance(30_000)
    expect(committed()).toBe(0)
    world.hub.heal()
    await world.clock.advance(60_000)
    expect(committed()).toBeGreaterThanOrEqual(1)
  })

  it('is not held up by one that names evidence and does not give it', async () => {
    const missing = cidFromHash(sha256(utf8ToBytes('nobody has this bucket')))
    const liar = world.create('oracle-3', (publisher) => ({
      ...publisher,
      publish(family, payload, lifetimeMs) {
        const message = family === 'oracle' ? decodeOracleMessage(payload) : null
        const isObservation = message?.type === 'observe'
        return publisher.publish(
          family,
          isObservation ? encodeOracleMessage({ ...message, buckets: [missing] }) : payload,
          lifetimeMs
        )
      }
    }))
    for (const one of [...world.oracles.slice(0, 3), liar]) {
      await world.start(one)
    }
    await world.clock.advance(120_000)
    const views = world.epochs.filter(({ by, leader }) => by === 'oracle-0' && leader !== liar.node.signer.nodeId)
    expect(views.length).toBeGreaterThanOrEqual(4)
    // Another one leads after the liar, in view 1, at most once a round.
    expect(views.filter(({ view }) => view === 0).length).toBeGreaterThanOrEqual(views.length / 2)
    expect(Math.max(...views.map(({ view }) => view))).toBeLessThanOrEqual(1)
  })

  it('that is not in the committee says so, and leaves nothing behind', async () => {
    const stranger = world.create('stranger')
    await expect(world.start(stranger)).rejects.toMatchObject({ code: 'ORACLE_NOT_MEMBER' })
    // Every topic is free again.
    await world.clock.complete(startAll(stranger.parts))
    await expect(stranger.role.start()).rejects.toMatchObject({ code: 'ORACLE_NOT_MEMBER' })
    expect(stranger.role.status()).toBe(null)
    await world.clock.complete(stranger.role.stop())
  })

  it('stops within a moment, also while the chain is away, and can start again', async () => {
    const [one] = world.oracles as [(typeof world.oracles)[number]]
    for (const other of world.oracles) {
      await world.start(other)
    }
    await world.clock.advance(20_000)
    world.chain.setOutage(true)
    await world.clock.advance(20_000)
    await world.clock.complete(Promise.all(world.oracles.map(({ role }) => role.stop())), 1_000)
    world.chain.setOutage(false)
    const before = committed()
    for (const { role } of world.oracles) {
      await role.start()
    }
    await world.clock.advance(60_000)
    expect(committed()).toBeGreaterThan(before)
    await world.clock.complete(stopAll([...one.parts, ...world.oracles.map(({ role }) => role)]), 1_000)
  })
})
