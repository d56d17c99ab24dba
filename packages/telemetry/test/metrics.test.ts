import { expect, test } from 'vitest'
import { createMetrics } from '../src/index.js'

test('renders counters, gauges and histograms', async () => {
  const metrics = createMetrics()
  const tasks = metrics.counter({ name: 'cortensor_tasks_total', help: 'Tasks', labelNames: ['status'] })
  tasks.inc({ status: 'ok' })
  tasks.inc({ status: 'ok' }, 2)
  metrics.gauge({ name: 'cortensor_peers', help: 'Peers' }).set(7)
  metrics.histogram({ name: 'cortensor_wait_seconds', help: 'Wait', buckets: [1, 2] }).observe(1.5)
  const text = await metrics.render()
  expect(text).toContain('cortensor_tasks_total{status="ok"} 3')
  expect(text).toContain('cortensor_peers 7')
  expect(text).toContain('cortensor_wait_seconds_bucket{le="1"} 0')
  expect(text).toContain('cortensor_wait_seconds_bucket{le="2"} 1')
  expect(metrics.contentType).toContain('text/plain')
})

test('the same name returns the first instrument, and registries are apart', async () => {
  const metrics = createMetrics()
  const init = { name: 'cortensor_a_total', help: 'A' }
  expect(metrics.counter(init)).toBe(metrics.counter(init))
  createMetrics().counter(init).inc({}, 5)
  expect(await metrics.render()).toContain('cortensor_a_total 0')
})

test('a name taken by another kind or other labels is a coded error', () => {
  const metrics = createMetrics()
  metrics.counter({ name: 'cortensor_a_total', help: 'A' })
  const conflict = expect.objectContaining({ code: 'TELEMETRY_METRIC_CONFLICT' })
  expect(() => metrics.gauge({ name: 'cortensor_a_total', help: 'A' })).toThrow(conflict)
  expect(() => metrics.counter({ name: 'cortensor_a_total', help: 'A', labelNames: ['x'] })).toThrow(conflict)
})

test('label sets are bounded: the rest is counted under other', async () => {
  const metrics = createMetrics({ maxLabelSets: 2 })
  const counter = metrics.counter({ name: 'cortensor_a_total', help: 'A', labelNames: ['peer'] })
  for (const peer of ['a', 'b', 'c', 'd', 'a']) {
    counter.inc({ peer })
  }
  const lines = (await metrics.render()).split('\n').filter((line) => line.startsWith('cortensor_a_total{'))
  expect(lines.sort()).toEqual([
    'cortensor_a_total{peer="a"} 2',
    'cortensor_a_total{peer="b"} 1',
    'cortensor_a_total{peer="other"} 2'
  ])
})

test('missing and undeclared labels do not throw, long values are cut', async () => {
  const metrics = createMetrics()
  const gauge = metrics.gauge({ name: 'cortensor_g', help: 'G', labelNames: ['peer'] })
  gauge.set(1, { other: 'x' })
  gauge.set(2, { peer: 'p'.repeat(10_000) })
  const text = await metrics.render()
  expect(text).toContain('cortensor_g{peer=""} 1')
  expect(text.length).toBeLessThan(1_000)
})

test('process metrics are there when asked for', async () => {
  expect(await createMetrics({ processMetrics: true }).render()).toContain('process_resident_memory_bytes')
  expect(await createMetrics().render()).not.toContain('process_resident_memory_bytes')
})
