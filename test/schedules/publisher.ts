import {
  decodeOracleMessage,
  encodeOracleMessage,
  type OpenedEnvelope,
  type OracleMessage,
  type Propose,
  type Publisher,
  sealEnvelope
} from '@cortensor/protocols'
import type { Member } from './member.js'

/** What a member says, and to whom: honest ones the same to everybody. */
export function createPublisher(member: Member): Publisher {
  const { world } = member
  /** Of all that is said, only timeouts are opened again, out of certificates: the rest goes without what nobody looks at. */
  const seal = async (payload: Uint8Array, isRead = true): Promise<OpenedEnvelope> => {
    const sequence = world.sequence()
    const expiryMs = world.clock.now() + 60_000
    const open = { id: `${sequence}`, family: 'oracle' as const, sender: member.id, sequence, expiryMs, payload }
    if (!isRead) {
      return { ...open, bytes: payload }
    }
    const unsigned = { networkId: world.networkId, family: 'oracle' as const, sequence, expiryMs, payload }
    const bytes = await sealEnvelope(member.signer, unsigned)
    return { ...open, bytes }
  }
  const say = async (message: OracleMessage, isFor?: (index: number) => boolean): Promise<void> => {
    world.broadcast(member, message, await seal(encodeOracleMessage(message), message.type === 'timeout'), isFor)
  }
  const isEven = (index: number): boolean => index % 2 === 0

  /** Another word to each half, or one that holds nothing. */
  const observeTwice = async (message: Extract<OracleMessage, { type: 'observe' }>, envelope: OpenedEnvelope): Promise<void> => {
    const { bucket, timeMs } = world.observe(member, member.fault === 'censor' ? new Set() : new Set([...member.items].slice(1)))
    await say({ ...message, timeMs, buckets: bucket === null ? [] : [bucket] }, isEven)
    world.broadcast(member, message, envelope, (index) => !isEven(index))
  }
  const proposeTwins = async (message: { type: 'propose' } & Propose, envelope: OpenedEnvelope): Promise<void> => {
    world.broadcast(member, message, envelope)
    const held = [...(member.state?.observations.values() ?? [])].map((one) => world.readObservation(one, message.instance))
    const twin = world.ledger.derive(message.instance, held.slice(-world.quorum), world.quorum)
    if (twin !== null && twin.digest !== message.digest) {
      member.blocks.add(twin.report)
      await say({ ...message, report: twin.report, digest: twin.digest }, isEven)
      await attestAnything(member, message.view, twin.digest)
    }
  }
  /** Whatever its certificate says, it makes a report of its own. */
  const proposeAfresh = async (message: { type: 'propose' } & Propose, envelope: OpenedEnvelope): Promise<void> => {
    const held = [...(member.state?.observations.values() ?? [])].map((one) => world.readObservation(one, message.instance))
    const own = world.ledger.derive(message.instance, held.slice(-world.quorum), world.quorum)
    if (message.view === 0 || own === null) {
      return world.broadcast(member, message, envelope)
    }
    member.blocks.add(own.report)
    await say({ ...message, report: own.report, digest: own.digest })
  }
  return {
    seal: (_family, payload) => seal(payload),
    broadcast: async () => {},
    async publish(_family, payload) {
      const { life } = member
      const message = decodeOracleMessage(payload)
      const envelope = await seal(payload, message.type === 'timeout')
      // A kill between the disk and the wire.
      await world.clock.sleep(world.rng.int(0, 5))
      if (member.life !== life) {
        throw new DOMException('killed', 'AbortError')
      }
      if (message.type === 'observe' && (member.fault === 'equivocate' || member.fault === 'censor')) {
        await observeTwice(message, envelope)
      } else if (message.type === 'propose' && member.fault === 'equivocate') {
        await proposeTwins(message, envelope)
      } else if (message.type === 'propose' && member.fault === 'afresh') {
        await proposeAfresh(message, envelope)
      } else {
        world.broadcast(member, message, envelope)
      }
      return envelope
    }
  }
}

/** A liar's signature under whatever it likes. */
export async function attestAnything(member: Member, view: number, digest: Propose['digest']): Promise<void> {
  const { world } = member
  const { instance } = member
  const signature = await member.signer.signDigest(world.attestationDigest(instance, view, digest))
  const message: OracleMessage = { type: 'attest', instance, view, digest, signature }
  world.broadcast(member, message, { sender: member.id, bytes: signature } as OpenedEnvelope)
}
