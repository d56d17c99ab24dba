import type { MetricLabels, Metrics } from '@cortensor/interface'

export interface MemoryMetrics extends Metrics {
  /** Of a counter or gauge, or the sum of a histogram; without labels, the sum over all labels; 0 when nothing was counted. */
  value(name: string, labels?: MetricLabels): number
  /** Observations of a histogram, increments of a counter, settings of a gauge. */
  count(name: string, labels?: MetricLabels): number
  /** Registered names, sorted. */
  names(): string[]
}

interface Series {
  value: number
  count: number
}

const keyOf = (labels: MetricLabels): string =>
  Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join()

/** Counts, readable in tests. */
export function createMemoryMetrics(): MemoryMetrics {
  const instruments = new Map<string, Map<string, Series>>()
  const instrument = (name: string): Map<string, Series> => {
    let series = instruments.get(name)
    if (series === undefined) {
      series = new Map()
      instruments.set(name, series)
    }
    return series
  }
  const update = (name: string, labels: MetricLabels, change: (series: Series) => void): void => {
    const all = instrument(name)
    const key = keyOf(labels)
    const series = all.get(key) ?? { value: 0, count: 0 }
    series.count++
    change(series)
    all.set(key, series)
  }
  const read = (name: string, labels: MetricLabels | undefined, field: keyof Series): number => {
    const all = instruments.get(name)
    if (all === undefined) {
      return 0
    }
    if (labels !== undefined) {
      return all.get(keyOf(labels))?.[field] ?? 0
    }
    return [...all.values()].reduce((sum, series) => sum + series[field], 0)
  }
  const add = (name: string) => (labels: MetricLabels, value: number) => {
    update(name, labels, (series) => {
      series.value += value
    })
  }
  return {
    counter({ name }) {
      instrument(name)
      const increase = add(name)
      return { inc: (labels = {}, value = 1) => increase(labels, value) }
    },
    gauge({ name }) {
      instrument(name)
      return {
        set(value, labels = {}) {
          update(name, labels, (series) => {
            series.value = value
          })
        }
      }
    },
    histogram({ name }) {
      instrument(name)
      const observe = add(name)
      return { observe: (value, labels = {}) => observe(labels, value) }
    },
    value: (name, labels) => read(name, labels, 'value'),
    count: (name, labels) => read(name, labels, 'count'),
    names: () => [...instruments.keys()].sort()
  }
}
