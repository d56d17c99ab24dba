import { NO_BYTES } from '../../../common/v1/no-bytes.js'
import { writeUint64 } from '../../../common/v1/uint64.js'
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Instance {
  config: Uint8Array<ArrayBuffer>
  epoch: number
  prev: Uint8Array<ArrayBuffer>
}

export namespace Instance {
  let _codec: Codec<Instance>

  export const codec = (): Codec<Instance> => {
    if (_codec == null) {
      _codec = message<Instance>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.config != null && obj.config.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.config)
        }

        if ((obj.epoch != null && obj.epoch !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.epoch)
        }

        if ((obj.prev != null && obj.prev.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.prev)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          config: NO_BYTES,
          epoch: 0,
          prev: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.config = reader.bytes()
              break
            }
            case 2: {
              obj.epoch = reader.uint64Number()
              break
            }
            case 3: {
              obj.prev = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.config`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.epoch`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.prev`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface InstanceConfigFieldEvent {
    field: '$.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InstanceEpochFieldEvent {
    field: '$.epoch'
    value: number
  }

  export interface InstancePrevFieldEvent {
    field: '$.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Instance>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Instance.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Instance>): Instance {
    return decodeMessage(buf, Instance.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Instance>): Generator<InstanceConfigFieldEvent | InstanceEpochFieldEvent | InstancePrevFieldEvent> {
    return streamMessage(buf, Instance.codec(), opts)
  }
}

export interface Measure {
  node: Uint8Array<ArrayBuffer>
  seen: number
  slots: number
}

export namespace Measure {
  let _codec: Codec<Measure>

  export const codec = (): Codec<Measure> => {
    if (_codec == null) {
      _codec = message<Measure>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.node != null && obj.node.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.node)
        }

        if ((obj.seen != null && obj.seen !== 0)) {
          w.uint32(16)
          w.uint32(obj.seen)
        }

        if ((obj.slots != null && obj.slots !== 0)) {
          w.uint32(24)
          w.uint32(obj.slots)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          node: NO_BYTES,
          seen: 0,
          slots: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.node = reader.bytes()
              break
            }
            case 2: {
              obj.seen = reader.uint32()
              break
            }
            case 3: {
              obj.slots = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.node`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.seen`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.slots`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface MeasureNodeFieldEvent {
    field: '$.node'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MeasureSeenFieldEvent {
    field: '$.seen'
    value: number
  }

  export interface MeasureSlotsFieldEvent {
    field: '$.slots'
    value: number
  }

  export function encode (obj: Partial<Measure>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Measure.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Measure>): Measure {
    return decodeMessage(buf, Measure.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Measure>): Generator<MeasureNodeFieldEvent | MeasureSeenFieldEvent | MeasureSlotsFieldEvent> {
    return streamMessage(buf, Measure.codec(), opts)
  }
}

export interface Observe {
  instance?: Instance
  timeMs: number
  buckets: Uint8Array<ArrayBuffer>[]
  measures: Measure[]
}

export namespace Observe {
  let _codec: Codec<Observe>

  export const codec = (): Codec<Observe> => {
    if (_codec == null) {
      _codec = message<Observe>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.instance != null) {
          w.uint32(10)
          Instance.codec().encode(obj.instance, w)
        }

        if ((obj.timeMs != null && obj.timeMs !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.timeMs)
        }

        if (obj.buckets != null && obj.buckets.length > 0) {
          for (const value of obj.buckets) {
            w.uint32(26)
            w.bytes(value)
          }
        }

        if (obj.measures != null && obj.measures.length > 0) {
          for (const value of obj.measures) {
            w.uint32(34)
            Measure.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          timeMs: 0,
          buckets: [],
          measures: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.instance = Instance.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.instance
              })
              break
            }
            case 2: {
              obj.timeMs = reader.uint64Number()
              break
            }
            case 3: {
              if (opts.limits?.buckets != null && obj.buckets.length === opts.limits.buckets) {
                throw new MaxLengthError('Decode error - repeated field "buckets" had too many elements')
              }

              if (obj.buckets.length === 64) {
                throw new MaxLengthError('Decode error - repeated field "buckets" had too many elements')
              }

              obj.buckets.push(reader.bytes())
              break
            }
            case 4: {
              if (opts.limits?.measures != null && obj.measures.length === opts.limits.measures) {
                throw new MaxLengthError('Decode error - repeated field "measures" had too many elements')
              }

              if (obj.measures.length === 2048) {
                throw new MaxLengthError('Decode error - repeated field "measures" had too many elements')
              }

              obj.measures.push(Measure.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.measures$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          buckets: 64,
          measures: 2048
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Instance.codec().stream(reader, reader.uint32(), `${prefix}.instance`, {
                limits: opts.limits?.instance
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.timeMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              if (opts.limits?.buckets != null && obj.buckets === opts.limits.buckets) {
                throw new MaxLengthError('Streaming decode error - repeated field "buckets" had too many elements')
              }

              if (obj.buckets === 64) {
                throw new MaxLengthError('Streaming decode error - repeated field "buckets" had too many elements')
              }

              yield {
                field: `${prefix}.buckets[]`,
                index: obj.buckets,
                value: reader.bytes()
              }

              obj.buckets++

              break
            }
            case 4: {
              if (opts.limits?.measures != null && obj.measures === opts.limits.measures) {
                throw new MaxLengthError('Streaming decode error - repeated field "measures" had too many elements')
              }

              if (obj.measures === 2048) {
                throw new MaxLengthError('Streaming decode error - repeated field "measures" had too many elements')
              }

              for (const evt of Measure.codec().stream(reader, reader.uint32(), `${prefix}.measures[]`, {
                limits: opts.limits?.measures$
              })) {
                yield {
                  ...evt,
                  index: obj.measures
                }
              }

              obj.measures++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ObserveInstanceConfigFieldEvent {
    field: '$.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ObserveInstanceEpochFieldEvent {
    field: '$.instance.epoch'
    value: number
  }

  export interface ObserveInstancePrevFieldEvent {
    field: '$.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ObserveTimeMsFieldEvent {
    field: '$.timeMs'
    value: number
  }

  export interface ObserveBucketsFieldEvent {
    field: '$.buckets[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface ObserveMeasuresNodeFieldEvent {
    field: '$.measures[].node'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface ObserveMeasuresSeenFieldEvent {
    field: '$.measures[].seen'
    value: number
    index: number
  }

  export interface ObserveMeasuresSlotsFieldEvent {
    field: '$.measures[].slots'
    value: number
    index: number
  }

  export function encode (obj: Partial<Observe>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Observe.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Observe>): Observe {
    return decodeMessage(buf, Observe.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Observe>): Generator<ObserveInstanceConfigFieldEvent | ObserveInstanceEpochFieldEvent | ObserveInstancePrevFieldEvent | ObserveTimeMsFieldEvent | ObserveBucketsFieldEvent | ObserveMeasuresNodeFieldEvent | ObserveMeasuresSeenFieldEvent | ObserveMeasuresSlotsFieldEvent> {
    return streamMessage(buf, Observe.codec(), opts)
  }
}

export interface Propose {
  instance?: Instance
  view: number
  report: Uint8Array<ArrayBuffer>
  digest: Uint8Array<ArrayBuffer>
  timeouts: Uint8Array<ArrayBuffer>[]
}

export namespace Propose {
  let _codec: Codec<Propose>

  export const codec = (): Codec<Propose> => {
    if (_codec == null) {
      _codec = message<Propose>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.instance != null) {
          w.uint32(10)
          Instance.codec().encode(obj.instance, w)
        }

        if ((obj.view != null && obj.view !== 0)) {
          w.uint32(16)
          w.uint32(obj.view)
        }

        if ((obj.report != null && obj.report.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.report)
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.digest)
        }

        if (obj.timeouts != null && obj.timeouts.length > 0) {
          for (const value of obj.timeouts) {
            w.uint32(42)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          view: 0,
          report: NO_BYTES,
          digest: NO_BYTES,
          timeouts: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.instance = Instance.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.instance
              })
              break
            }
            case 2: {
              obj.view = reader.uint32()
              break
            }
            case 3: {
              obj.report = reader.bytes()
              break
            }
            case 4: {
              obj.digest = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.timeouts != null && obj.timeouts.length === opts.limits.timeouts) {
                throw new MaxLengthError('Decode error - repeated field "timeouts" had too many elements')
              }

              if (obj.timeouts.length === 31) {
                throw new MaxLengthError('Decode error - repeated field "timeouts" had too many elements')
              }

              obj.timeouts.push(reader.bytes())
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          timeouts: 31
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Instance.codec().stream(reader, reader.uint32(), `${prefix}.instance`, {
                limits: opts.limits?.instance
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.view`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.report`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.digest`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              if (opts.limits?.timeouts != null && obj.timeouts === opts.limits.timeouts) {
                throw new MaxLengthError('Streaming decode error - repeated field "timeouts" had too many elements')
              }

              if (obj.timeouts === 31) {
                throw new MaxLengthError('Streaming decode error - repeated field "timeouts" had too many elements')
              }

              yield {
                field: `${prefix}.timeouts[]`,
                index: obj.timeouts,
                value: reader.bytes()
              }

              obj.timeouts++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ProposeInstanceConfigFieldEvent {
    field: '$.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProposeInstanceEpochFieldEvent {
    field: '$.instance.epoch'
    value: number
  }

  export interface ProposeInstancePrevFieldEvent {
    field: '$.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProposeViewFieldEvent {
    field: '$.view'
    value: number
  }

  export interface ProposeReportFieldEvent {
    field: '$.report'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProposeDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProposeTimeoutsFieldEvent {
    field: '$.timeouts[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Propose>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Propose.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Propose>): Propose {
    return decodeMessage(buf, Propose.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Propose>): Generator<ProposeInstanceConfigFieldEvent | ProposeInstanceEpochFieldEvent | ProposeInstancePrevFieldEvent | ProposeViewFieldEvent | ProposeReportFieldEvent | ProposeDigestFieldEvent | ProposeTimeoutsFieldEvent> {
    return streamMessage(buf, Propose.codec(), opts)
  }
}

export interface Attest {
  instance?: Instance
  view: number
  digest: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

export namespace Attest {
  let _codec: Codec<Attest>

  export const codec = (): Codec<Attest> => {
    if (_codec == null) {
      _codec = message<Attest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.instance != null) {
          w.uint32(10)
          Instance.codec().encode(obj.instance, w)
        }

        if ((obj.view != null && obj.view !== 0)) {
          w.uint32(16)
          w.uint32(obj.view)
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.digest)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          view: 0,
          digest: NO_BYTES,
          signature: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.instance = Instance.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.instance
              })
              break
            }
            case 2: {
              obj.view = reader.uint32()
              break
            }
            case 3: {
              obj.digest = reader.bytes()
              break
            }
            case 4: {
              obj.signature = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Instance.codec().stream(reader, reader.uint32(), `${prefix}.instance`, {
                limits: opts.limits?.instance
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.view`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.digest`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.signature`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface AttestInstanceConfigFieldEvent {
    field: '$.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttestInstanceEpochFieldEvent {
    field: '$.instance.epoch'
    value: number
  }

  export interface AttestInstancePrevFieldEvent {
    field: '$.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttestViewFieldEvent {
    field: '$.view'
    value: number
  }

  export interface AttestDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttestSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Attest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Attest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Attest>): Attest {
    return decodeMessage(buf, Attest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Attest>): Generator<AttestInstanceConfigFieldEvent | AttestInstanceEpochFieldEvent | AttestInstancePrevFieldEvent | AttestViewFieldEvent | AttestDigestFieldEvent | AttestSignatureFieldEvent> {
    return streamMessage(buf, Attest.codec(), opts)
  }
}

export interface Timeout {
  instance?: Instance
  view: number
  lastView?: number
  lastReport?: Uint8Array<ArrayBuffer>
  lastDigest?: Uint8Array<ArrayBuffer>
}

export namespace Timeout {
  let _codec: Codec<Timeout>

  export const codec = (): Codec<Timeout> => {
    if (_codec == null) {
      _codec = message<Timeout>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.instance != null) {
          w.uint32(10)
          Instance.codec().encode(obj.instance, w)
        }

        if ((obj.view != null && obj.view !== 0)) {
          w.uint32(16)
          w.uint32(obj.view)
        }

        if (obj.lastView != null) {
          w.uint32(24)
          w.uint32(obj.lastView)
        }

        if (obj.lastReport != null) {
          w.uint32(34)
          w.bytes(obj.lastReport)
        }

        if (obj.lastDigest != null) {
          w.uint32(42)
          w.bytes(obj.lastDigest)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          view: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.instance = Instance.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.instance
              })
              break
            }
            case 2: {
              obj.view = reader.uint32()
              break
            }
            case 3: {
              obj.lastView = reader.uint32()
              break
            }
            case 4: {
              obj.lastReport = reader.bytes()
              break
            }
            case 5: {
              obj.lastDigest = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Instance.codec().stream(reader, reader.uint32(), `${prefix}.instance`, {
                limits: opts.limits?.instance
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.view`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.lastView`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.lastReport`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.lastDigest`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface TimeoutInstanceConfigFieldEvent {
    field: '$.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TimeoutInstanceEpochFieldEvent {
    field: '$.instance.epoch'
    value: number
  }

  export interface TimeoutInstancePrevFieldEvent {
    field: '$.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TimeoutViewFieldEvent {
    field: '$.view'
    value: number
  }

  export interface TimeoutLastViewFieldEvent {
    field: '$.lastView'
    value: number
  }

  export interface TimeoutLastReportFieldEvent {
    field: '$.lastReport'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TimeoutLastDigestFieldEvent {
    field: '$.lastDigest'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Timeout>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Timeout.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Timeout>): Timeout {
    return decodeMessage(buf, Timeout.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Timeout>): Generator<TimeoutInstanceConfigFieldEvent | TimeoutInstanceEpochFieldEvent | TimeoutInstancePrevFieldEvent | TimeoutViewFieldEvent | TimeoutLastViewFieldEvent | TimeoutLastReportFieldEvent | TimeoutLastDigestFieldEvent> {
    return streamMessage(buf, Timeout.codec(), opts)
  }
}

export interface Quorum {
  instance?: Instance
  view: number
  report: Uint8Array<ArrayBuffer>
  resultsRoot: Uint8Array<ArrayBuffer>
  rewardsRoot: Uint8Array<ArrayBuffer>
  results: number
  rewards: bigint
  signers: number
  signatures: Uint8Array<ArrayBuffer>[]
}

export namespace Quorum {
  let _codec: Codec<Quorum>

  export const codec = (): Codec<Quorum> => {
    if (_codec == null) {
      _codec = message<Quorum>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.instance != null) {
          w.uint32(10)
          Instance.codec().encode(obj.instance, w)
        }

        if ((obj.view != null && obj.view !== 0)) {
          w.uint32(16)
          w.uint32(obj.view)
        }

        if ((obj.report != null && obj.report.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.report)
        }

        if ((obj.resultsRoot != null && obj.resultsRoot.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.resultsRoot)
        }

        if ((obj.rewardsRoot != null && obj.rewardsRoot.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.rewardsRoot)
        }

        if ((obj.results != null && obj.results !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.results)
        }

        if ((obj.rewards != null && obj.rewards !== 0n)) {
          w.uint32(56)
          writeUint64(w, obj.rewards)
        }

        if ((obj.signers != null && obj.signers !== 0)) {
          w.uint32(64)
          w.uint32(obj.signers)
        }

        if (obj.signatures != null && obj.signatures.length > 0) {
          for (const value of obj.signatures) {
            w.uint32(74)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          view: 0,
          report: NO_BYTES,
          resultsRoot: NO_BYTES,
          rewardsRoot: NO_BYTES,
          results: 0,
          rewards: 0n,
          signers: 0,
          signatures: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.instance = Instance.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.instance
              })
              break
            }
            case 2: {
              obj.view = reader.uint32()
              break
            }
            case 3: {
              obj.report = reader.bytes()
              break
            }
            case 4: {
              obj.resultsRoot = reader.bytes()
              break
            }
            case 5: {
              obj.rewardsRoot = reader.bytes()
              break
            }
            case 6: {
              obj.results = reader.uint64Number()
              break
            }
            case 7: {
              obj.rewards = reader.uint64()
              break
            }
            case 8: {
              obj.signers = reader.uint32()
              break
            }
            case 9: {
              if (opts.limits?.signatures != null && obj.signatures.length === opts.limits.signatures) {
                throw new MaxLengthError('Decode error - repeated field "signatures" had too many elements')
              }

              if (obj.signatures.length === 31) {
                throw new MaxLengthError('Decode error - repeated field "signatures" had too many elements')
              }

              obj.signatures.push(reader.bytes())
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          signatures: 31
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Instance.codec().stream(reader, reader.uint32(), `${prefix}.instance`, {
                limits: opts.limits?.instance
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.view`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.report`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.resultsRoot`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.rewardsRoot`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.results`,
                value: reader.uint64Number()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.rewards`,
                value: reader.uint64()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.signers`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              if (opts.limits?.signatures != null && obj.signatures === opts.limits.signatures) {
                throw new MaxLengthError('Streaming decode error - repeated field "signatures" had too many elements')
              }

              if (obj.signatures === 31) {
                throw new MaxLengthError('Streaming decode error - repeated field "signatures" had too many elements')
              }

              yield {
                field: `${prefix}.signatures[]`,
                index: obj.signatures,
                value: reader.bytes()
              }

              obj.signatures++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface QuorumInstanceConfigFieldEvent {
    field: '$.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuorumInstanceEpochFieldEvent {
    field: '$.instance.epoch'
    value: number
  }

  export interface QuorumInstancePrevFieldEvent {
    field: '$.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuorumViewFieldEvent {
    field: '$.view'
    value: number
  }

  export interface QuorumReportFieldEvent {
    field: '$.report'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuorumResultsRootFieldEvent {
    field: '$.resultsRoot'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuorumRewardsRootFieldEvent {
    field: '$.rewardsRoot'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuorumResultsFieldEvent {
    field: '$.results'
    value: number
  }

  export interface QuorumRewardsFieldEvent {
    field: '$.rewards'
    value: bigint
  }

  export interface QuorumSignersFieldEvent {
    field: '$.signers'
    value: number
  }

  export interface QuorumSignaturesFieldEvent {
    field: '$.signatures[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Quorum>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Quorum.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Quorum>): Quorum {
    return decodeMessage(buf, Quorum.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Quorum>): Generator<QuorumInstanceConfigFieldEvent | QuorumInstanceEpochFieldEvent | QuorumInstancePrevFieldEvent | QuorumViewFieldEvent | QuorumReportFieldEvent | QuorumResultsRootFieldEvent | QuorumRewardsRootFieldEvent | QuorumResultsFieldEvent | QuorumRewardsFieldEvent | QuorumSignersFieldEvent | QuorumSignaturesFieldEvent> {
    return streamMessage(buf, Quorum.codec(), opts)
  }
}

export interface OracleMessage {
  observe?: Observe
  propose?: Propose
  attest?: Attest
  timeout?: Timeout
  quorum?: Quorum
}

export namespace OracleMessage {
  let _codec: Codec<OracleMessage>

  export const codec = (): Codec<OracleMessage> => {
    if (_codec == null) {
      _codec = message<OracleMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.observe != null) {
          w.uint32(10)
          Observe.codec().encode(obj.observe, w)
        }

        if (obj.propose != null) {
          w.uint32(18)
          Propose.codec().encode(obj.propose, w)
        }

        if (obj.attest != null) {
          w.uint32(26)
          Attest.codec().encode(obj.attest, w)
        }

        if (obj.timeout != null) {
          w.uint32(34)
          Timeout.codec().encode(obj.timeout, w)
        }

        if (obj.quorum != null) {
          w.uint32(42)
          Quorum.codec().encode(obj.quorum, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.observe = Observe.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.observe
              })
              break
            }
            case 2: {
              obj.propose = Propose.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.propose
              })
              break
            }
            case 3: {
              obj.attest = Attest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.attest
              })
              break
            }
            case 4: {
              obj.timeout = Timeout.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.timeout
              })
              break
            }
            case 5: {
              obj.quorum = Quorum.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.quorum
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Observe.codec().stream(reader, reader.uint32(), `${prefix}.observe`, {
                limits: opts.limits?.observe
              })

              break
            }
            case 2: {
              yield * Propose.codec().stream(reader, reader.uint32(), `${prefix}.propose`, {
                limits: opts.limits?.propose
              })

              break
            }
            case 3: {
              yield * Attest.codec().stream(reader, reader.uint32(), `${prefix}.attest`, {
                limits: opts.limits?.attest
              })

              break
            }
            case 4: {
              yield * Timeout.codec().stream(reader, reader.uint32(), `${prefix}.timeout`, {
                limits: opts.limits?.timeout
              })

              break
            }
            case 5: {
              yield * Quorum.codec().stream(reader, reader.uint32(), `${prefix}.quorum`, {
                limits: opts.limits?.quorum
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface OracleMessageObserveInstanceConfigFieldEvent {
    field: '$.observe.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageObserveInstanceEpochFieldEvent {
    field: '$.observe.instance.epoch'
    value: number
  }

  export interface OracleMessageObserveInstancePrevFieldEvent {
    field: '$.observe.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageObserveTimeMsFieldEvent {
    field: '$.observe.timeMs'
    value: number
  }

  export interface OracleMessageObserveBucketsFieldEvent {
    field: '$.observe.buckets[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageObserveMeasuresNodeFieldEvent {
    field: '$.observe.measures[].node'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface OracleMessageObserveMeasuresSeenFieldEvent {
    field: '$.observe.measures[].seen'
    value: number
    index: number
  }

  export interface OracleMessageObserveMeasuresSlotsFieldEvent {
    field: '$.observe.measures[].slots'
    value: number
    index: number
  }

  export interface OracleMessageProposeInstanceConfigFieldEvent {
    field: '$.propose.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageProposeInstanceEpochFieldEvent {
    field: '$.propose.instance.epoch'
    value: number
  }

  export interface OracleMessageProposeInstancePrevFieldEvent {
    field: '$.propose.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageProposeViewFieldEvent {
    field: '$.propose.view'
    value: number
  }

  export interface OracleMessageProposeReportFieldEvent {
    field: '$.propose.report'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageProposeDigestFieldEvent {
    field: '$.propose.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageProposeTimeoutsFieldEvent {
    field: '$.propose.timeouts[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageAttestInstanceConfigFieldEvent {
    field: '$.attest.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageAttestInstanceEpochFieldEvent {
    field: '$.attest.instance.epoch'
    value: number
  }

  export interface OracleMessageAttestInstancePrevFieldEvent {
    field: '$.attest.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageAttestViewFieldEvent {
    field: '$.attest.view'
    value: number
  }

  export interface OracleMessageAttestDigestFieldEvent {
    field: '$.attest.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageAttestSignatureFieldEvent {
    field: '$.attest.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageTimeoutInstanceConfigFieldEvent {
    field: '$.timeout.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageTimeoutInstanceEpochFieldEvent {
    field: '$.timeout.instance.epoch'
    value: number
  }

  export interface OracleMessageTimeoutInstancePrevFieldEvent {
    field: '$.timeout.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageTimeoutViewFieldEvent {
    field: '$.timeout.view'
    value: number
  }

  export interface OracleMessageTimeoutLastViewFieldEvent {
    field: '$.timeout.lastView'
    value: number
  }

  export interface OracleMessageTimeoutLastReportFieldEvent {
    field: '$.timeout.lastReport'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageTimeoutLastDigestFieldEvent {
    field: '$.timeout.lastDigest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageQuorumInstanceConfigFieldEvent {
    field: '$.quorum.instance.config'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageQuorumInstanceEpochFieldEvent {
    field: '$.quorum.instance.epoch'
    value: number
  }

  export interface OracleMessageQuorumInstancePrevFieldEvent {
    field: '$.quorum.instance.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageQuorumViewFieldEvent {
    field: '$.quorum.view'
    value: number
  }

  export interface OracleMessageQuorumReportFieldEvent {
    field: '$.quorum.report'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageQuorumResultsRootFieldEvent {
    field: '$.quorum.resultsRoot'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageQuorumRewardsRootFieldEvent {
    field: '$.quorum.rewardsRoot'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OracleMessageQuorumResultsFieldEvent {
    field: '$.quorum.results'
    value: number
  }

  export interface OracleMessageQuorumRewardsFieldEvent {
    field: '$.quorum.rewards'
    value: bigint
  }

  export interface OracleMessageQuorumSignersFieldEvent {
    field: '$.quorum.signers'
    value: number
  }

  export interface OracleMessageQuorumSignaturesFieldEvent {
    field: '$.quorum.signatures[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<OracleMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, OracleMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OracleMessage>): OracleMessage {
    return decodeMessage(buf, OracleMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OracleMessage>): Generator<OracleMessageObserveInstanceConfigFieldEvent | OracleMessageObserveInstanceEpochFieldEvent | OracleMessageObserveInstancePrevFieldEvent | OracleMessageObserveTimeMsFieldEvent | OracleMessageObserveBucketsFieldEvent | OracleMessageObserveMeasuresNodeFieldEvent | OracleMessageObserveMeasuresSeenFieldEvent | OracleMessageObserveMeasuresSlotsFieldEvent | OracleMessageProposeInstanceConfigFieldEvent | OracleMessageProposeInstanceEpochFieldEvent | OracleMessageProposeInstancePrevFieldEvent | OracleMessageProposeViewFieldEvent | OracleMessageProposeReportFieldEvent | OracleMessageProposeDigestFieldEvent | OracleMessageProposeTimeoutsFieldEvent | OracleMessageAttestInstanceConfigFieldEvent | OracleMessageAttestInstanceEpochFieldEvent | OracleMessageAttestInstancePrevFieldEvent | OracleMessageAttestViewFieldEvent | OracleMessageAttestDigestFieldEvent | OracleMessageAttestSignatureFieldEvent | OracleMessageTimeoutInstanceConfigFieldEvent | OracleMessageTimeoutInstanceEpochFieldEvent | OracleMessageTimeoutInstancePrevFieldEvent | OracleMessageTimeoutViewFieldEvent | OracleMessageTimeoutLastViewFieldEvent | OracleMessageTimeoutLastReportFieldEvent | OracleMessageTimeoutLastDigestFieldEvent | OracleMessageQuorumInstanceConfigFieldEvent | OracleMessageQuorumInstanceEpochFieldEvent | OracleMessageQuorumInstancePrevFieldEvent | OracleMessageQuorumViewFieldEvent | OracleMessageQuorumReportFieldEvent | OracleMessageQuorumResultsRootFieldEvent | OracleMessageQuorumRewardsRootFieldEvent | OracleMessageQuorumResultsFieldEvent | OracleMessageQuorumRewardsFieldEvent | OracleMessageQuorumSignersFieldEvent | OracleMessageQuorumSignaturesFieldEvent> {
    return streamMessage(buf, OracleMessage.codec(), opts)
  }
}
