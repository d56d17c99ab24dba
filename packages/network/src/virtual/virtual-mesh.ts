import type { Cancel, Mesh, MeshInit, NodeId, SybilInit } from '@cortensor/interface'
import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { networkError } from '../errors.js'
import { TARGET_PEERS } from '../peers/connectivity.js'
import { createVirtualRouter, type VirtualRouter } from './virtual-router.js'
import { createVirtualStream } from './virtual-stream.js'

/** How often a node looks after its connections, in ms; as a real one does. */
const TICK_MS = 1_000
const DIALS_PER_TICK = 4
/** Between two grafts of a sybil onto the same mesh, in ms: the backoff after a PRUNE, and a random while (gossipsub-hardening's own numbers). */
const REGRAFT_BACKOFF_MS = 60_000
const REGRAFT_SPREAD_MS = 15_000

interface Member {
  router: VirtualRouter
  /** For an address of its own: scores count nodes by address. */
  index: number
  isRunning: boolean
  links: Map<NodeId, Link>
  cancel: Cancel
  sybil: Sybil | null
}

interface Sybil extends SybilInit {
  /** When it may graft again, by peer and topic. */
  due: Map<string, number>
}

/** A connection, with the gossip streams on it. */
interface Link {
  close(): void
}

/**
 * gossipsub itself, with the options of a real node, for all nodes of a simulation: its timers are the clock's as far as the globals are,
 * which whoever runs the simulation sees to. Instead of libp2p's sockets, handshakes and muxers there are frames on the simulation's links.
 */
export function createVirtualMesh({ bootstrap, clock, links, rng, topics }: MeshInit): Mesh {
  const members = new Map<NodeId, Member>()
  const running = new Set<NodeId>()

  const memberOf = (node: NodeId, sybil: Sybil | null = null): Member => {
    const known = members.get(node)
    if (known !== undefined) {
      return known
    }
    const router = createVirtualRouter(node, topics, clock, { isSybil: sybil !== null })
    const member: Member = { router, index: members.size, isRunning: false, links: new Map(), cancel() {}, sybil }
    members.set(node, member)
    return member
  }
  /** Frames of one direction of a stream arrive in their order. */
  const carrier = (from: NodeId, to: NodeId): ((bytes: number, deliver: () => void) => void) => {
    let lastMs = 0
    return (bytes, deliver) => {
      const travelMs = links.travelMs(from, to, bytes)
      if (travelMs === null) {
        return
      }
      lastMs = Math.max(lastMs, clock.now() + travelMs)
      clock.after(lastMs - clock.now(), () => {
        if (links.flows(from, to)) {
          deliver()
        }
      })
    }
  }
  const addressOf = ({ index, sybil }: Member): string =>
    sybil?.address ?? `/ip4/10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}/tcp/4001`

  const connect = (a: Member, b: Member): void => {
    const streams = new Set<{ close(): void }>()
    let isOpen = true
    const connectionOf = (self: Member, other: Member, direction: 'inbound' | 'outbound'): Connection =>
      ({
        remotePeer: other.router.peerId,
        remoteAddr: multiaddr(addressOf(other)),
        direction,
        get status() {
          return isOpen ? 'open' : 'closed'
        },
        newStream: async (protocols: string | string[]): Promise<Stream> => {
          const protocol = [protocols].flat().find((name) => other.router.handlerOf(name) !== undefined)
          if (protocol === undefined || !isOpen) {
            throw networkError('NETWORK_PEER_UNREACHABLE', 'The peer speaks none of these protocols')
          }
          const carry = carrier(self.router.id, other.router.id)
          const stream = createVirtualStream(protocol, carry)
          streams.add(stream)
          const connection = direction === 'outbound' ? inbound : outbound
          // The first frame opens the stream at the other end, as a lazy negotiation does.
          carry(0, () => void other.router.handlerOf(protocol)?.(stream.reader, connection))
          return stream.writer
        }
      }) as unknown as Connection
    const outbound = connectionOf(a, b, 'outbound')
    const inbound = connectionOf(b, a, 'inbound')
    const link: Link = {
      close() {
        if (isOpen) {
          isOpen = false
          a.links.delete(b.router.id)
          b.links.delete(a.router.id)
          for (const stream of streams) {
            stream.close()
          }
          a.router.disconnected(b.router.peerId)
          b.router.disconnected(a.router.peerId)
        }
      }
    }
    a.links.set(b.router.id, link)
    b.links.set(a.router.id, link)
    a.router.connected(b.router.peerId, outbound)
    b.router.connected(a.router.peerId, inbound)
  }
  const dial = (from: Member, to: NodeId): void => {
    const travelMs = links.travelMs(from.router.id, to, 0)
    const backMs = links.travelMs(to, from.router.id, 0)
    if (travelMs === null || backMs === null) {
      return
    }
    clock.after(travelMs + backMs, () => {
      const other = members.get(to)
      const isNew = !from.links.has(to)
      if (from.isRunning && other?.isRunning === true && isNew && links.isConnected(from.router.id, to)) {
        connect(from, other)
      }
    })
  }
  const attack = (member: Member, { due, targets }: Sybil): void => {
    for (const target of targets) {
      if (!member.links.has(target)) {
        dial(member, target)
      }
      member.router.graft(target, (topic) => {
        const key = `${target} ${topic}`
        const isDue = (due.get(key) ?? 0) <= clock.now()
        if (isDue) {
          due.set(key, clock.now() + REGRAFT_BACKOFF_MS + rng.next() * REGRAFT_SPREAD_MS)
        }
        return isDue
      })
    }
  }
  /** Bootstrap peers first, then anybody at random, up to the target: what a real node does with the peers that it knows. */
  const lookAfter = (member: Member): void => {
    const { id } = member.router
    for (const [other, link] of [...member.links]) {
      if (!links.isConnected(id, other)) {
        link.close()
      }
    }
    if (member.sybil !== null) {
      attack(member, member.sybil)
      return
    }
    if (member.links.size >= TARGET_PEERS) {
      return
    }
    const isCandidate = (other: NodeId): boolean =>
      other !== id && running.has(other) && !member.links.has(other) && links.isConnected(id, other)
    const first = bootstrap.filter(isCandidate)
    const wanted = Math.min(TARGET_PEERS - member.links.size, DIALS_PER_TICK)
    const others = rng.shuffle([...running].filter((other) => isCandidate(other) && !bootstrap.includes(other)))
    for (const other of [...first, ...others.slice(0, wanted)]) {
      dial(member, other)
    }
  }
  const begin = (member: Member): void => {
    if (!member.isRunning) {
      member.isRunning = true
      void member.router.start()
      clock.after(0, () => member.isRunning && lookAfter(member))
      member.cancel = clock.every(TICK_MS, () => lookAfter(member))
    }
  }
  const stop = (member: Member): void => {
    member.isRunning = false
    running.delete(member.router.id)
    member.cancel()
    for (const link of [...member.links.values()]) {
      link.close()
    }
  }
  return {
    start(node) {
      begin(memberOf(node))
      running.add(node)
    },
    startSybil(node, init) {
      // Nobody looks for it: it comes by itself.
      begin(memberOf(node, { ...init, due: new Map() }))
    },
    stop(node) {
      const member = members.get(node)
      if (member?.isRunning === true) {
        stop(member)
        void member.router.stop()
      }
    },
    subscribe: (node, topic, handler) => memberOf(node).router.gossip.subscribe(topic, handler),
    publish: (node, topic, data) => memberOf(node).router.gossip.publish(topic, data)
  }
}
