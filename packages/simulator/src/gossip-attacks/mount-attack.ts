import type { Cancel, CreateMesh, GossipHandler, Mesh, MeshInit, MeshLinks, NodeId, Rng } from '@cortensor/interface'
import { createMemorySigner } from '@cortensor/memory'
import { type AttackFigures, DeliveryMeter } from './delivery-meter.js'
import type { GossipAttack } from './gossip-attack.js'

export interface AttackInit {
  attack: GossipAttack
  /** All honest nodes, those whose word counts most first. */
  honest: readonly NodeId[]
  publishers: readonly NodeId[]
  /** Whom attacks on one are after. */
  target: NodeId
  /** Since the start of the run. */
  attackAtMs: number
  durationMs: number
  /** One way between a sybil and anybody, in ms. */
  latencyMs: (rng: Rng) => number
}

export interface MountedAttack {
  createMesh: CreateMesh
  figures(): AttackFigures
}

/** Connections that a node makes itself; what the published number of 20 stands for here. */
const HONEST_CONNECTIONS = 10

/** Puts sybils into the mesh of a run, beside its honest nodes and unknown to everything above the mesh, and counts what still arrives. */
export function mountAttack(createMesh: CreateMesh, init: AttackInit): MountedAttack {
  let meter: DeliveryMeter | undefined
  return {
    createMesh: (meshInit) => {
      meter = new DeliveryMeter(init.target, meshInit.clock.now() + init.attackAtMs, meshInit.clock.now() + init.durationMs)
      return attackedMesh(createMesh, meshInit, init, meter)
    },
    figures() {
      if (meter === undefined) {
        throw new TypeError('The run has no mesh yet')
      }
      return meter.figures()
    }
  }
}

interface Sybil {
  id: NodeId
  targets: NodeId[]
  address: string
}

/** Who connects to whom: every target gets the same number of sybils, and no sybil is without one. */
export function planSybils({ attack, honest, publishers, target }: AttackInit, rng: Rng): Sybil[] {
  const count = Math.round(attack.sybils * honest.length)
  const targets = attack.aim === 'one' ? [target] : attack.aim === 'publishers' ? publishers : honest
  const perTarget = Math.min(count, Math.max(Math.ceil(count / targets.length), attack.connections * HONEST_CONNECTIONS))
  const sybils = Array.from({ length: count }, (_, i): Sybil => {
    const machine = attack.perAddress === undefined ? i : Math.floor(i / attack.perAddress)
    // Apart from the addresses of honest nodes, which begin with 10.
    const address = `/ip4/172.${16 + (machine >> 16)}.${(machine >> 8) & 255}.${machine & 255}/tcp/4001`
    return { id: createMemorySigner({ label: `sybil-${i}` }).nodeId, targets: [], address }
  })
  const byFewest = rng.shuffle(sybils)
  for (const node of targets) {
    byFewest.sort((a, b) => a.targets.length - b.targets.length)
    for (const sybil of byFewest.slice(0, perTarget)) {
      sybil.targets.push(node)
    }
  }
  return sybils
}

function attackedMesh(createMesh: CreateMesh, meshInit: MeshInit, init: AttackInit, meter: DeliveryMeter): Mesh {
  const { attack, attackAtMs, latencyMs, target } = init
  const { clock, topics } = meshInit
  const rng = meshInit.rng.fork(`attack/${attack.name}`)
  const chance = rng.fork('forwarding')
  const travel = rng.fork('links')
  const sybils = planSybils(init, rng.fork('plan'))
  const isSybil = new Set(sybils.map(({ id }) => id))
  const startMs = clock.now()
  const joinMs = attack.connects === 'at-start' ? 0 : attackAtMs
  const misbehavesAtMs = startMs + (attack.covert === true ? attackAtMs : joinMs)

  const links: MeshLinks = {
    travelMs: (from, to, bytes) =>
      isSybil.has(from) || isSybil.has(to) ? latencyMs(travel) : meshInit.links.travelMs(from, to, bytes),
    flows: (from, to) => isSybil.has(from) || isSybil.has(to) || meshInit.links.flows(from, to),
    isConnected: (a, b) => isSybil.has(a) || isSybil.has(b) || meshInit.links.isConnected(a, b)
  }
  const mesh = createMesh({ ...meshInit, links })
  const listeners = new Map<string, Set<NodeId>>()
  const starting = new Map<NodeId, Cancel>()
  const running = new Set<NodeId>()

  /** What it accepts it forwards, and what it ignores nobody hears from it. */
  const isForwarded = (data: Uint8Array): boolean =>
    clock.now() < misbehavesAtMs || (attack.censors === true ? meter.authorOf(data) !== target : chance.next() >= attack.drops)
  const forwards: GossipHandler = async (data) => {
    if (isForwarded(data)) {
      return 'accept'
    }
    meter.swallowed()
    return 'ignore'
  }
  clock.after(joinMs, () => {
    for (const { address, id, targets } of sybils) {
      mesh.startSybil(id, { targets, address })
      for (const { name } of topics) {
        mesh.subscribe(id, name, forwards)
      }
    }
  })
  return {
    ...mesh,
    start(node) {
      running.add(node)
      const delayMs = attack.honestDelayMs ?? 0
      if (delayMs === 0) {
        mesh.start(node)
      } else {
        starting.set(
          node,
          clock.after(delayMs, () => mesh.start(node))
        )
      }
    },
    stop(node) {
      starting.get(node)?.()
      mesh.stop(node)
      running.delete(node)
      if (running.size === 0) {
        for (const { id } of sybils) {
          mesh.stop(id)
        }
      }
    },
    subscribe(node, topic, handler) {
      const heard = listeners.get(topic) ?? new Set<NodeId>()
      listeners.set(topic, heard.add(node))
      const unsubscribe = mesh.subscribe(node, topic, (data, from) => {
        meter.received(node, data, clock.now())
        return handler(data, from)
      })
      return () => {
        heard.delete(node)
        unsubscribe()
      }
    },
    publish(node, topic, data) {
      const receivers = [...(listeners.get(topic) ?? [])].filter((other) => other !== node)
      meter.published(node, receivers, data, clock.now())
      return mesh.publish(node, topic, data)
    }
  }
}
