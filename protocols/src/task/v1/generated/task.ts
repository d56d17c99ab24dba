import { NO_BYTES } from '../../../common/v1/no-bytes.js'
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface TaskHeader {
  sessionId: Uint8Array<ArrayBuffer>
  modelId: Uint8Array<ArrayBuffer>
  decodeSpec: Uint8Array<ArrayBuffer>
  payloadCommitment: Uint8Array<ArrayBuffer>
  assigned: Uint8Array<ArrayBuffer>[]
  redundancy: number
  priceMicroPerKilotoken: number
  maxTokens: number
  deadlineMs: number
  nonce: Uint8Array<ArrayBuffer>
  attempt: number
  isPrivate: boolean
}

export namespace TaskHeader {
  let _codec: Codec<TaskHeader>

  export const codec = (): Codec<TaskHeader> => {
    if (_codec == null) {
      _codec = message<TaskHeader>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.sessionId != null && obj.sessionId.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.sessionId)
        }

        if ((obj.modelId != null && obj.modelId.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.modelId)
        }

        if ((obj.decodeSpec != null && obj.decodeSpec.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.decodeSpec)
        }

        if ((obj.payloadCommitment != null && obj.payloadCommitment.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.payloadCommitment)
        }

        if (obj.assigned != null && obj.assigned.length > 0) {
          for (const value of obj.assigned) {
            w.uint32(42)
            w.bytes(value)
          }
        }

        if ((obj.redundancy != null && obj.redundancy !== 0)) {
          w.uint32(48)
          w.uint32(obj.redundancy)
        }

        if ((obj.priceMicroPerKilotoken != null && obj.priceMicroPerKilotoken !== 0)) {
          w.uint32(56)
          w.uint64Number(obj.priceMicroPerKilotoken)
        }

        if ((obj.maxTokens != null && obj.maxTokens !== 0)) {
          w.uint32(64)
          w.uint32(obj.maxTokens)
        }

        if ((obj.deadlineMs != null && obj.deadlineMs !== 0)) {
          w.uint32(72)
          w.uint64Number(obj.deadlineMs)
        }

        if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
          w.uint32(82)
          w.bytes(obj.nonce)
        }

        if ((obj.attempt != null && obj.attempt !== 0)) {
          w.uint32(88)
          w.uint32(obj.attempt)
        }

        if ((obj.isPrivate != null && obj.isPrivate !== false)) {
          w.uint32(96)
          w.bool(obj.isPrivate)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sessionId: NO_BYTES,
          modelId: NO_BYTES,
          decodeSpec: NO_BYTES,
          payloadCommitment: NO_BYTES,
          assigned: [],
          redundancy: 0,
          priceMicroPerKilotoken: 0,
          maxTokens: 0,
          deadlineMs: 0,
          nonce: NO_BYTES,
          attempt: 0,
          isPrivate: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.sessionId = reader.bytes()
              break
            }
            case 2: {
              obj.modelId = reader.bytes()
              break
            }
            case 3: {
              obj.decodeSpec = reader.bytes()
              break
            }
            case 4: {
              obj.payloadCommitment = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.assigned != null && obj.assigned.length === opts.limits.assigned) {
                throw new MaxLengthError('Decode error - repeated field "assigned" had too many elements')
              }

              if (obj.assigned.length === 8) {
                throw new MaxLengthError('Decode error - repeated field "assigned" had too many elements')
              }

              obj.assigned.push(reader.bytes())
              break
            }
            case 6: {
              obj.redundancy = reader.uint32()
              break
            }
            case 7: {
              obj.priceMicroPerKilotoken = reader.uint64Number()
              break
            }
            case 8: {
              obj.maxTokens = reader.uint32()
              break
            }
            case 9: {
              obj.deadlineMs = reader.uint64Number()
              break
            }
            case 10: {
              obj.nonce = reader.bytes()
              break
            }
            case 11: {
              obj.attempt = reader.uint32()
              break
            }
            case 12: {
              obj.isPrivate = reader.bool()
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
          assigned: 8
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.sessionId`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.modelId`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.decodeSpec`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.payloadCommitment`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              if (opts.limits?.assigned != null && obj.assigned === opts.limits.assigned) {
                throw new MaxLengthError('Streaming decode error - repeated field "assigned" had too many elements')
              }

              if (obj.assigned === 8) {
                throw new MaxLengthError('Streaming decode error - repeated field "assigned" had too many elements')
              }

              yield {
                field: `${prefix}.assigned[]`,
                index: obj.assigned,
                value: reader.bytes()
              }

              obj.assigned++

              break
            }
            case 6: {
              yield {
                field: `${prefix}.redundancy`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.priceMicroPerKilotoken`,
                value: reader.uint64Number()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.maxTokens`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.deadlineMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.nonce`,
                value: reader.bytes()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.attempt`,
                value: reader.uint32()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.isPrivate`,
                value: reader.bool()
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

  export interface TaskHeaderSessionIdFieldEvent {
    field: '$.sessionId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskHeaderModelIdFieldEvent {
    field: '$.modelId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskHeaderDecodeSpecFieldEvent {
    field: '$.decodeSpec'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskHeaderPayloadCommitmentFieldEvent {
    field: '$.payloadCommitment'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskHeaderAssignedFieldEvent {
    field: '$.assigned[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskHeaderRedundancyFieldEvent {
    field: '$.redundancy'
    value: number
  }

  export interface TaskHeaderPriceMicroPerKilotokenFieldEvent {
    field: '$.priceMicroPerKilotoken'
    value: number
  }

  export interface TaskHeaderMaxTokensFieldEvent {
    field: '$.maxTokens'
    value: number
  }

  export interface TaskHeaderDeadlineMsFieldEvent {
    field: '$.deadlineMs'
    value: number
  }

  export interface TaskHeaderNonceFieldEvent {
    field: '$.nonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskHeaderAttemptFieldEvent {
    field: '$.attempt'
    value: number
  }

  export interface TaskHeaderIsPrivateFieldEvent {
    field: '$.isPrivate'
    value: boolean
  }

  export function encode (obj: Partial<TaskHeader>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskHeader.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskHeader>): TaskHeader {
    return decodeMessage(buf, TaskHeader.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskHeader>): Generator<TaskHeaderSessionIdFieldEvent | TaskHeaderModelIdFieldEvent | TaskHeaderDecodeSpecFieldEvent | TaskHeaderPayloadCommitmentFieldEvent | TaskHeaderAssignedFieldEvent | TaskHeaderRedundancyFieldEvent | TaskHeaderPriceMicroPerKilotokenFieldEvent | TaskHeaderMaxTokensFieldEvent | TaskHeaderDeadlineMsFieldEvent | TaskHeaderNonceFieldEvent | TaskHeaderAttemptFieldEvent | TaskHeaderIsPrivateFieldEvent> {
    return streamMessage(buf, TaskHeader.codec(), opts)
  }
}
