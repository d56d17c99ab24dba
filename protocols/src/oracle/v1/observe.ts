import { readCid, readCount, readDistinct, readInt, readList, readNodeId, writeCid, writeNodeId } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import type { Measure as WireMeasure, Observe as WireObserve } from './generated/oracle.js'
import { instanceFromWire, instanceToWire } from './instance.js'
import { MAX_BUCKETS, MAX_MEASURES, MAX_PRESENCE_SLOTS } from './limits.js'
import type { Measure, Observe } from './types.js'

export function observeToWire(observe: Observe): WireObserve {
  return {
    instance: instanceToWire(observe.instance),
    timeMs: observe.timeMs,
    buckets: readList(observe.buckets, 0, MAX_BUCKETS, 'buckets').map((bucket) => writeCid(bucket, 'buckets')),
    measures: readList(observe.measures, 0, MAX_MEASURES, 'measures').map((measure) => ({
      node: writeNodeId(measure.node, 'measures.node'),
      seen: measure.seen,
      slots: measure.slots
    }))
  }
}

function measureFromWire(wire: WireMeasure): Measure {
  const slots = readInt(wire.slots, 0, MAX_PRESENCE_SLOTS, 'measures.slots')
  return { node: readNodeId(wire.node, 'measures.node'), seen: readInt(wire.seen, 0, slots, 'measures.seen'), slots }
}

export function observeFromWire(wire: WireObserve): Observe {
  const buckets = readList(wire.buckets, 0, MAX_BUCKETS, 'buckets')
  if ((buckets.length & (buckets.length - 1)) !== 0) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `buckets must be none or a power of two, got ${buckets.length}`)
  }
  const measures = readList(wire.measures, 0, MAX_MEASURES, 'measures').map(measureFromWire)
  return {
    instance: instanceFromWire(wire.instance),
    timeMs: readCount(wire.timeMs, 'timeMs'),
    buckets: buckets.map((bucket) => readCid(bucket, 'buckets')),
    measures: readDistinct(measures, (measure) => measure.node, 'measures')
  }
}
