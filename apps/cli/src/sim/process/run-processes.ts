import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type NetworkParamsOverrides, resolveParams } from '@cortensor/config'
import type { Address, NodeId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { createLogger, createMetrics, createSwarm, type NodeEvent, planSwarm, type SwarmReady } from '@cortensor/node'
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
import { Breaking } from './break-processes.js'
import { processFaults } from './processable.js'
import { openReportReader } from './report-reader.js'

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
    const reader = await openReportReader(ready, logger)
    let reading = Promise.resolve()
    let failure: unknown
    onEpoch = ({ epoch, leader }) => {
      reading = reading
        .then(async () => observer.onEpoch(...(await reader.read(epoch)), leader as NodeId))
        .catch((error: unknown) => {
          failure ??= error
        })
    }
    const users = await createHttpUsers({
      ...{
        urls: swarm.apiUrls(),
        key: ready.api.key,
        clock,
        seed: scenario.seed,
        tasksPerSecond: scenario.workload.tasksPerSecond
      },
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
