import { NO_BYTES } from '../../../common/v1/no-bytes.js'
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface RoundRequest {
  epoch: number
  view: number
  prev: Uint8Array<ArrayBuffer>
  index: number
  seedBlock: number
}

export namespace RoundRequest {
  let _codec: Codec<RoundRequest>

  export const codec = (): Codec<RoundRequest> => {
    if (_codec == null) {
      _codec = message<RoundRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.epoch != null && obj.epoch !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.epoch)
        }

        if ((obj.view != null && obj.view !== 0)) {
          w.uint32(16)
          w.uint32(obj.view)
        }

        if ((obj.prev != null && obj.prev.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.prev)
        }

        if ((obj.index != null && obj.index !== 0)) {
          w.uint32(32)
          w.uint32(obj.index)
        }

        if ((obj.seedBlock != null && obj.seedBlock !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.seedBlock)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          epoch: 0,
          view: 0,
          prev: NO_BYTES,
          index: 0,
          seedBlock: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.epoch = reader.uint64Number()
              break
            }
            case 2: {
              obj.view = reader.uint32()
              break
            }
            case 3: {
              obj.prev = reader.bytes()
              break
            }
            case 4: {
              obj.index = reader.uint32()
              break
            }
            case 5: {
              obj.seedBlock = reader.uint64Number()
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
                field: `${prefix}.epoch`,
                value: reader.uint64Number()
              }
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
                field: `${prefix}.prev`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.index`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.seedBlock`,
                value: reader.uint64Number()
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

  export interface RoundRequestEpochFieldEvent {
    field: '$.epoch'
    value: number
  }

  export interface RoundRequestViewFieldEvent {
    field: '$.view'
    value: number
  }

  export interface RoundRequestPrevFieldEvent {
    field: '$.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundRequestIndexFieldEvent {
    field: '$.index'
    value: number
  }

  export interface RoundRequestSeedBlockFieldEvent {
    field: '$.seedBlock'
    value: number
  }

  export function encode (obj: Partial<RoundRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundRequest>): RoundRequest {
    return decodeMessage(buf, RoundRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundRequest>): Generator<RoundRequestEpochFieldEvent | RoundRequestViewFieldEvent | RoundRequestPrevFieldEvent | RoundRequestIndexFieldEvent | RoundRequestSeedBlockFieldEvent> {
    return streamMessage(buf, RoundRequest.codec(), opts)
  }
}

export interface RoundOpen {
  epoch: number
  view: number
  prev: Uint8Array<ArrayBuffer>
  index: number
  openedMs: number
  categories: string[]
  itemsPerCategory: number
  maxAnswerTokens: number
  seedBlock: number
  seedBlockHash: Uint8Array<ArrayBuffer>
  timeouts: Uint8Array<ArrayBuffer>[]
  level: number
  nodes: number
  authored: Uint8Array<ArrayBuffer>[]
}

export namespace RoundOpen {
  let _codec: Codec<RoundOpen>

  export const codec = (): Codec<RoundOpen> => {
    if (_codec == null) {
      _codec = message<RoundOpen>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.epoch != null && obj.epoch !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.epoch)
        }

        if ((obj.view != null && obj.view !== 0)) {
          w.uint32(16)
          w.uint32(obj.view)
        }

        if ((obj.prev != null && obj.prev.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.prev)
        }

        if ((obj.index != null && obj.index !== 0)) {
          w.uint32(32)
          w.uint32(obj.index)
        }

        if ((obj.openedMs != null && obj.openedMs !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.openedMs)
        }

        if (obj.categories != null && obj.categories.length > 0) {
          for (const value of obj.categories) {
            w.uint32(50)
            w.string(value)
          }
        }

        if ((obj.itemsPerCategory != null && obj.itemsPerCategory !== 0)) {
          w.uint32(56)
          w.uint32(obj.itemsPerCategory)
        }

        if ((obj.maxAnswerTokens != null && obj.maxAnswerTokens !== 0)) {
          w.uint32(64)
          w.uint32(obj.maxAnswerTokens)
        }

        if ((obj.seedBlock != null && obj.seedBlock !== 0)) {
          w.uint32(72)
          w.uint64Number(obj.seedBlock)
        }

        if ((obj.seedBlockHash != null && obj.seedBlockHash.byteLength > 0)) {
          w.uint32(82)
          w.bytes(obj.seedBlockHash)
        }

        if (obj.timeouts != null && obj.timeouts.length > 0) {
          for (const value of obj.timeouts) {
            w.uint32(90)
            w.bytes(value)
          }
        }

        if ((obj.level != null && obj.level !== 0)) {
          w.uint32(96)
          w.uint32(obj.level)
        }

        if ((obj.nodes != null && obj.nodes !== 0)) {
          w.uint32(104)
          w.uint32(obj.nodes)
        }

        if (obj.authored != null && obj.authored.length > 0) {
          for (const value of obj.authored) {
            w.uint32(114)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          epoch: 0,
          view: 0,
          prev: NO_BYTES,
          index: 0,
          openedMs: 0,
          categories: [],
          itemsPerCategory: 0,
          maxAnswerTokens: 0,
          seedBlock: 0,
          seedBlockHash: NO_BYTES,
          timeouts: [],
          level: 0,
          nodes: 0,
          authored: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.epoch = reader.uint64Number()
              break
            }
            case 2: {
              obj.view = reader.uint32()
              break
            }
            case 3: {
              obj.prev = reader.bytes()
              break
            }
            case 4: {
              obj.index = reader.uint32()
              break
            }
            case 5: {
              obj.openedMs = reader.uint64Number()
              break
            }
            case 6: {
              if (opts.limits?.categories != null && obj.categories.length === opts.limits.categories) {
                throw new MaxLengthError('Decode error - repeated field "categories" had too many elements')
              }

              if (obj.categories.length === 9) {
                throw new MaxLengthError('Decode error - repeated field "categories" had too many elements')
              }

              obj.categories.push(reader.string())
              break
            }
            case 7: {
              obj.itemsPerCategory = reader.uint32()
              break
            }
            case 8: {
              obj.maxAnswerTokens = reader.uint32()
              break
            }
            case 9: {
              obj.seedBlock = reader.uint64Number()
              break
            }
            case 10: {
              obj.seedBlockHash = reader.bytes()
              break
            }
            case 11: {
              if (opts.limits?.timeouts != null && obj.timeouts.length === opts.limits.timeouts) {
                throw new MaxLengthError('Decode error - repeated field "timeouts" had too many elements')
              }

              if (obj.timeouts.length === 31) {
                throw new MaxLengthError('Decode error - repeated field "timeouts" had too many elements')
              }

              obj.timeouts.push(reader.bytes())
              break
            }
            case 12: {
              obj.level = reader.uint32()
              break
            }
            case 13: {
              obj.nodes = reader.uint32()
              break
            }
            case 14: {
              if (opts.limits?.authored != null && obj.authored.length === opts.limits.authored) {
                throw new MaxLengthError('Decode error - repeated field "authored" had too many elements')
              }

              if (obj.authored.length === 2) {
                throw new MaxLengthError('Decode error - repeated field "authored" had too many elements')
              }

              obj.authored.push(reader.bytes())
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
          categories: 9,
          timeouts: 31,
          authored: 2
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.epoch`,
                value: reader.uint64Number()
              }
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
                field: `${prefix}.prev`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.index`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.openedMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 6: {
              if (opts.limits?.categories != null && obj.categories === opts.limits.categories) {
                throw new MaxLengthError('Streaming decode error - repeated field "categories" had too many elements')
              }

              if (obj.categories === 9) {
                throw new MaxLengthError('Streaming decode error - repeated field "categories" had too many elements')
              }

              yield {
                field: `${prefix}.categories[]`,
                index: obj.categories,
                value: reader.string()
              }

              obj.categories++

              break
            }
            case 7: {
              yield {
                field: `${prefix}.itemsPerCategory`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.maxAnswerTokens`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.seedBlock`,
                value: reader.uint64Number()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.seedBlockHash`,
                value: reader.bytes()
              }
              break
            }
            case 11: {
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
            case 12: {
              yield {
                field: `${prefix}.level`,
                value: reader.uint32()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.nodes`,
                value: reader.uint32()
              }
              break
            }
            case 14: {
              if (opts.limits?.authored != null && obj.authored === opts.limits.authored) {
                throw new MaxLengthError('Streaming decode error - repeated field "authored" had too many elements')
              }

              if (obj.authored === 2) {
                throw new MaxLengthError('Streaming decode error - repeated field "authored" had too many elements')
              }

              yield {
                field: `${prefix}.authored[]`,
                index: obj.authored,
                value: reader.bytes()
              }

              obj.authored++

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

  export interface RoundOpenEpochFieldEvent {
    field: '$.epoch'
    value: number
  }

  export interface RoundOpenViewFieldEvent {
    field: '$.view'
    value: number
  }

  export interface RoundOpenPrevFieldEvent {
    field: '$.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundOpenIndexFieldEvent {
    field: '$.index'
    value: number
  }

  export interface RoundOpenOpenedMsFieldEvent {
    field: '$.openedMs'
    value: number
  }

  export interface RoundOpenCategoriesFieldEvent {
    field: '$.categories[]'
    index: number
    value: string
  }

  export interface RoundOpenItemsPerCategoryFieldEvent {
    field: '$.itemsPerCategory'
    value: number
  }

  export interface RoundOpenMaxAnswerTokensFieldEvent {
    field: '$.maxAnswerTokens'
    value: number
  }

  export interface RoundOpenSeedBlockFieldEvent {
    field: '$.seedBlock'
    value: number
  }

  export interface RoundOpenSeedBlockHashFieldEvent {
    field: '$.seedBlockHash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundOpenTimeoutsFieldEvent {
    field: '$.timeouts[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundOpenLevelFieldEvent {
    field: '$.level'
    value: number
  }

  export interface RoundOpenNodesFieldEvent {
    field: '$.nodes'
    value: number
  }

  export interface RoundOpenAuthoredFieldEvent {
    field: '$.authored[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<RoundOpen>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundOpen.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundOpen>): RoundOpen {
    return decodeMessage(buf, RoundOpen.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundOpen>): Generator<RoundOpenEpochFieldEvent | RoundOpenViewFieldEvent | RoundOpenPrevFieldEvent | RoundOpenIndexFieldEvent | RoundOpenOpenedMsFieldEvent | RoundOpenCategoriesFieldEvent | RoundOpenItemsPerCategoryFieldEvent | RoundOpenMaxAnswerTokensFieldEvent | RoundOpenSeedBlockFieldEvent | RoundOpenSeedBlockHashFieldEvent | RoundOpenTimeoutsFieldEvent | RoundOpenLevelFieldEvent | RoundOpenNodesFieldEvent | RoundOpenAuthoredFieldEvent> {
    return streamMessage(buf, RoundOpen.codec(), opts)
  }
}

export interface RoundCreate {
  epoch: number
  prev: Uint8Array<ArrayBuffer>
  category: string
  topic: string
  subTopic: string
}

export namespace RoundCreate {
  let _codec: Codec<RoundCreate>

  export const codec = (): Codec<RoundCreate> => {
    if (_codec == null) {
      _codec = message<RoundCreate>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.epoch != null && obj.epoch !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.epoch)
        }

        if ((obj.prev != null && obj.prev.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.prev)
        }

        if ((obj.category != null && obj.category !== '')) {
          w.uint32(26)
          w.string(obj.category)
        }

        if ((obj.topic != null && obj.topic !== '')) {
          w.uint32(34)
          w.string(obj.topic)
        }

        if ((obj.subTopic != null && obj.subTopic !== '')) {
          w.uint32(42)
          w.string(obj.subTopic)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          epoch: 0,
          prev: NO_BYTES,
          category: '',
          topic: '',
          subTopic: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.epoch = reader.uint64Number()
              break
            }
            case 2: {
              obj.prev = reader.bytes()
              break
            }
            case 3: {
              obj.category = reader.string()
              break
            }
            case 4: {
              obj.topic = reader.string()
              break
            }
            case 5: {
              obj.subTopic = reader.string()
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
                field: `${prefix}.epoch`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.prev`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.category`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.topic`,
                value: reader.string()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.subTopic`,
                value: reader.string()
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

  export interface RoundCreateEpochFieldEvent {
    field: '$.epoch'
    value: number
  }

  export interface RoundCreatePrevFieldEvent {
    field: '$.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundCreateCategoryFieldEvent {
    field: '$.category'
    value: string
  }

  export interface RoundCreateTopicFieldEvent {
    field: '$.topic'
    value: string
  }

  export interface RoundCreateSubTopicFieldEvent {
    field: '$.subTopic'
    value: string
  }

  export function encode (obj: Partial<RoundCreate>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundCreate.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundCreate>): RoundCreate {
    return decodeMessage(buf, RoundCreate.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundCreate>): Generator<RoundCreateEpochFieldEvent | RoundCreatePrevFieldEvent | RoundCreateCategoryFieldEvent | RoundCreateTopicFieldEvent | RoundCreateSubTopicFieldEvent> {
    return streamMessage(buf, RoundCreate.codec(), opts)
  }
}

export interface RoundPrepare {
  theme: Uint8Array<ArrayBuffer>
  questions: string[]
}

export namespace RoundPrepare {
  let _codec: Codec<RoundPrepare>

  export const codec = (): Codec<RoundPrepare> => {
    if (_codec == null) {
      _codec = message<RoundPrepare>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.theme != null && obj.theme.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.theme)
        }

        if (obj.questions != null && obj.questions.length > 0) {
          for (const value of obj.questions) {
            w.uint32(18)
            w.string(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          theme: NO_BYTES,
          questions: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.theme = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.questions != null && obj.questions.length === opts.limits.questions) {
                throw new MaxLengthError('Decode error - repeated field "questions" had too many elements')
              }

              if (obj.questions.length === 3) {
                throw new MaxLengthError('Decode error - repeated field "questions" had too many elements')
              }

              obj.questions.push(reader.string())
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
          questions: 3
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.theme`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              if (opts.limits?.questions != null && obj.questions === opts.limits.questions) {
                throw new MaxLengthError('Streaming decode error - repeated field "questions" had too many elements')
              }

              if (obj.questions === 3) {
                throw new MaxLengthError('Streaming decode error - repeated field "questions" had too many elements')
              }

              yield {
                field: `${prefix}.questions[]`,
                index: obj.questions,
                value: reader.string()
              }

              obj.questions++

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

  export interface RoundPrepareThemeFieldEvent {
    field: '$.theme'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundPrepareQuestionsFieldEvent {
    field: '$.questions[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<RoundPrepare>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundPrepare.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundPrepare>): RoundPrepare {
    return decodeMessage(buf, RoundPrepare.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundPrepare>): Generator<RoundPrepareThemeFieldEvent | RoundPrepareQuestionsFieldEvent> {
    return streamMessage(buf, RoundPrepare.codec(), opts)
  }
}

export interface RoundPrecommit {
  roundId: Uint8Array<ArrayBuffer>
  commitment: Uint8Array<ArrayBuffer>
}

export namespace RoundPrecommit {
  let _codec: Codec<RoundPrecommit>

  export const codec = (): Codec<RoundPrecommit> => {
    if (_codec == null) {
      _codec = message<RoundPrecommit>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.roundId != null && obj.roundId.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.roundId)
        }

        if ((obj.commitment != null && obj.commitment.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.commitment)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          roundId: NO_BYTES,
          commitment: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.roundId = reader.bytes()
              break
            }
            case 2: {
              obj.commitment = reader.bytes()
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
                field: `${prefix}.roundId`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.commitment`,
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

  export interface RoundPrecommitRoundIdFieldEvent {
    field: '$.roundId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundPrecommitCommitmentFieldEvent {
    field: '$.commitment'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<RoundPrecommit>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundPrecommit.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundPrecommit>): RoundPrecommit {
    return decodeMessage(buf, RoundPrecommit.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundPrecommit>): Generator<RoundPrecommitRoundIdFieldEvent | RoundPrecommitCommitmentFieldEvent> {
    return streamMessage(buf, RoundPrecommit.codec(), opts)
  }
}

export interface RoundAnswer {
  item: number
  text: string
}

export namespace RoundAnswer {
  let _codec: Codec<RoundAnswer>

  export const codec = (): Codec<RoundAnswer> => {
    if (_codec == null) {
      _codec = message<RoundAnswer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.item != null && obj.item !== 0)) {
          w.uint32(8)
          w.uint32(obj.item)
        }

        if ((obj.text != null && obj.text !== '')) {
          w.uint32(18)
          w.string(obj.text)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          item: 0,
          text: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.item = reader.uint32()
              break
            }
            case 2: {
              obj.text = reader.string()
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
                field: `${prefix}.item`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.text`,
                value: reader.string()
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

  export interface RoundAnswerItemFieldEvent {
    field: '$.item'
    value: number
  }

  export interface RoundAnswerTextFieldEvent {
    field: '$.text'
    value: string
  }

  export function encode (obj: Partial<RoundAnswer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundAnswer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundAnswer>): RoundAnswer {
    return decodeMessage(buf, RoundAnswer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundAnswer>): Generator<RoundAnswerItemFieldEvent | RoundAnswerTextFieldEvent> {
    return streamMessage(buf, RoundAnswer.codec(), opts)
  }
}

export interface RoundReveal {
  roundId: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
  modelId: Uint8Array<ArrayBuffer>
  transcript: Uint8Array<ArrayBuffer>
  answers: RoundAnswer[]
}

export namespace RoundReveal {
  let _codec: Codec<RoundReveal>

  export const codec = (): Codec<RoundReveal> => {
    if (_codec == null) {
      _codec = message<RoundReveal>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.roundId != null && obj.roundId.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.roundId)
        }

        if ((obj.salt != null && obj.salt.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.salt)
        }

        if ((obj.modelId != null && obj.modelId.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.modelId)
        }

        if ((obj.transcript != null && obj.transcript.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.transcript)
        }

        if (obj.answers != null && obj.answers.length > 0) {
          for (const value of obj.answers) {
            w.uint32(42)
            RoundAnswer.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          roundId: NO_BYTES,
          salt: NO_BYTES,
          modelId: NO_BYTES,
          transcript: NO_BYTES,
          answers: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.roundId = reader.bytes()
              break
            }
            case 2: {
              obj.salt = reader.bytes()
              break
            }
            case 3: {
              obj.modelId = reader.bytes()
              break
            }
            case 4: {
              obj.transcript = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.answers != null && obj.answers.length === opts.limits.answers) {
                throw new MaxLengthError('Decode error - repeated field "answers" had too many elements')
              }

              if (obj.answers.length === 72) {
                throw new MaxLengthError('Decode error - repeated field "answers" had too many elements')
              }

              obj.answers.push(RoundAnswer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.answers$
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
          answers: 72
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.roundId`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.salt`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.modelId`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.transcript`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              if (opts.limits?.answers != null && obj.answers === opts.limits.answers) {
                throw new MaxLengthError('Streaming decode error - repeated field "answers" had too many elements')
              }

              if (obj.answers === 72) {
                throw new MaxLengthError('Streaming decode error - repeated field "answers" had too many elements')
              }

              for (const evt of RoundAnswer.codec().stream(reader, reader.uint32(), `${prefix}.answers[]`, {
                limits: opts.limits?.answers$
              })) {
                yield {
                  ...evt,
                  index: obj.answers
                }
              }

              obj.answers++

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

  export interface RoundRevealRoundIdFieldEvent {
    field: '$.roundId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundRevealSaltFieldEvent {
    field: '$.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundRevealModelIdFieldEvent {
    field: '$.modelId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundRevealTranscriptFieldEvent {
    field: '$.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundRevealAnswersItemFieldEvent {
    field: '$.answers[].item'
    value: number
    index: number
  }

  export interface RoundRevealAnswersTextFieldEvent {
    field: '$.answers[].text'
    value: string
    index: number
  }

  export function encode (obj: Partial<RoundReveal>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundReveal.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundReveal>): RoundReveal {
    return decodeMessage(buf, RoundReveal.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundReveal>): Generator<RoundRevealRoundIdFieldEvent | RoundRevealSaltFieldEvent | RoundRevealModelIdFieldEvent | RoundRevealTranscriptFieldEvent | RoundRevealAnswersItemFieldEvent | RoundRevealAnswersTextFieldEvent> {
    return streamMessage(buf, RoundReveal.codec(), opts)
  }
}

export interface RoundBallot {
  roundId: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
  modelId: Uint8Array<ArrayBuffer>
  transcript: Uint8Array<ArrayBuffer>
  replies: string[]
}

export namespace RoundBallot {
  let _codec: Codec<RoundBallot>

  export const codec = (): Codec<RoundBallot> => {
    if (_codec == null) {
      _codec = message<RoundBallot>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.roundId != null && obj.roundId.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.roundId)
        }

        if ((obj.salt != null && obj.salt.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.salt)
        }

        if ((obj.modelId != null && obj.modelId.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.modelId)
        }

        if ((obj.transcript != null && obj.transcript.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.transcript)
        }

        if (obj.replies != null && obj.replies.length > 0) {
          for (const value of obj.replies) {
            w.uint32(42)
            w.string(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          roundId: NO_BYTES,
          salt: NO_BYTES,
          modelId: NO_BYTES,
          transcript: NO_BYTES,
          replies: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.roundId = reader.bytes()
              break
            }
            case 2: {
              obj.salt = reader.bytes()
              break
            }
            case 3: {
              obj.modelId = reader.bytes()
              break
            }
            case 4: {
              obj.transcript = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.replies != null && obj.replies.length === opts.limits.replies) {
                throw new MaxLengthError('Decode error - repeated field "replies" had too many elements')
              }

              if (obj.replies.length === 20) {
                throw new MaxLengthError('Decode error - repeated field "replies" had too many elements')
              }

              obj.replies.push(reader.string())
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
          replies: 20
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.roundId`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.salt`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.modelId`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.transcript`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              if (opts.limits?.replies != null && obj.replies === opts.limits.replies) {
                throw new MaxLengthError('Streaming decode error - repeated field "replies" had too many elements')
              }

              if (obj.replies === 20) {
                throw new MaxLengthError('Streaming decode error - repeated field "replies" had too many elements')
              }

              yield {
                field: `${prefix}.replies[]`,
                index: obj.replies,
                value: reader.string()
              }

              obj.replies++

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

  export interface RoundBallotRoundIdFieldEvent {
    field: '$.roundId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundBallotSaltFieldEvent {
    field: '$.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundBallotModelIdFieldEvent {
    field: '$.modelId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundBallotTranscriptFieldEvent {
    field: '$.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoundBallotRepliesFieldEvent {
    field: '$.replies[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<RoundBallot>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoundBallot.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundBallot>): RoundBallot {
    return decodeMessage(buf, RoundBallot.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoundBallot>): Generator<RoundBallotRoundIdFieldEvent | RoundBallotSaltFieldEvent | RoundBallotModelIdFieldEvent | RoundBallotTranscriptFieldEvent | RoundBallotRepliesFieldEvent> {
    return streamMessage(buf, RoundBallot.codec(), opts)
  }
}

export interface QuizMessage {
  open?: RoundOpen
  precommit?: RoundPrecommit
  reveal?: RoundReveal
  request?: RoundRequest
  create?: RoundCreate
  prepare?: RoundPrepare
  ballot?: RoundBallot
}

export namespace QuizMessage {
  let _codec: Codec<QuizMessage>

  export const codec = (): Codec<QuizMessage> => {
    if (_codec == null) {
      _codec = message<QuizMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.open != null) {
          w.uint32(10)
          RoundOpen.codec().encode(obj.open, w)
        }

        if (obj.precommit != null) {
          w.uint32(18)
          RoundPrecommit.codec().encode(obj.precommit, w)
        }

        if (obj.reveal != null) {
          w.uint32(26)
          RoundReveal.codec().encode(obj.reveal, w)
        }

        if (obj.request != null) {
          w.uint32(34)
          RoundRequest.codec().encode(obj.request, w)
        }

        if (obj.create != null) {
          w.uint32(42)
          RoundCreate.codec().encode(obj.create, w)
        }

        if (obj.prepare != null) {
          w.uint32(50)
          RoundPrepare.codec().encode(obj.prepare, w)
        }

        if (obj.ballot != null) {
          w.uint32(58)
          RoundBallot.codec().encode(obj.ballot, w)
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
              obj.open = RoundOpen.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.open
              })
              break
            }
            case 2: {
              obj.precommit = RoundPrecommit.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.precommit
              })
              break
            }
            case 3: {
              obj.reveal = RoundReveal.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.reveal
              })
              break
            }
            case 4: {
              obj.request = RoundRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.request
              })
              break
            }
            case 5: {
              obj.create = RoundCreate.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.create
              })
              break
            }
            case 6: {
              obj.prepare = RoundPrepare.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.prepare
              })
              break
            }
            case 7: {
              obj.ballot = RoundBallot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ballot
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
              yield * RoundOpen.codec().stream(reader, reader.uint32(), `${prefix}.open`, {
                limits: opts.limits?.open
              })

              break
            }
            case 2: {
              yield * RoundPrecommit.codec().stream(reader, reader.uint32(), `${prefix}.precommit`, {
                limits: opts.limits?.precommit
              })

              break
            }
            case 3: {
              yield * RoundReveal.codec().stream(reader, reader.uint32(), `${prefix}.reveal`, {
                limits: opts.limits?.reveal
              })

              break
            }
            case 4: {
              yield * RoundRequest.codec().stream(reader, reader.uint32(), `${prefix}.request`, {
                limits: opts.limits?.request
              })

              break
            }
            case 5: {
              yield * RoundCreate.codec().stream(reader, reader.uint32(), `${prefix}.create`, {
                limits: opts.limits?.create
              })

              break
            }
            case 6: {
              yield * RoundPrepare.codec().stream(reader, reader.uint32(), `${prefix}.prepare`, {
                limits: opts.limits?.prepare
              })

              break
            }
            case 7: {
              yield * RoundBallot.codec().stream(reader, reader.uint32(), `${prefix}.ballot`, {
                limits: opts.limits?.ballot
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

  export interface QuizMessageOpenEpochFieldEvent {
    field: '$.open.epoch'
    value: number
  }

  export interface QuizMessageOpenViewFieldEvent {
    field: '$.open.view'
    value: number
  }

  export interface QuizMessageOpenPrevFieldEvent {
    field: '$.open.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageOpenIndexFieldEvent {
    field: '$.open.index'
    value: number
  }

  export interface QuizMessageOpenOpenedMsFieldEvent {
    field: '$.open.openedMs'
    value: number
  }

  export interface QuizMessageOpenCategoriesFieldEvent {
    field: '$.open.categories[]'
    index: number
    value: string
  }

  export interface QuizMessageOpenItemsPerCategoryFieldEvent {
    field: '$.open.itemsPerCategory'
    value: number
  }

  export interface QuizMessageOpenMaxAnswerTokensFieldEvent {
    field: '$.open.maxAnswerTokens'
    value: number
  }

  export interface QuizMessageOpenSeedBlockFieldEvent {
    field: '$.open.seedBlock'
    value: number
  }

  export interface QuizMessageOpenSeedBlockHashFieldEvent {
    field: '$.open.seedBlockHash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageOpenTimeoutsFieldEvent {
    field: '$.open.timeouts[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageOpenLevelFieldEvent {
    field: '$.open.level'
    value: number
  }

  export interface QuizMessageOpenNodesFieldEvent {
    field: '$.open.nodes'
    value: number
  }

  export interface QuizMessageOpenAuthoredFieldEvent {
    field: '$.open.authored[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessagePrecommitRoundIdFieldEvent {
    field: '$.precommit.roundId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessagePrecommitCommitmentFieldEvent {
    field: '$.precommit.commitment'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageRevealRoundIdFieldEvent {
    field: '$.reveal.roundId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageRevealSaltFieldEvent {
    field: '$.reveal.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageRevealModelIdFieldEvent {
    field: '$.reveal.modelId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageRevealTranscriptFieldEvent {
    field: '$.reveal.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageRevealAnswersItemFieldEvent {
    field: '$.reveal.answers[].item'
    value: number
    index: number
  }

  export interface QuizMessageRevealAnswersTextFieldEvent {
    field: '$.reveal.answers[].text'
    value: string
    index: number
  }

  export interface QuizMessageRequestEpochFieldEvent {
    field: '$.request.epoch'
    value: number
  }

  export interface QuizMessageRequestViewFieldEvent {
    field: '$.request.view'
    value: number
  }

  export interface QuizMessageRequestPrevFieldEvent {
    field: '$.request.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageRequestIndexFieldEvent {
    field: '$.request.index'
    value: number
  }

  export interface QuizMessageRequestSeedBlockFieldEvent {
    field: '$.request.seedBlock'
    value: number
  }

  export interface QuizMessageCreateEpochFieldEvent {
    field: '$.create.epoch'
    value: number
  }

  export interface QuizMessageCreatePrevFieldEvent {
    field: '$.create.prev'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageCreateCategoryFieldEvent {
    field: '$.create.category'
    value: string
  }

  export interface QuizMessageCreateTopicFieldEvent {
    field: '$.create.topic'
    value: string
  }

  export interface QuizMessageCreateSubTopicFieldEvent {
    field: '$.create.subTopic'
    value: string
  }

  export interface QuizMessagePrepareThemeFieldEvent {
    field: '$.prepare.theme'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessagePrepareQuestionsFieldEvent {
    field: '$.prepare.questions[]'
    index: number
    value: string
  }

  export interface QuizMessageBallotRoundIdFieldEvent {
    field: '$.ballot.roundId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageBallotSaltFieldEvent {
    field: '$.ballot.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageBallotModelIdFieldEvent {
    field: '$.ballot.modelId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageBallotTranscriptFieldEvent {
    field: '$.ballot.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuizMessageBallotRepliesFieldEvent {
    field: '$.ballot.replies[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<QuizMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, QuizMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QuizMessage>): QuizMessage {
    return decodeMessage(buf, QuizMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QuizMessage>): Generator<QuizMessageOpenEpochFieldEvent | QuizMessageOpenViewFieldEvent | QuizMessageOpenPrevFieldEvent | QuizMessageOpenIndexFieldEvent | QuizMessageOpenOpenedMsFieldEvent | QuizMessageOpenCategoriesFieldEvent | QuizMessageOpenItemsPerCategoryFieldEvent | QuizMessageOpenMaxAnswerTokensFieldEvent | QuizMessageOpenSeedBlockFieldEvent | QuizMessageOpenSeedBlockHashFieldEvent | QuizMessageOpenTimeoutsFieldEvent | QuizMessageOpenLevelFieldEvent | QuizMessageOpenNodesFieldEvent | QuizMessageOpenAuthoredFieldEvent | QuizMessagePrecommitRoundIdFieldEvent | QuizMessagePrecommitCommitmentFieldEvent | QuizMessageRevealRoundIdFieldEvent | QuizMessageRevealSaltFieldEvent | QuizMessageRevealModelIdFieldEvent | QuizMessageRevealTranscriptFieldEvent | QuizMessageRevealAnswersItemFieldEvent | QuizMessageRevealAnswersTextFieldEvent | QuizMessageRequestEpochFieldEvent | QuizMessageRequestViewFieldEvent | QuizMessageRequestPrevFieldEvent | QuizMessageRequestIndexFieldEvent | QuizMessageRequestSeedBlockFieldEvent | QuizMessageCreateEpochFieldEvent | QuizMessageCreatePrevFieldEvent | QuizMessageCreateCategoryFieldEvent | QuizMessageCreateTopicFieldEvent | QuizMessageCreateSubTopicFieldEvent | QuizMessagePrepareThemeFieldEvent | QuizMessagePrepareQuestionsFieldEvent | QuizMessageBallotRoundIdFieldEvent | QuizMessageBallotSaltFieldEvent | QuizMessageBallotModelIdFieldEvent | QuizMessageBallotTranscriptFieldEvent | QuizMessageBallotRepliesFieldEvent> {
    return streamMessage(buf, QuizMessage.codec(), opts)
  }
}
