import type { Counter, Gauge, Histogram, MetricInit, MetricLabels, Metrics } from '@cortensor/interface'
import {
  collectDefaultMetrics,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry
} from 'prom-client'
import { TelemetryError } from './errors.js'

export interface MetricsInit {
  /** Also report memory, event loop and garbage collection of this process. @default false */
  processMetrics?: boolean
  /** Label sets of one instrument; later ones are counted under `other`. @default 1000 */
  maxLabelSets?: number
}

export interface MetricsRegistry extends Metrics {
  /** Everything in Prometheus' text format. */
  render(): Promise<string>
  /** Of what `render` returns. */
  readonly contentType: string
}

type Kind = 'counter' | 'gauge' | 'histogram'

interface Registered {
  kind: Kind
  labelNames: string
  instrument: Counter | Gauge | Histogram
}

/** Enough for every node, model and error code of a large network; a scrape stays below a few megabytes. */
const DEFAULT_MAX_LABEL_SETS = 1_000
/** A node id has 52 characters, a model id 64. */
const MAX_LABEL_LENGTH = 128
/** From one millisecond, a hop on the loopback, to a minute, a long answer. In seconds, as metric names say. */
const DEFAULT_BUCKETS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** Fits labels to the declared names, and counts label sets so that values from outside cannot grow the registry without end. */
function createLabelGuard(labelNames: readonly string[], maxLabelSets: number): (labels?: MetricLabels) => MetricLabels {
  const seen = new Set<string>()
  const other = Object.fromEntries(labelNames.map((name) => [name, 'other']))
  return (labels = {}) => {
    const fitted = Object.fromEntries(labelNames.map((name) => [name, (labels[name] ?? '').slice(0, MAX_LABEL_LENGTH)]))
    const set = JSON.stringify(Object.values(fitted))
    if (seen.has(set)) {
      return fitted
    }
    if (seen.size >= maxLabelSets) {
      return other
    }
    seen.add(set)
    return fitted
  }
}

/**
 * The Metrics port over a registry of its own. Throws `TELEMETRY_METRIC_CONFLICT` when a name is registered again as another kind of
 * instrument or with other labels.
 */
export function createMetrics(init: MetricsInit = {}): MetricsRegistry {
  const registry = new Registry()
  const registered = new Map<string, Registered>()
  const maxLabelSets = init.maxLabelSets ?? DEFAULT_MAX_LABEL_SETS
  if (init.processMetrics === true) {
    collectDefaultMetrics({ register: registry })
  }

  function once<T extends Registered['instrument']>(
    kind: Kind,
    { name, labelNames = [] }: MetricInit,
    create: (guard: (labels?: MetricLabels) => MetricLabels) => T
  ): T {
    const names = labelNames.join(',')
    const known = registered.get(name)
    if (known === undefined) {
      const instrument = create(createLabelGuard(labelNames, maxLabelSets))
      registered.set(name, { kind, labelNames: names, instrument })
      return instrument
    }
    if (known.kind !== kind || known.labelNames !== names) {
      throw new TelemetryError(
        'TELEMETRY_METRIC_CONFLICT',
        `Metric ${name} is already a ${known.kind} with labels [${known.labelNames}]. Give this ${kind} [${names}] another name.`
      )
    }
    return known.instrument as T
  }

  const base = (metric: MetricInit) => ({
    name: metric.name,
    help: metric.help,
    labelNames: [...(metric.labelNames ?? [])],
    registers: [registry]
  })

  return {
    counter: (metric) =>
      once('counter', metric, (guard): Counter => {
        const counter = new PromCounter(base(metric))
        return { inc: (labels, value = 1) => counter.inc(guard(labels), value) }
      }),
    gauge: (metric) =>
      once('gauge', metric, (guard): Gauge => {
        const gauge = new PromGauge(base(metric))
        return { set: (value, labels) => gauge.set(guard(labels), value) }
      }),
    histogram: (metric) =>
      once('histogram', metric, (guard): Histogram => {
        const histogram = new PromHistogram({ ...base(metric), buckets: [...(metric.buckets ?? DEFAULT_BUCKETS)] })
        return { observe: (value, labels) => histogram.observe(guard(labels), value) }
      }),
    render: () => registry.metrics(),
    contentType: registry.contentType
  }
}
