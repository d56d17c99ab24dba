import { simulatorError } from '../errors.js'
import type { Simulation } from '../simulation.js'

/** Epochs that must be committed once nothing is broken any more: one that was begun under faults, and two that were not. */
const EPOCHS = 3

/** What users were told within so long after the faults must be in a report, in ms. */
const ANSWERS_MS = 5_000

/**
 * Everything that was broken for a while works again: whoever lives must go on. Dead nodes stay dead, dishonest ones dishonest, lost
 * messages lost. With more faulty oracles than the committee can bear nothing is expected. Throws `SIM_STUCK`.
 */
export async function expectLiveness(simulation: Simulation): Promise<void> {
  const { chain, clock, hub, params } = simulation.kernel
  const { committee } = chain
  const sound = simulation.oracles.filter((oracle) => !simulation.killed.has(oracle) && oracle.strategy === null)
  hub.heal()
  chain.setOutage(false)
  for (const node of [...simulation.oracles, ...simulation.routers, ...simulation.miners]) {
    if (!simulation.killed.has(node)) {
      chain.setOutage(false, node.operator)
    }
  }
  if (committee.members.length - sound.length > committee.faults) {
    return
  }
  const startMs = clock.now()
  const wanted = simulation.epochs.length + EPOCHS
  const honest = new Set(
    simulation.miners.filter((miner) => miner.strategy === null && !simulation.killed.has(miner)).map(({ nodeId }) => nodeId)
  )
  const { deadlines, epoch } = params
  // A view that others have given up lasts an epoch at most, and an epoch without news begins with the heartbeat.
  const maxMs = EPOCHS * (epoch.heartbeatMs + 4 * epoch.epochMs) + deadlines.taskDeadlineMs + ANSWERS_MS
  const isThere = (): boolean =>
    clock.now() >= startMs + ANSWERS_MS &&
    simulation.epochs.length >= wanted &&
    sound.every((oracle) => (oracle.status()?.epoch ?? 0) > wanted)
  if (!(await clock.runUntil(isThere, maxMs))) {
    const epochs = sound.map((oracle) => `${oracle.label} at ${oracle.status()?.epoch}`).join(', ')
    throw simulatorError(
      'SIM_STUCK',
      `${maxMs} ms after the last fault, ${simulation.epochs.length} epochs are committed where ${wanted} are due: ${epochs}`
    )
  }
  const reported = new Set(simulation.epochs.flatMap(({ report }) => report.results.map(({ taskId }) => taskId)))
  const lost = simulation
    .answers()
    .filter(({ endMs, miner }) => endMs >= startMs && endMs < startMs + ANSWERS_MS && honest.has(miner))
    .filter(({ taskId }) => !reported.has(taskId))
  if (lost.length > 0) {
    throw simulatorError(
      'SIM_STUCK',
      `No report has the answer that a user got to task ${lost[0]?.taskId}, and ${lost.length - 1} more`
    )
  }
}
