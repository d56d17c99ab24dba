/**
 * Composition for research: the roles as they are, over memory, in virtual time. One seed reproduces a run to the byte.
 *
 * @packageDocumentation
 */

export { STRATEGIES, STRATEGY_NAMES, type StrategyName } from './adversaries/strategies.js'
export type { Strategy } from './adversaries/strategy.js'
export { type SimulatorErrorCode, simulatorError } from './errors.js'
export type { Kernel } from './kernel.js'
export type { DeviceProfile, Skill } from './miners.js'
export type { SimulatedMiner, SimulatedNode, SimulatedOracle, SimulatedRouter } from './nodes.js'
export type { SimulationInit } from './options.js'
export type { Chart } from './output/chart.js'
export { resultCharts } from './output/charts.js'
export { type CellOfRuns, overControl } from './output/control.js'
export { type Manifest, RUN_VERSION, scenarioHash } from './output/manifest.js'
export { reportPage } from './output/report-page.js'
export { type Estimate, estimate, gini, quantile, quantileOf } from './output/statistics.js'
export { type Summary, summarise } from './output/summary.js'
export { type Table, toCsv, toParquet } from './output/table.js'
export { resultTables } from './output/tables.js'
export type { EpochRecord, MinerRecord, RoundRecord, SimulationResult, TaskCounts, TaskRecord } from './records.js'
export type { AssertionOutcome } from './run/assertions.js'
export { type RunInit, type RunOutcome, type RunProgress, runScenario } from './run/run-scenario.js'
export { formatDuration, parseDuration } from './scenario/duration.js'
export { scenarioJsonSchema } from './scenario/json-schema.js'
export { checkScenario, MAX_SCENARIO_BYTES, parseScenario } from './scenario/parse.js'
export { randomScenario, randomScenarioFile } from './scenario/random.js'
export type { Scenario } from './scenario/schema.js'
export { expandSweep, type SweepCell } from './scenario/sweep.js'
export { scenarioToFile } from './scenario/to-file.js'
export * from './simulation.js'
export { createWorkload, type Workload, type WorkloadInit } from './workload.js'
