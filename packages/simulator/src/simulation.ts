import { type Cancel, isCortensorError, type NodeId, type Startable, type TaskId, type UnixMs } from '@cortensor/interface'
import { Slots } from '@cortensor/memory'
import { startAll, stopAll } from '@cortensor/utils'
import { createConsumer } from './consumer.js'
import { createKernel, type Kernel, oracleLabel } from './kernel.js'
import { drawSkill } from './miners.js'
import {
  createMiner,
  createOracle,
  createRouter,
  type SimulatedMiner,
  type SimulatedNode,
  type SimulatedOracle,
  type SimulatedRouter
} from './nodes.js'
import { resolveOptions, type SimulationInit } from './options.js'
import { type EpochRecord, Recorder, type SimulationResult } from './records.js'
import { createWorkload } from './workload.js'

/** Requests that wait for a machine, for each of its names. */
const QUEUE_LIMIT = 64

/** A process that ends because no RPC answers is started again by whatever runs services on its machine, after this long. */
const RESTART_MS = 1_000

/** A whole answer that a user got. */
export interface Answer {
  taskId: TaskId
  miner: NodeId
  endMs: UnixMs
}

export interface Simulation extends Startable {
  /** Time, links, chain and instruments, for whoever injects faults or looks inside. */
  readonly kernel: Kernel
  readonly oracles: readonly SimulatedOracle[]
  readonly routers: readonly SimulatedRouter[]
  readonly miners: readonly SimulatedMiner[]
  /** Every commit until now, by number. */
  readonly epochs: readonly EpochRecord[]
  /** Nodes whose process is gone. */
  readonly killed: ReadonlySet<SimulatedNode>
  /** What users were told, in the order of its end. */
  answers(): readonly Answer[]
  /** Moves time on by `durationMs` and says what has happened since the start. */
  run(durationMs: number): Promise<SimulationResult>
  /** What has happened until now. */
  result(): SimulationResult
  /** The node's process is gone, without a word: from now on it neither hears nor says anything. */
  kill(node: SimulatedNode): void
  /** The same, and `downMs` later it starts again, with nothing but what is on its disk. */
  restart(node: SimulatedNode, downMs: number): void
}

/** A whole network in one process: oracles, routers and miners with their own keys, stores and links, users, and a chain. */
export function createSimulation(init: SimulationInit = {}): Simulation {
  const options = resolveOptions(init)
  const kernel = createKernel(options)
  const { chain, clock, hub, rng, trace } = kernel
  const recorder = new Recorder(kernel)
  const startMs = clock.now()
  const several = <T>(count: number, create: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => create(i))

  const oracles = several(options.oracles, (i) =>
    createOracle(kernel, oracleLabel(i), options.strategies.get(oracleLabel(i)) ?? null, {
      onEpoch: (commit, report, leader) => recorder.onEpoch(commit, report, leader)
    })
  )
  const routers = several(options.routers, (i) => createRouter(kernel, `router-${i}`))
  const miners = several(options.miners, (i): SimulatedMiner[] => {
    const device = options.devices[i % options.devices.length] as (typeof options.devices)[number]
    const strategy = options.strategies.get(`miner-${i}`) ?? null
    const skills = drawSkill(rng.fork(`skill/${i}`), options.skill, strategy ?? {})
    const names = [`miner-${i}`, ...Array.from({ length: (strategy?.identities ?? 1) - 1 }, (_, n) => `miner-${i}.${n + 1}`)]
    const slots = names.length === 1 ? undefined : new Slots(device.sequences, QUEUE_LIMIT * names.length)
    return names.map((name) => createMiner(kernel, name, { device, ...skills, slots, strategy }))
  }).flat()
  const nodes: readonly SimulatedNode[] = [...oracles, ...routers, ...miners]
  const killed = new Set<SimulatedNode>()
  const answers: Answer[] = []
  /** Restarts that are still to come, and those that are under way. */
  const returns = new Set<Cancel>()
  const returning = new Set<Promise<void>>()
  let isStopping = false
  const kill = (node: SimulatedNode): void => {
    killed.add(node)
    hub.kill(node.nodeId)
    chain.setOutage(true, node.operator)
  }
  const price = options.priceMicroPerKilotoken
  const consumer =
    price === 0
      ? null
      : createConsumer(
          kernel,
          routers.map(({ nodeId }) => nodeId),
          price
        )
  const workload = createWorkload({
    clock,
    rng: rng.fork('workload'),
    gateways: routers.map(({ gateway }) => gateway),
    models: [...new Set(miners.map(({ device }) => device.model))],
    tasksPerSecond: options.tasksPerSecond,
    session: () => consumer?.session(),
    onEnd(event) {
      if (event.type === 'end') {
        answers.push({ taskId: event.taskId, miner: event.miner, endMs: clock.now() })
      }
      const how = event.type === 'end' ? `completed ${event.miner} ${event.cid}` : `failed ${event.failure}`
      trace.record(clock.now(), 'user', `task ${event.taskId} ${how}`)
    }
  })
  // All at once, as machines start: each registers and joins in its own time.
  const swarm: Startable = {
    start: async () => {
      await Promise.all(nodes.map((node) => node.start()))
    },
    stop: () => stopAll(nodes)
  }
  const parts = [chain, swarm, ...(consumer === null ? [] : [consumer]), workload]
  const result = (): SimulationResult => {
    const { epochs } = recorder
    return {
      traceHash: trace.digest(),
      traceLines: trace.lines,
      events: clock.events,
      nowMs: clock.now(),
      epochs,
      rounds: recorder.rounds(),
      miners: recorder.miners(miners),
      tasks: workload.counts(),
      taskRecords: [...workload.tasks()],
      startMs,
      gossip: hub.stats(),
      latencies: hub.latencies(),
      rewardsTotal: epochs.at(-1)?.report.totals.rewards ?? 0n,
      reportCids: epochs.map(({ commit }) => commit.reportCid)
    }
  }
  return {
    kernel,
    oracles,
    routers,
    miners,
    killed,
    answers: () => answers,
    get epochs() {
      return recorder.epochs
    },
    start: () => clock.complete(startAll(parts)),
    stop: () => {
      isStopping = true
      for (const cancel of returns) {
        cancel()
      }
      return clock.complete(Promise.all(returning).then(() => stopAll(parts)))
    },
    result,
    async run(durationMs) {
      await clock.advance(durationMs)
      return result()
    },
    kill,
    restart(node, downMs) {
      if (killed.has(node)) {
        return
      }
      kill(node)
      // What it would still say, nobody hears.
      const stopped = node.stop()
      const comeBack = async (): Promise<void> => {
        await stopped
        killed.delete(node)
        chain.setOutage(false, node.operator)
        try {
          await node.start()
        } catch (error) {
          if (!isCortensorError(error) || error.code !== 'CHAIN_RPC_UNREACHABLE') {
            throw error
          }
          comeBackIn(RESTART_MS)
        }
      }
      const comeBackIn = (ms: number): void => {
        if (isStopping) {
          return
        }
        const cancel = clock.after(ms, () => {
          returns.delete(cancel)
          const work = comeBack().finally(() => returning.delete(work))
          returning.add(work)
        })
        returns.add(cancel)
      }
      comeBackIn(downMs)
    }
  }
}
