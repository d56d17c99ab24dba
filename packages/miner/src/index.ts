/**
 * The miner: computes user tasks, publishes their results, and plays the quiz when idle.
 *
 * @packageDocumentation
 */
export type { MinerComponents } from './components.js'
export * from './miner.js'
export type { MinerInit } from './options.js'
export { type EpochDuties, type LoadDuties, loadDuties } from './quiz/duties.js'
export { type Plant, type PlantInit, plantIn } from './quiz/plant.js'
