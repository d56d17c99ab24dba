import type { Address, ChatMessage, Gateway, NodeId, Role, Startable } from '@cortensor/interface'
import {
  type AnswerFunction,
  createScriptedEngine,
  createSkilledAnswer,
  type Hears,
  type ScriptedEngine,
  type Slots
} from '@cortensor/memory'
import { miner } from '@cortensor/miner'
import { type Oracle, type OracleEvents, oracle } from '@cortensor/oracle'
import { type PresenceDetails, type PresenceRole, presenceRole } from '@cortensor/presence'
import { type Router, router } from '@cortensor/router'
import { startAll, stopAll } from '@cortensor/utils'
import type { Strategy } from './adversaries/strategy.js'
import type { Kernel } from './kernel.js'
import { chat, type DeviceProfile, type Skill } from './miners.js'
import { createPorts, type NodePorts, registerNode } from './ports.js'
import { createQuizKnowledge } from './quiz-knowledge.js'

/** One node: its ports, its presence and its role. `start` registers it on the chain first. */
export interface SimulatedNode extends Startable {
  readonly label: string
  readonly role: Role
  readonly nodeId: NodeId
  readonly operator: Address
  readonly payout: Address
  /** For whoever plays this operator: claims, balances. */
  readonly ports: NodePorts
  /** Null for an honest node. */
  readonly strategy: Strategy | null
}

export interface SimulatedMiner extends SimulatedNode {
  readonly role: 'miner'
  readonly device: DeviceProfile
  readonly skill: Skill
  /** The label of its first name, the same for all names of one machine. */
  readonly machine: string
  readonly engine: ScriptedEngine
}

export interface SimulatedOracle extends SimulatedNode {
  readonly role: 'oracle'
  readonly status: Oracle['status']
}

export interface SimulatedRouter extends SimulatedNode {
  readonly role: 'router'
  readonly gateway: Gateway
}

const AGENT = 'cortensor-simulator'

export interface MinerProfile {
  device: DeviceProfile
  /** Of what it runs, and of the model that it offers. */
  skill: Skill
  offered: Skill
  strategy: Strategy | null
  /** Of the machine, which may run other names too. @default a machine of its own */
  slots?: Slots | undefined
}

/** A node's ports as its strategy sees them. */
function portsOf(kernel: Kernel, label: string, strategy: Strategy | null, hears?: Hears): NodePorts {
  const ports = createPorts(kernel, label, strategy?.overhears === true ? undefined : hears)
  return strategy?.ports?.(ports, { clock: kernel.clock, rng: ports.rng.fork('strategy'), networkId: kernel.networkId }) ?? ports
}

export function createMiner(
  kernel: Kernel,
  label: string,
  { offered, skill, slots, strategy, ...profile }: MinerProfile
): SimulatedMiner {
  const ports = portsOf(kernel, label, strategy, kernel.minersHearAll ? undefined : kernel.hearsRounds)
  const device = strategy?.device?.(profile.device) ?? profile.device
  const { clock, verifier } = ports
  const { network, recognise } = createQuizKnowledge({ network: ports.network, verifier }, kernel)
  const other = kernel.judging.judging(device.judging ?? 0, chat)
  const isAsked = (messages: readonly ChatMessage[]): boolean => recognise(messages) !== null
  const model = kernel.modelAnswers.of(device.model, isAsked, createSkilledAnswer({ recognise, skill: offered, other }))
  const own = skill === offered ? model : withOwnSkill(model, createSkilledAnswer({ recognise, skill, other }), isAsked)
  const engine = createScriptedEngine({
    ...device,
    clock,
    // Of the model, not of the node: equal models say the same to the same question and seed, which is what an audit sees.
    rng: kernel.rng.fork('model'),
    models: [{ name: device.model, quantisation: 'Q8_0' }],
    // Every token is one event in real life; here a tenth of a second of them is.
    tokensPerEvent: Math.max(1, Math.round(device.decodeTokensPerSecond / 10)),
    answer: strategy?.answer?.(own) ?? own,
    fingerprint: `memory/scripted/cpu/${device.name}`,
    ...(slots === undefined ? {} : { slots })
  })
  const { evaluation, trace } = strategy ?? {}
  const writer = trace === undefined ? engine : writingLike(engine, trace)
  const reader = evaluation === undefined ? writer : readingLike(writer, evaluation)
  const { loadDuties, loadDraw, networkId, params, priceMicroPerKilotoken, readTranscript } = kernel
  const role = miner({ networkId, params, priceMicroPerKilotoken })({
    ...ports,
    network,
    engine: reader,
    loadDraw,
    loadDuties,
    readTranscript
  })
  const presence = createPresence(kernel, ports, 'miner', () => role.describe())
  return {
    ...compose(ports, 'miner', strategy, [engine, presence, role]),
    role: 'miner',
    device,
    skill,
    engine,
    machine: machineOf(label)
  }
}

const readingLike = (engine: ScriptedEngine, evaluation: NonNullable<Strategy['evaluation']>): ScriptedEngine => ({
  ...engine,
  evaluate: async (spec, tokenIds, options) => evaluation(await engine.evaluate(spec, tokenIds, options), tokenIds)
})

const writingLike = (engine: ScriptedEngine, trace: NonNullable<Strategy['trace']>): ScriptedEngine => ({
  ...engine,
  async *generate(spec, options) {
    for await (const event of engine.generate(spec, options)) {
      yield event.type === 'end' && event.trace !== null ? { ...event, trace: trace(event.trace) } : event
    }
  }
})

/** Its own questions are answered by something else than the model that it offers, which it asks all the same. */
const withOwnSkill =
  (model: AnswerFunction, other: AnswerFunction, isAsked: (messages: readonly ChatMessage[]) => boolean): AnswerFunction =>
  (messages, rng, spec) => {
    if (!isAsked(messages)) {
      return model(messages, rng, spec)
    }
    model(messages, rng.fork('model'), spec)
    return other(messages, rng, spec)
  }

/** All names of one machine begin with its label. */
const machineOf = (label: string): string => label.split('.')[0] ?? label

export function createOracle(kernel: Kernel, label: string, strategy: Strategy | null, events: OracleEvents): SimulatedOracle {
  const { chain, networkId, params } = kernel
  const ports = portsOf(kernel, label, strategy)
  const presence = createPresence(kernel, ports, 'oracle')
  const network = { networkId, chainId: chain.chainId, registry: chain.deployment.registry }
  const role = oracle({ ...network, params, ...events })({ ...ports, presence, derive: kernel.derive })
  return { ...compose(ports, 'oracle', strategy, [presence, role]), role: 'oracle', status: () => role.status() }
}

export function createRouter(kernel: Kernel, label: string): SimulatedRouter {
  const ports = createPorts(kernel, label)
  const presence = createPresence(kernel, ports, 'router')
  const gateway: Router = router({ networkId: kernel.networkId, params: kernel.params })({
    ...ports,
    presence,
    loadDraw: kernel.loadDraw
  })
  return { ...compose(ports, 'router', null, [presence, gateway]), role: 'router', gateway }
}

function createPresence(kernel: Kernel, ports: NodePorts, role: Role, describe?: () => Promise<PresenceDetails>): PresenceRole {
  const { chain, networkId, params } = kernel
  const { presenceIntervalMs, presenceLeaseMs } = params.deadlines
  return presenceRole({
    networkId,
    chainId: chain.chainId,
    registry: chain.deployment.registry,
    roles: [role],
    agent: AGENT,
    intervalMs: presenceIntervalMs,
    leaseMs: presenceLeaseMs,
    // A miner announces itself, and need not know who else lives.
    subscribe: role !== 'miner'
  })({ ...ports, describe })
}

function compose(ports: NodePorts, role: Role, strategy: Strategy | null, parts: readonly Startable[]): SimulatedNode {
  const { chain, keyValue, label, network, payout, signer, store } = ports
  const adapters = [keyValue, store, chain, network]
  return {
    label,
    role,
    nodeId: signer.nodeId,
    operator: signer.operator,
    payout,
    ports,
    strategy,
    async start() {
      await startAll([...adapters, { start: () => registerNode(ports, role), stop: async () => {} }, ...parts])
    },
    stop: () => stopAll([...adapters, ...parts])
  }
}
