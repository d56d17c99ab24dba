import type { NetworkParams } from '@cortensor/config'
import { SWARM_PARAMS } from '@cortensor/config'
import type { CreateMesh } from '@cortensor/interface'
import type { MemoryHubInit } from '@cortensor/memory'
import type { Strategy } from './adversaries/strategy.js'
import { DEFAULT_DEVICES, type DeviceProfile, SKILL_RANGE, type SkillRange } from './miners.js'

export interface SimulationInit {
  /** Everything random follows from it. @default 'cortensor' */
  seed?: string
  /** Committee members, 3 to 31. @default 4 */
  oracles?: number
  /** @default 1 */
  routers?: number
  /** @default 20 */
  miners?: number
  /** @default those of the local swarm */
  params?: NetworkParams
  /** Length of an epoch in ms; takes the place of the one in `params`. @default 30000 */
  epochMs?: number
  /** User requests a second, over all routers, in Poisson arrivals; 0 for none. @default 0.5 */
  tasksPerSecond?: number
  /** What miners ask for 1,000 tokens, in micro-COR; above 0, users pay from the escrow of a session. @default 0 */
  priceMicroPerKilotoken?: number
  /** Hardware that miners have, by turns. @default a laptop, a desktop and a server */
  devices?: readonly DeviceProfile[]
  /** Share of right answers, drawn for every miner. @default 0.15 to 0.9, categories up to 0.1 apart */
  skill?: SkillRange
  /** Dishonest nodes by label, such as `miner-3`. @default none */
  strategies?: ReadonlyMap<string, Strategy>
  /** Where a node lives, by its label; latency models see it. @default nowhere in particular */
  regionOf?: (label: string) => string
  /** Latency, loss and bandwidth of the links. @default those of the memory network */
  links?: Pick<MemoryHubInit, 'latencyMs' | 'lossRate' | 'bytesPerSecond' | 'detectMs'>
  /** Hands miners what others say about rounds too, which they only forward: it costs the square of their number. @default false */
  minersHearAll?: boolean
  /** Gossip by a real adapter; its timers and its chance must be the simulation's, as {@link runScenario} makes them. @default a model of gossip */
  createMesh?: CreateMesh | undefined
  /** Told of every line of the trace, for a look at where two runs part. */
  onLine?: (line: string) => void
}

export type SimulationOptions = Required<Omit<SimulationInit, 'epochMs' | 'onLine' | 'createMesh'>> &
  Pick<SimulationInit, 'onLine' | 'createMesh'>

/** Ten minutes hold 20 of them, and each holds two rounds of the swarm's game. */
const DEFAULT_EPOCH_MS = 30_000

export function resolveOptions(init: SimulationInit): SimulationOptions {
  const params = init.params ?? SWARM_PARAMS
  const epochMs = init.epochMs ?? (init.params === undefined ? DEFAULT_EPOCH_MS : params.epoch.epochMs)
  return {
    seed: init.seed ?? 'cortensor',
    oracles: init.oracles ?? 4,
    routers: init.routers ?? 1,
    miners: init.miners ?? 20,
    params: { ...params, epoch: { ...params.epoch, epochMs } },
    tasksPerSecond: init.tasksPerSecond ?? 0.5,
    priceMicroPerKilotoken: init.priceMicroPerKilotoken ?? 0,
    devices: init.devices ?? DEFAULT_DEVICES,
    links: init.links ?? {},
    skill: init.skill ?? SKILL_RANGE,
    strategies: init.strategies ?? new Map(),
    regionOf: init.regionOf ?? (() => ''),
    minersHearAll: init.minersHearAll ?? false,
    createMesh: init.createMesh,
    ...(init.onLine === undefined ? {} : { onLine: init.onLine })
  }
}
