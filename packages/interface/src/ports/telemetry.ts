export type LogFields = Record<string, unknown>

/** Structured logging. Prompts, answers and keys are never logged. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger
}

export type MetricLabels = Record<string, string>

export interface MetricInit {
  /** `cortensor_…` with the unit as suffix: `_seconds`, `_bytes`, `_total`. */
  name: string
  help: string
  labelNames?: readonly string[]
}

export interface Counter {
  inc(labels?: MetricLabels, value?: number): void
}

export interface Gauge {
  set(value: number, labels?: MetricLabels): void
}

export interface Histogram {
  observe(value: number, labels?: MetricLabels): void
}

/** Registering the same name twice returns the first instrument, so several nodes of one process share a registry. */
export interface Metrics {
  counter(init: MetricInit): Counter
  gauge(init: MetricInit): Gauge
  histogram(init: MetricInit & { buckets?: readonly number[] }): Histogram
}
