import { CortensorError } from '@cortensor/interface'

export type SimulatorErrorCode =
  /** The scenario does not say what it must, or says something that nobody understands. */
  | 'SIM_SCENARIO_INVALID'
  /** No built-in scenario has this name. */
  | 'SIM_SCENARIO_UNKNOWN'
  /** Something in the simulation used the real world. */
  | 'SIM_REAL_WORLD'
  /** A rule that always holds did not. */
  | 'SIM_INVARIANT'
  /** The network did not go on once nothing was broken any more. */
  | 'SIM_STUCK'
  /** The scenario asks for what real nodes have not. */
  | 'SIM_EXPORT_UNSUPPORTED'
  /** The files of a run are missing or of another version. */
  | 'SIM_RUN_INVALID'
  /** A dishonest miner gave up on a task that it had taken. */
  | 'SIM_TASK_ABANDONED'

export const simulatorError = (
  code: SimulatorErrorCode,
  message: string,
  options?: { cause?: unknown }
): CortensorError<SimulatorErrorCode> => new CortensorError<SimulatorErrorCode>(code, message, options)
