import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type NetworkParamsOverrides, resolveParams } from '@cortensor/config'
import type { Address, Cancel, EpochNumber, NodeId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import {
  createClient,
  createLogger,
  createMetrics,
  createSwarm,
  type NodeEvent,
  planSwarm,
  type Swarm,
  type SwarmReady
} from '@cortensor/node'
import { loadReport, MAX_BUCKET_BYTES } from '@cortensor/protocols'
import {
  checkAssertions,
  createObserver,
  type KnownMiner,
  type RunInit,
  type RunOutcome,
  type Scenario,
  simulatorError
} from '@cortensor/simulator'
import { createRealClock } from '@cortensor/utils'
import { AGENT } from '../../version.js'
import { createHttpUsers } from '../http-users.js'
import { processFaults, swarmName } from './processable.js'

const PROGRAM = fileURLToPath(new URL('../../../bin/cortensor.js', import.meta.url))
/** How often progress is told, in ms. */
const SLICE_MS = 1_000

type EpochEvent = Extract<NodeEvent, { event: 'epoch' }>

/**
 * Plays a scenario with real nodes, a process each, on this machine and in real time, and tells of it as a simulation does. Its trace is of this
 * one run: no other is equal. What gossip does between processes nobody sees, and its figures stay empty.
 */
export async function runProcesses(scenario: Scenario, init: RunInit = {}): Promise<RunOutcome> {
  const durationMs = init.durationMs ?? scenario.duration
  const faults = processFaults(scenario, durationMs)
  const clock = createRealClock()
  const folder = mkdtempSync(join(tmpdir(), 'cortensor-sim-'))
  const logger = createLogger({ level: 'silent', destination: 'stderr' })
  let onEpoch: (event: EpochEvent) => void = () => {}
  const swarm = createSwarm(
    {
      ...scenario.nodes,
      ...{ dataDir: folder, apiPort: 0, seed: scenario.seed, cliEntry: PROGRAM },
      params: paramsOf(scenario)
    },
    {
      ...{ logger, metrics: createMetrics(), agent: AGENT },
      onEvent: (event) => event.event === 'epoch' && onEpoch(event)
    }
  )
  try {
    const ready = await swarm.start()
    const observer = createObserver({ clock, ...(init.onLine === undefined ? {} : { onLine: init.onLine }) })
    const reader = await openReader(ready, logger)
    let reading = Promise.resolve()
    let failure: unknown
    onEpoch = ({ epoch, leader }) => {
      reading = reading
        .then(async () => observer.onEpoch(...(await reader.read(epoch)), leader as NodeId))
        .catch((error: unknown) => {
          failure ??= error
        })
    }
    const { urls, key } = { urls: swarm.apiUrls(), key: ready.api.key }
    const users = await createHttpUsers({
      ...{ urls, key, clock, seed: scenario.seed, tasksPerSecond: scenario.workload.tasksPerSecond },
      onEnd(event) {
        const how = event.type === 'end' ? `completed ${event.miner} ${event.cid}` : `failed ${event.failure}`
        observer.record('user', `task ${event.taskId} ${how}`)
      }
    })
    const breaking = new Breaking(swarm, (what) => observer.record('fault', what))
    const cancels = faults.map(({ at, downMs, node }) => clock.after(at, () => breaking.do(node, downMs, clock)))
    try {
      await users.start()
      for (let elapsedMs = 0; elapsedMs < durationMs; ) {
        const stepMs = Math.min(SLICE_MS, durationMs - elapsedMs)
        await clock.sleep(stepMs, init.signal === undefined ? {} : { signal: init.signal })
        elapsedMs += stepMs
        init.onProgress?.({ elapsedMs, durationMs, events: 0, epochs: observer.epochs })
      }
    } finally {
      for (const cancel of cancels) {
        cancel()
      }
      await users.stop()
      await breaking.end()
      await reading
      await reader.stop()
    }
    if (failure !== undefined) {
      throw simulatorError('SIM_RUN_INVALID', `An epoch's report could not be read: ${errorMessage(failure)}`, { cause: failure })
    }
    const result = observer.result(minersOf(scenario, ready), users)
    return { scenario, durationMs, result, assertions: checkAssertions(scenario.assertions, result) }
  } finally {
    await swarm.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All of them, as a configuration file has them: amounts are text. */
const paramsOf = ({ params, preset }: Scenario): NetworkParamsOverrides =>
  JSON.parse(
    JSON.stringify(resolveParams(preset, params as NetworkParamsOverrides), (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value
    )
  ) as NetworkParamsOverrides

/** Reads what the chain names, from whichever oracle has it. */
async function openReader(ready: SwarmReady, logger: ReturnType<typeof createLogger>) {
  const oracles = ready.nodes.filter(({ role }) => role === 'oracle')
  const client = createClient({
    ...{ rpcUrls: [ready.chain.rpcUrl], registry: ready.chain.contracts.registry, logger },
    bootstrap: oracles.flatMap(({ multiaddrs }) => multiaddrs)
  })
  await client.start()
  const options = { maxBytes: MAX_BUCKET_BYTES, providers: oracles.map(({ nodeId }) => nodeId as NodeId) }
  return {
    stop: () => client.stop(),
    async read(epoch: number) {
      const commit = await client.chain.commit(epoch as EpochNumber)
      if (commit === null) {
        throw simulatorError('SIM_RUN_INVALID', `The chain has no epoch ${epoch}, of which an oracle has told`)
      }
      return [commit, await loadReport(commit.reportCid, (cid) => client.fetch(cid, options))] as const
    }
  }
}

/** Processes that are ended, and those that come back. */
class Breaking {
  readonly #swarm: Swarm
  readonly #tell: (what: string) => void
  readonly #cancels = new Set<Cancel>()
  readonly #working = new Set<Promise<void>>()

  constructor(swarm: Swarm, tell: (what: string) => void) {
    this.#swarm = swarm
    this.#tell = tell
  }

  do(node: string, downMs: number | null, clock: ReturnType<typeof createRealClock>): void {
    this.#tell(`${downMs === null ? 'kill' : 'restart'} ${node}`)
    this.#follow(this.#swarm.kill(swarmName(node)))
    if (downMs !== null) {
      const cancel = clock.after(downMs, () => {
        this.#cancels.delete(cancel)
        this.#follow(this.#swarm.revive(swarmName(node)))
      })
      this.#cancels.add(cancel)
    }
  }

  #follow(work: Promise<void>): void {
    // A node that does not come back is what the run then shows.
    const settled = work
      .catch((error: unknown) => this.#tell(`failed ${errorMessage(error)}`))
      .finally(() => this.#working.delete(settled))
    this.#working.add(settled)
  }

  async end(): Promise<void> {
    for (const cancel of this.#cancels) {
      cancel()
    }
    await Promise.all(this.#working)
  }
}

/** The miners as the scenario calls them; their device is the model that they run. */
function minersOf({ nodes }: Scenario, ready: SwarmReady): KnownMiner[] {
  const models = new Map(planSwarm(nodes).map(({ models, name }) => [name, models[0] ?? '']))
  return ready.nodes
    .filter(({ role }) => role === 'miner')
    .map(({ name, nodeId, operator }, i) => ({
      ...{ label: `miner-${i}`, nodeId: nodeId as NodeId, operator: operator as Address, strategy: null, skill: null },
      device: { name: (models.get(name) ?? '').replace('builtin:', '') }
    }))
}
