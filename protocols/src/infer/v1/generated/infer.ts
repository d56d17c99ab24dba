import { NO_BYTES } from '../../../common/v1/no-bytes.js'
import { writeUint64 } from '../../../common/v1/uint64.js'
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Message {
  role: string
  content: string
}

export namespace Message {
  let _codec: Codec<Message>

  export const codec = (): Codec<Message> => {
    if (_codec == null) {
      _codec = message<Message>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.role != null && obj.role !== '')) {
          w.uint32(10)
          w.string(obj.role)
        }

        if ((obj.content != null && obj.content !== '')) {
          w.uint32(18)
          w.string(obj.content)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          role: '',
          content: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.role = reader.string()
              break
            }
            case 2: {
              obj.content = reader.string()
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
                field: `${prefix}.role`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.content`,
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

  export interface MessageRoleFieldEvent {
    field: '$.role'
    value: string
  }

  export interface MessageContentFieldEvent {
    field: '$.content'
    value: string
  }

  export function encode (obj: Partial<Message>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Message.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Message {
    return decodeMessage(buf, Message.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Generator<MessageRoleFieldEvent | MessageContentFieldEvent> {
    return streamMessage(buf, Message.codec(), opts)
  }
}

export interface InferPayload {
  messages: Message[]
  maxTokens: number
  temperatureMicros: number
  topPMicros: number
  topK: number
  minPMicros: number
  stop: string[]
  seed?: bigint
}

export namespace InferPayload {
  let _codec: Codec<InferPayload>

  export const codec = (): Codec<InferPayload> => {
    if (_codec == null) {
      _codec = message<InferPayload>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.messages != null && obj.messages.length > 0) {
          for (const value of obj.messages) {
            w.uint32(10)
            Message.codec().encode(value, w)
          }
        }

        if ((obj.maxTokens != null && obj.maxTokens !== 0)) {
          w.uint32(16)
          w.uint32(obj.maxTokens)
        }

        if ((obj.temperatureMicros != null && obj.temperatureMicros !== 0)) {
          w.uint32(24)
          w.uint32(obj.temperatureMicros)
        }

        if ((obj.topPMicros != null && obj.topPMicros !== 0)) {
          w.uint32(32)
          w.uint32(obj.topPMicros)
        }

        if ((obj.topK != null && obj.topK !== 0)) {
          w.uint32(40)
          w.uint32(obj.topK)
        }

        if ((obj.minPMicros != null && obj.minPMicros !== 0)) {
          w.uint32(48)
          w.uint32(obj.minPMicros)
        }

        if (obj.stop != null && obj.stop.length > 0) {
          for (const value of obj.stop) {
            w.uint32(58)
            w.string(value)
          }
        }

        if (obj.seed != null) {
          w.uint32(64)
          writeUint64(w, obj.seed)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          messages: [],
          maxTokens: 0,
          temperatureMicros: 0,
          topPMicros: 0,
          topK: 0,
          minPMicros: 0,
          stop: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.messages != null && obj.messages.length === opts.limits.messages) {
                throw new MaxLengthError('Decode error - repeated field "messages" had too many elements')
              }

              if (obj.messages.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "messages" had too many elements')
              }

              obj.messages.push(Message.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.messages$
              }))
              break
            }
            case 2: {
              obj.maxTokens = reader.uint32()
              break
            }
            case 3: {
              obj.temperatureMicros = reader.uint32()
              break
            }
            case 4: {
              obj.topPMicros = reader.uint32()
              break
            }
            case 5: {
              obj.topK = reader.uint32()
              break
            }
            case 6: {
              obj.minPMicros = reader.uint32()
              break
            }
            case 7: {
              if (opts.limits?.stop != null && obj.stop.length === opts.limits.stop) {
                throw new MaxLengthError('Decode error - repeated field "stop" had too many elements')
              }

              if (obj.stop.length === 4) {
                throw new MaxLengthError('Decode error - repeated field "stop" had too many elements')
              }

              obj.stop.push(reader.string())
              break
            }
            case 8: {
              obj.seed = reader.uint64()
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
          messages: 256,
          stop: 4
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.messages != null && obj.messages === opts.limits.messages) {
                throw new MaxLengthError('Streaming decode error - repeated field "messages" had too many elements')
              }

              if (obj.messages === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "messages" had too many elements')
              }

              for (const evt of Message.codec().stream(reader, reader.uint32(), `${prefix}.messages[]`, {
                limits: opts.limits?.messages$
              })) {
                yield {
                  ...evt,
                  index: obj.messages
                }
              }

              obj.messages++

              break
            }
            case 2: {
              yield {
                field: `${prefix}.maxTokens`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.temperatureMicros`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.topPMicros`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.topK`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.minPMicros`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              if (opts.limits?.stop != null && obj.stop === opts.limits.stop) {
                throw new MaxLengthError('Streaming decode error - repeated field "stop" had too many elements')
              }

              if (obj.stop === 4) {
                throw new MaxLengthError('Streaming decode error - repeated field "stop" had too many elements')
              }

              yield {
                field: `${prefix}.stop[]`,
                index: obj.stop,
                value: reader.string()
              }

              obj.stop++

              break
            }
            case 8: {
              yield {
                field: `${prefix}.seed`,
                value: reader.uint64()
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

  export interface InferPayloadMessagesRoleFieldEvent {
    field: '$.messages[].role'
    value: string
    index: number
  }

  export interface InferPayloadMessagesContentFieldEvent {
    field: '$.messages[].content'
    value: string
    index: number
  }

  export interface InferPayloadMaxTokensFieldEvent {
    field: '$.maxTokens'
    value: number
  }

  export interface InferPayloadTemperatureMicrosFieldEvent {
    field: '$.temperatureMicros'
    value: number
  }

  export interface InferPayloadTopPMicrosFieldEvent {
    field: '$.topPMicros'
    value: number
  }

  export interface InferPayloadTopKFieldEvent {
    field: '$.topK'
    value: number
  }

  export interface InferPayloadMinPMicrosFieldEvent {
    field: '$.minPMicros'
    value: number
  }

  export interface InferPayloadStopFieldEvent {
    field: '$.stop[]'
    index: number
    value: string
  }

  export interface InferPayloadSeedFieldEvent {
    field: '$.seed'
    value: bigint
  }

  export function encode (obj: Partial<InferPayload>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, InferPayload.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InferPayload>): InferPayload {
    return decodeMessage(buf, InferPayload.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InferPayload>): Generator<InferPayloadMessagesRoleFieldEvent | InferPayloadMessagesContentFieldEvent | InferPayloadMaxTokensFieldEvent | InferPayloadTemperatureMicrosFieldEvent | InferPayloadTopPMicrosFieldEvent | InferPayloadTopKFieldEvent | InferPayloadMinPMicrosFieldEvent | InferPayloadStopFieldEvent | InferPayloadSeedFieldEvent> {
    return streamMessage(buf, InferPayload.codec(), opts)
  }
}

export interface InferRequest {
  header: Uint8Array<ArrayBuffer>
  payload: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
}

export namespace InferRequest {
  let _codec: Codec<InferRequest>

  export const codec = (): Codec<InferRequest> => {
    if (_codec == null) {
      _codec = message<InferRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.header != null && obj.header.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.header)
        }

        if ((obj.payload != null && obj.payload.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.payload)
        }

        if ((obj.salt != null && obj.salt.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.salt)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          header: NO_BYTES,
          payload: NO_BYTES,
          salt: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.header = reader.bytes()
              break
            }
            case 2: {
              obj.payload = reader.bytes()
              break
            }
            case 3: {
              obj.salt = reader.bytes()
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
                field: `${prefix}.header`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.payload`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.salt`,
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

  export interface InferRequestHeaderFieldEvent {
    field: '$.header'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InferRequestPayloadFieldEvent {
    field: '$.payload'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InferRequestSaltFieldEvent {
    field: '$.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<InferRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, InferRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InferRequest>): InferRequest {
    return decodeMessage(buf, InferRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InferRequest>): Generator<InferRequestHeaderFieldEvent | InferRequestPayloadFieldEvent | InferRequestSaltFieldEvent> {
    return streamMessage(buf, InferRequest.codec(), opts)
  }
}

export interface Queued {
  ahead: number
  acknowledgement: Uint8Array<ArrayBuffer>
}

export namespace Queued {
  let _codec: Codec<Queued>

  export const codec = (): Codec<Queued> => {
    if (_codec == null) {
      _codec = message<Queued>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.ahead != null && obj.ahead !== 0)) {
          w.uint32(8)
          w.uint32(obj.ahead)
        }

        if ((obj.acknowledgement != null && obj.acknowledgement.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.acknowledgement)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          ahead: 0,
          acknowledgement: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ahead = reader.uint32()
              break
            }
            case 2: {
              obj.acknowledgement = reader.bytes()
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
                field: `${prefix}.ahead`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.acknowledgement`,
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

  export interface QueuedAheadFieldEvent {
    field: '$.ahead'
    value: number
  }

  export interface QueuedAcknowledgementFieldEvent {
    field: '$.acknowledgement'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Queued>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Queued.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Queued>): Queued {
    return decodeMessage(buf, Queued.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Queued>): Generator<QueuedAheadFieldEvent | QueuedAcknowledgementFieldEvent> {
    return streamMessage(buf, Queued.codec(), opts)
  }
}

export interface Accepted {
  promptTokens: number
  fingerprint: string
}

export namespace Accepted {
  let _codec: Codec<Accepted>

  export const codec = (): Codec<Accepted> => {
    if (_codec == null) {
      _codec = message<Accepted>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.promptTokens != null && obj.promptTokens !== 0)) {
          w.uint32(8)
          w.uint32(obj.promptTokens)
        }

        if ((obj.fingerprint != null && obj.fingerprint !== '')) {
          w.uint32(18)
          w.string(obj.fingerprint)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          promptTokens: 0,
          fingerprint: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.promptTokens = reader.uint32()
              break
            }
            case 2: {
              obj.fingerprint = reader.string()
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
                field: `${prefix}.promptTokens`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.fingerprint`,
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

  export interface AcceptedPromptTokensFieldEvent {
    field: '$.promptTokens'
    value: number
  }

  export interface AcceptedFingerprintFieldEvent {
    field: '$.fingerprint'
    value: string
  }

  export function encode (obj: Partial<Accepted>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Accepted.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Accepted>): Accepted {
    return decodeMessage(buf, Accepted.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Accepted>): Generator<AcceptedPromptTokensFieldEvent | AcceptedFingerprintFieldEvent> {
    return streamMessage(buf, Accepted.codec(), opts)
  }
}

export interface Declined {
  reason: string
  message: string
}

export namespace Declined {
  let _codec: Codec<Declined>

  export const codec = (): Codec<Declined> => {
    if (_codec == null) {
      _codec = message<Declined>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.reason != null && obj.reason !== '')) {
          w.uint32(10)
          w.string(obj.reason)
        }

        if ((obj.message != null && obj.message !== '')) {
          w.uint32(18)
          w.string(obj.message)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          reason: '',
          message: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.reason = reader.string()
              break
            }
            case 2: {
              obj.message = reader.string()
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
                field: `${prefix}.reason`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.message`,
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

  export interface DeclinedReasonFieldEvent {
    field: '$.reason'
    value: string
  }

  export interface DeclinedMessageFieldEvent {
    field: '$.message'
    value: string
  }

  export function encode (obj: Partial<Declined>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Declined.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Declined>): Declined {
    return decodeMessage(buf, Declined.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Declined>): Generator<DeclinedReasonFieldEvent | DeclinedMessageFieldEvent> {
    return streamMessage(buf, Declined.codec(), opts)
  }
}

export interface Token {
  text: string
  count: number
}

export namespace Token {
  let _codec: Codec<Token>

  export const codec = (): Codec<Token> => {
    if (_codec == null) {
      _codec = message<Token>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.text != null && obj.text !== '')) {
          w.uint32(10)
          w.string(obj.text)
        }

        if ((obj.count != null && obj.count !== 0)) {
          w.uint32(16)
          w.uint32(obj.count)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          text: '',
          count: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.text = reader.string()
              break
            }
            case 2: {
              obj.count = reader.uint32()
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
                field: `${prefix}.text`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.count`,
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

  export interface TokenTextFieldEvent {
    field: '$.text'
    value: string
  }

  export interface TokenCountFieldEvent {
    field: '$.count'
    value: number
  }

  export function encode (obj: Partial<Token>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Token.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Token {
    return decodeMessage(buf, Token.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Generator<TokenTextFieldEvent | TokenCountFieldEvent> {
    return streamMessage(buf, Token.codec(), opts)
  }
}

export interface End {
  finishReason: string
  promptTokens: number
  completionTokens: number
  transcript: Uint8Array<ArrayBuffer>
  firstTokenMs: number
  totalMs: number
}

export namespace End {
  let _codec: Codec<End>

  export const codec = (): Codec<End> => {
    if (_codec == null) {
      _codec = message<End>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.finishReason != null && obj.finishReason !== '')) {
          w.uint32(10)
          w.string(obj.finishReason)
        }

        if ((obj.promptTokens != null && obj.promptTokens !== 0)) {
          w.uint32(16)
          w.uint32(obj.promptTokens)
        }

        if ((obj.completionTokens != null && obj.completionTokens !== 0)) {
          w.uint32(24)
          w.uint32(obj.completionTokens)
        }

        if ((obj.transcript != null && obj.transcript.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.transcript)
        }

        if ((obj.firstTokenMs != null && obj.firstTokenMs !== 0)) {
          w.uint32(40)
          w.uint32(obj.firstTokenMs)
        }

        if ((obj.totalMs != null && obj.totalMs !== 0)) {
          w.uint32(48)
          w.uint32(obj.totalMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          finishReason: '',
          promptTokens: 0,
          completionTokens: 0,
          transcript: NO_BYTES,
          firstTokenMs: 0,
          totalMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.finishReason = reader.string()
              break
            }
            case 2: {
              obj.promptTokens = reader.uint32()
              break
            }
            case 3: {
              obj.completionTokens = reader.uint32()
              break
            }
            case 4: {
              obj.transcript = reader.bytes()
              break
            }
            case 5: {
              obj.firstTokenMs = reader.uint32()
              break
            }
            case 6: {
              obj.totalMs = reader.uint32()
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
                field: `${prefix}.finishReason`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.promptTokens`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.completionTokens`,
                value: reader.uint32()
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
              yield {
                field: `${prefix}.firstTokenMs`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.totalMs`,
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

  export interface EndFinishReasonFieldEvent {
    field: '$.finishReason'
    value: string
  }

  export interface EndPromptTokensFieldEvent {
    field: '$.promptTokens'
    value: number
  }

  export interface EndCompletionTokensFieldEvent {
    field: '$.completionTokens'
    value: number
  }

  export interface EndTranscriptFieldEvent {
    field: '$.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface EndFirstTokenMsFieldEvent {
    field: '$.firstTokenMs'
    value: number
  }

  export interface EndTotalMsFieldEvent {
    field: '$.totalMs'
    value: number
  }

  export function encode (obj: Partial<End>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, End.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): End {
    return decodeMessage(buf, End.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): Generator<EndFinishReasonFieldEvent | EndPromptTokensFieldEvent | EndCompletionTokensFieldEvent | EndTranscriptFieldEvent | EndFirstTokenMsFieldEvent | EndTotalMsFieldEvent> {
    return streamMessage(buf, End.codec(), opts)
  }
}

export interface Failed {
  code: string
  message: string
}

export namespace Failed {
  let _codec: Codec<Failed>

  export const codec = (): Codec<Failed> => {
    if (_codec == null) {
      _codec = message<Failed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.code != null && obj.code !== '')) {
          w.uint32(10)
          w.string(obj.code)
        }

        if ((obj.message != null && obj.message !== '')) {
          w.uint32(18)
          w.string(obj.message)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          code: '',
          message: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.code = reader.string()
              break
            }
            case 2: {
              obj.message = reader.string()
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
                field: `${prefix}.code`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.message`,
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

  export interface FailedCodeFieldEvent {
    field: '$.code'
    value: string
  }

  export interface FailedMessageFieldEvent {
    field: '$.message'
    value: string
  }

  export function encode (obj: Partial<Failed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Failed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Failed>): Failed {
    return decodeMessage(buf, Failed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Failed>): Generator<FailedCodeFieldEvent | FailedMessageFieldEvent> {
    return streamMessage(buf, Failed.codec(), opts)
  }
}

export interface InferFrame {
  accepted?: Accepted
  declined?: Declined
  token?: Token
  end?: End
  failed?: Failed
  queued?: Queued
}

export namespace InferFrame {
  let _codec: Codec<InferFrame>

  export const codec = (): Codec<InferFrame> => {
    if (_codec == null) {
      _codec = message<InferFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.accepted != null) {
          w.uint32(10)
          Accepted.codec().encode(obj.accepted, w)
        }

        if (obj.declined != null) {
          w.uint32(18)
          Declined.codec().encode(obj.declined, w)
        }

        if (obj.token != null) {
          w.uint32(26)
          Token.codec().encode(obj.token, w)
        }

        if (obj.end != null) {
          w.uint32(34)
          End.codec().encode(obj.end, w)
        }

        if (obj.failed != null) {
          w.uint32(42)
          Failed.codec().encode(obj.failed, w)
        }

        if (obj.queued != null) {
          w.uint32(50)
          Queued.codec().encode(obj.queued, w)
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
              obj.accepted = Accepted.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accepted
              })
              break
            }
            case 2: {
              obj.declined = Declined.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.declined
              })
              break
            }
            case 3: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 4: {
              obj.end = End.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.end
              })
              break
            }
            case 5: {
              obj.failed = Failed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.failed
              })
              break
            }
            case 6: {
              obj.queued = Queued.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.queued
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
              yield * Accepted.codec().stream(reader, reader.uint32(), `${prefix}.accepted`, {
                limits: opts.limits?.accepted
              })

              break
            }
            case 2: {
              yield * Declined.codec().stream(reader, reader.uint32(), `${prefix}.declined`, {
                limits: opts.limits?.declined
              })

              break
            }
            case 3: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 4: {
              yield * End.codec().stream(reader, reader.uint32(), `${prefix}.end`, {
                limits: opts.limits?.end
              })

              break
            }
            case 5: {
              yield * Failed.codec().stream(reader, reader.uint32(), `${prefix}.failed`, {
                limits: opts.limits?.failed
              })

              break
            }
            case 6: {
              yield * Queued.codec().stream(reader, reader.uint32(), `${prefix}.queued`, {
                limits: opts.limits?.queued
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

  export interface InferFrameAcceptedPromptTokensFieldEvent {
    field: '$.accepted.promptTokens'
    value: number
  }

  export interface InferFrameAcceptedFingerprintFieldEvent {
    field: '$.accepted.fingerprint'
    value: string
  }

  export interface InferFrameDeclinedReasonFieldEvent {
    field: '$.declined.reason'
    value: string
  }

  export interface InferFrameDeclinedMessageFieldEvent {
    field: '$.declined.message'
    value: string
  }

  export interface InferFrameTokenTextFieldEvent {
    field: '$.token.text'
    value: string
  }

  export interface InferFrameTokenCountFieldEvent {
    field: '$.token.count'
    value: number
  }

  export interface InferFrameEndFinishReasonFieldEvent {
    field: '$.end.finishReason'
    value: string
  }

  export interface InferFrameEndPromptTokensFieldEvent {
    field: '$.end.promptTokens'
    value: number
  }

  export interface InferFrameEndCompletionTokensFieldEvent {
    field: '$.end.completionTokens'
    value: number
  }

  export interface InferFrameEndTranscriptFieldEvent {
    field: '$.end.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InferFrameEndFirstTokenMsFieldEvent {
    field: '$.end.firstTokenMs'
    value: number
  }

  export interface InferFrameEndTotalMsFieldEvent {
    field: '$.end.totalMs'
    value: number
  }

  export interface InferFrameFailedCodeFieldEvent {
    field: '$.failed.code'
    value: string
  }

  export interface InferFrameFailedMessageFieldEvent {
    field: '$.failed.message'
    value: string
  }

  export interface InferFrameQueuedAheadFieldEvent {
    field: '$.queued.ahead'
    value: number
  }

  export interface InferFrameQueuedAcknowledgementFieldEvent {
    field: '$.queued.acknowledgement'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<InferFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, InferFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InferFrame>): InferFrame {
    return decodeMessage(buf, InferFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InferFrame>): Generator<InferFrameAcceptedPromptTokensFieldEvent | InferFrameAcceptedFingerprintFieldEvent | InferFrameDeclinedReasonFieldEvent | InferFrameDeclinedMessageFieldEvent | InferFrameTokenTextFieldEvent | InferFrameTokenCountFieldEvent | InferFrameEndFinishReasonFieldEvent | InferFrameEndPromptTokensFieldEvent | InferFrameEndCompletionTokensFieldEvent | InferFrameEndTranscriptFieldEvent | InferFrameEndFirstTokenMsFieldEvent | InferFrameEndTotalMsFieldEvent | InferFrameFailedCodeFieldEvent | InferFrameFailedMessageFieldEvent | InferFrameQueuedAheadFieldEvent | InferFrameQueuedAcknowledgementFieldEvent> {
    return streamMessage(buf, InferFrame.codec(), opts)
  }
}
