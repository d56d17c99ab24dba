import { createMemoryLogger, createMemoryMetrics, createTrace, createVirtualClock } from '@cortensor/memory'
import { describe, expect, it } from 'vitest'

describe('createMemoryLogger', () => {
  it('keeps the latest lines with the fields of all parents', async () => {
    const clock = createVirtualClock({ startMs: 1000 })
    const logger = createMemoryLogger({ clock, limit: 2, level: 'info' })
    const child = logger.child({ node: 'a' }).child({ role: 'miner' })
    child.debug('not kept')
    child.info('first')
    await clock.advance(5)
    child.warn('second', { role: 'oracle' })
    logger.error('third')
    expect(logger.lines).toEqual([
      { timeMs: 1005, level: 'warn', message: 'second', fields: { node: 'a', role: 'oracle' } },
      { timeMs: 1005, level: 'error', message: 'third', fields: {} }
    ])
  })
})

describe('createMemoryMetrics', () => {
  it('counts by labels and in all', () => {
    const metrics = createMemoryMetrics()
    const counter = metrics.counter({ name: 'a_total', help: '' })
    counter.inc({ x: '1', y: '2' })
    counter.inc({ y: '2', x: '1' }, 4)
    metrics.counter({ name: 'a_total', help: '' }).inc({ x: '2' })
    expect(metrics.value('a_total', { x: '1', y: '2' })).toBe(5)
    expect(metrics.value('a_total')).toBe(6)
    expect(metrics.value('a_total', { x: '3' })).toBe(0)
    expect(metrics.value('unknown')).toBe(0)
    const gauge = metrics.gauge({ name: 'b', help: '' })
    gauge.set(3)
    gauge.set(2)
    expect([metrics.value('b'), metrics.count('b')]).toEqual([2, 2])
    const histogram = metrics.histogram({ name: 'c_seconds', help: '' })
    histogram.observe(0.5)
    histogram.observe(1.5)
    expect([metrics.value('c_seconds'), metrics.count('c_seconds')]).toEqual([2, 2])
    expect(metrics.names()).toEqual(['a_total', 'b', 'c_seconds'])
  })
})

describe('createTrace', () => {
  const record = (lines: number, change = -1) => {
    const trace = createTrace()
    for (let i = 0; i < lines; i++) {
      trace.record(i, 'node', i === change ? 'another event' : 'an event')
    }
    return trace
  }

  it('tells histories apart by any of their lines, and not by when it is asked', () => {
    const digest = record(10_000).digest()
    expect(record(10_000).digest()).toBe(digest)
    for (const change of [0, 5000, 9999]) {
      expect(record(10_000, change).digest()).not.toBe(digest)
    }
    const asked = record(10)
    expect(asked.digest()).toBe(asked.digest())
    asked.record(10, 'node', 'an event')
    expect(asked.digest()).toBe(record(11).digest())
    expect(asked.lines).toBe(11)
  })
})
