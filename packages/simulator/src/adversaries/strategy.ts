import { blockCid } from '@cortensor/crypto'
import type { Evaluation, LogitTrace, NetworkId, Rng, Role } from '@cortensor/interface'
import type { AnswerFunction, VirtualClock } from '@cortensor/memory'
import {
  decodePresence,
  encodePresence,
  type OpenedEnvelope,
  type Presence,
  type Publisher,
  type TopicFamily
} from '@cortensor/protocols'
import type { DeviceProfile } from '../miners.js'
import type { NodePorts } from '../ports.js'

export interface StrategyContext {
  clock: VirtualClock
  rng: Rng
  networkId: NetworkId
}

/** How a dishonest node differs from an honest one. It runs the same role code; what changes are its ports, its answers, its hardware. */
export interface Strategy {
  readonly name: string
  readonly role: Extract<Role, 'miner' | 'oracle'>
  /** What it does and what it hopes for, in a sentence or two. */
  readonly prose: string
  ports?(ports: NodePorts, context: StrategyContext): NodePorts
  /** What its engine says, given what an honest one would. */
  answer?(honest: AnswerFunction): AnswerFunction
  /** What its engine makes of an answer that it audits. */
  evaluation?(honest: Evaluation, tokenIds: readonly number[]): Evaluation
  /** What its engine says of the logits behind an answer that it gives. */
  trace?(honest: LogitTrace): LogitTrace
  device?(honest: DeviceProfile): DeviceProfile
  /** It listens to what other miners say about rounds, which an honest one would only forward. */
  readonly overhears?: boolean
  /** Share of quiz items that something else than its model answers right. @default none: its model answers */
  readonly solves?: number
  /** Factor on the share of right answers: what it runs is not what it offers. */
  readonly skillFactor?: number
  /** Share of right answers that the model has at least that it offers. */
  readonly leastSkill?: number
  /** Names under which one machine appears; they share its hardware and its stock of skill. @default 1 */
  readonly identities?: number
}

/** One message on its way out: broadcast it as it is, changed, later, or not at all. */
export type Intercept = (message: { family: TopicFamily; payload: Uint8Array }, send: Send) => Promise<OpenedEnvelope>

export interface Send {
  /** Signs and broadcasts. */
  publish(payload: Uint8Array): Promise<OpenedEnvelope>
  /** Signs and keeps to itself. */
  seal(payload: Uint8Array): Promise<OpenedEnvelope>
  broadcast(envelope: OpenedEnvelope): Promise<void>
}

/** The node's ports with a hand on everything that it publishes. */
export function interceptPublisher(ports: NodePorts, intercept: Intercept): NodePorts {
  const { publisher } = ports
  const wrapped: Publisher = {
    ...publisher,
    publish: (family, payload, lifetimeMs) =>
      intercept(
        { family, payload },
        {
          publish: (changed) => publisher.publish(family, changed, lifetimeMs),
          seal: (changed) => publisher.seal(family, changed, lifetimeMs),
          broadcast: (envelope) => publisher.broadcast(envelope)
        }
      )
  }
  return { ...ports, publisher: wrapped }
}

/** Signs now and broadcasts after a while. */
export async function publishLate(
  { seal, broadcast }: Send,
  payload: Uint8Array,
  clock: VirtualClock,
  delayMs: number
): Promise<OpenedEnvelope> {
  const envelope = await seal(payload)
  clock.after(delayMs, () => void broadcast(envelope))
  return envelope
}

/** The node's ports with a store that names blocks and keeps none. */
export const withoutStoring = (ports: NodePorts): NodePorts => ({
  ...ports,
  store: { ...ports.store, put: async (bytes, codec) => blockCid(bytes, codec) }
})

/** The node's ports with another word about itself. */
export const withPresence = (ports: NodePorts, change: (presence: Presence) => Presence): NodePorts =>
  interceptPublisher(ports, ({ family, payload }, { publish }) =>
    publish(family === 'presence' ? encodePresence(change(decodePresence(payload))) : payload)
  )

/** The node's ports without a handler for requests: every task that is assigned to it fails at once. */
export const refusingTasks = (ports: NodePorts): NodePorts => ({
  ...ports,
  network: { ...ports.network, handle: async () => async () => {} }
})
