import { CortensorError } from '@cortensor/interface'

export type TelemetryErrorCode =
  /** The log file cannot be opened. */
  | 'TELEMETRY_LOG_UNUSABLE'
  /** A metric's name is taken by another kind of instrument or by other labels. */
  | 'TELEMETRY_METRIC_CONFLICT'

export class TelemetryError extends CortensorError<TelemetryErrorCode> {
  override name = 'TelemetryError'
}
