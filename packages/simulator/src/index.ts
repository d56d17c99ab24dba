/**
 * Composition for research: the roles as they are, over memory, in virtual time. One seed reproduces a run to the byte.
 *
 * @packageDocumentation
 */

export type { Kernel } from './kernel.js'
export type { DeviceProfile, Skill } from './miners.js'
export type { SimulatedMiner, SimulatedNode, SimulatedOracle, SimulatedRouter } from './nodes.js'
export type { SimulationInit } from './options.js'
export type { EpochRecord, MinerRecord, RoundRecord, SimulationResult, TaskCounts } from './records.js'
export * from './simulation.js'
