import { NO_BYTES } from '../../../common/v1/no-bytes.js'
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface ModelOffer {
  id: Uint8Array<ArrayBuffer>
  name: string
  quantisation: string
  contextLength: number
  decodeTokensPerSecond: number
  prefillTokensPerSecond: number
  priceMicroPerKilotoken: number
  kind: number
}

export namespace ModelOffer {
  let _codec: Codec<ModelOffer>

  export const codec = (): Codec<ModelOffer> => {
    if (_codec == null) {
      _codec = message<ModelOffer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.id)
        }

        if ((obj.name != null && obj.name !== '')) {
          w.uint32(18)
          w.string(obj.name)
        }

        if ((obj.quantisation != null && obj.quantisation !== '')) {
          w.uint32(26)
          w.string(obj.quantisation)
        }

        if ((obj.contextLength != null && obj.contextLength !== 0)) {
          w.uint32(32)
          w.uint32(obj.contextLength)
        }

        if ((obj.decodeTokensPerSecond != null && obj.decodeTokensPerSecond !== 0)) {
          w.uint32(40)
          w.uint32(obj.decodeTokensPerSecond)
        }

        if ((obj.prefillTokensPerSecond != null && obj.prefillTokensPerSecond !== 0)) {
          w.uint32(48)
          w.uint32(obj.prefillTokensPerSecond)
        }

        if ((obj.priceMicroPerKilotoken != null && obj.priceMicroPerKilotoken !== 0)) {
          w.uint32(56)
          w.uint64Number(obj.priceMicroPerKilotoken)
        }

        if ((obj.kind != null && obj.kind !== 0)) {
          w.uint32(64)
          w.uint32(obj.kind)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: NO_BYTES,
          name: '',
          quantisation: '',
          contextLength: 0,
          decodeTokensPerSecond: 0,
          prefillTokensPerSecond: 0,
          priceMicroPerKilotoken: 0,
          kind: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.id = reader.bytes()
              break
            }
            case 2: {
              obj.name = reader.string()
              break
            }
            case 3: {
              obj.quantisation = reader.string()
              break
            }
            case 4: {
              obj.contextLength = reader.uint32()
              break
            }
            case 5: {
              obj.decodeTokensPerSecond = reader.uint32()
              break
            }
            case 6: {
              obj.prefillTokensPerSecond = reader.uint32()
              break
            }
            case 7: {
              obj.priceMicroPerKilotoken = reader.uint64Number()
              break
            }
            case 8: {
              obj.kind = reader.uint32()
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
                field: `${prefix}.id`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.name`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.quantisation`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.contextLength`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.decodeTokensPerSecond`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.prefillTokensPerSecond`,
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
                field: `${prefix}.kind`,
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

  export interface ModelOfferIdFieldEvent {
    field: '$.id'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ModelOfferNameFieldEvent {
    field: '$.name'
    value: string
  }

  export interface ModelOfferQuantisationFieldEvent {
    field: '$.quantisation'
    value: string
  }

  export interface ModelOfferContextLengthFieldEvent {
    field: '$.contextLength'
    value: number
  }

  export interface ModelOfferDecodeTokensPerSecondFieldEvent {
    field: '$.decodeTokensPerSecond'
    value: number
  }

  export interface ModelOfferPrefillTokensPerSecondFieldEvent {
    field: '$.prefillTokensPerSecond'
    value: number
  }

  export interface ModelOfferPriceMicroPerKilotokenFieldEvent {
    field: '$.priceMicroPerKilotoken'
    value: number
  }

  export interface ModelOfferKindFieldEvent {
    field: '$.kind'
    value: number
  }

  export function encode (obj: Partial<ModelOffer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ModelOffer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelOffer>): ModelOffer {
    return decodeMessage(buf, ModelOffer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ModelOffer>): Generator<ModelOfferIdFieldEvent | ModelOfferNameFieldEvent | ModelOfferQuantisationFieldEvent | ModelOfferContextLengthFieldEvent | ModelOfferDecodeTokensPerSecondFieldEvent | ModelOfferPrefillTokensPerSecondFieldEvent | ModelOfferPriceMicroPerKilotokenFieldEvent | ModelOfferKindFieldEvent> {
    return streamMessage(buf, ModelOffer.codec(), opts)
  }
}

export interface Presence {
  generation: number
  roles: number
  operator: Uint8Array<ArrayBuffer>
  operatorSignature: Uint8Array<ArrayBuffer>
  nodeSignature: Uint8Array<ArrayBuffer>
  models: ModelOffer[]
  fingerprint: string
  freeSlots: number
  totalSlots: number
  queueLength: number
  addresses: string[]
  agent: string
}

export namespace Presence {
  let _codec: Codec<Presence>

  export const codec = (): Codec<Presence> => {
    if (_codec == null) {
      _codec = message<Presence>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.generation != null && obj.generation !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.generation)
        }

        if ((obj.roles != null && obj.roles !== 0)) {
          w.uint32(16)
          w.uint32(obj.roles)
        }

        if ((obj.operator != null && obj.operator.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.operator)
        }

        if ((obj.operatorSignature != null && obj.operatorSignature.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.operatorSignature)
        }

        if ((obj.nodeSignature != null && obj.nodeSignature.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.nodeSignature)
        }

        if (obj.models != null && obj.models.length > 0) {
          for (const value of obj.models) {
            w.uint32(50)
            ModelOffer.codec().encode(value, w)
          }
        }

        if ((obj.fingerprint != null && obj.fingerprint !== '')) {
          w.uint32(58)
          w.string(obj.fingerprint)
        }

        if ((obj.freeSlots != null && obj.freeSlots !== 0)) {
          w.uint32(64)
          w.uint32(obj.freeSlots)
        }

        if ((obj.totalSlots != null && obj.totalSlots !== 0)) {
          w.uint32(72)
          w.uint32(obj.totalSlots)
        }

        if ((obj.queueLength != null && obj.queueLength !== 0)) {
          w.uint32(80)
          w.uint32(obj.queueLength)
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(90)
            w.string(value)
          }
        }

        if ((obj.agent != null && obj.agent !== '')) {
          w.uint32(98)
          w.string(obj.agent)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          generation: 0,
          roles: 0,
          operator: NO_BYTES,
          operatorSignature: NO_BYTES,
          nodeSignature: NO_BYTES,
          models: [],
          fingerprint: '',
          freeSlots: 0,
          totalSlots: 0,
          queueLength: 0,
          addresses: [],
          agent: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.generation = reader.uint64Number()
              break
            }
            case 2: {
              obj.roles = reader.uint32()
              break
            }
            case 3: {
              obj.operator = reader.bytes()
              break
            }
            case 4: {
              obj.operatorSignature = reader.bytes()
              break
            }
            case 5: {
              obj.nodeSignature = reader.bytes()
              break
            }
            case 6: {
              if (opts.limits?.models != null && obj.models.length === opts.limits.models) {
                throw new MaxLengthError('Decode error - repeated field "models" had too many elements')
              }

              if (obj.models.length === 32) {
                throw new MaxLengthError('Decode error - repeated field "models" had too many elements')
              }

              obj.models.push(ModelOffer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.models$
              }))
              break
            }
            case 7: {
              obj.fingerprint = reader.string()
              break
            }
            case 8: {
              obj.freeSlots = reader.uint32()
              break
            }
            case 9: {
              obj.totalSlots = reader.uint32()
              break
            }
            case 10: {
              obj.queueLength = reader.uint32()
              break
            }
            case 11: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              if (obj.addresses.length === 8) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.string())
              break
            }
            case 12: {
              obj.agent = reader.string()
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
          models: 32,
          addresses: 8
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.generation`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.roles`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.operator`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.operatorSignature`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.nodeSignature`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              if (opts.limits?.models != null && obj.models === opts.limits.models) {
                throw new MaxLengthError('Streaming decode error - repeated field "models" had too many elements')
              }

              if (obj.models === 32) {
                throw new MaxLengthError('Streaming decode error - repeated field "models" had too many elements')
              }

              for (const evt of ModelOffer.codec().stream(reader, reader.uint32(), `${prefix}.models[]`, {
                limits: opts.limits?.models$
              })) {
                yield {
                  ...evt,
                  index: obj.models
                }
              }

              obj.models++

              break
            }
            case 7: {
              yield {
                field: `${prefix}.fingerprint`,
                value: reader.string()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.freeSlots`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.totalSlots`,
                value: reader.uint32()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.queueLength`,
                value: reader.uint32()
              }
              break
            }
            case 11: {
              if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements')
              }

              if (obj.addresses === 8) {
                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements')
              }

              yield {
                field: `${prefix}.addresses[]`,
                index: obj.addresses,
                value: reader.string()
              }

              obj.addresses++

              break
            }
            case 12: {
              yield {
                field: `${prefix}.agent`,
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

  export interface PresenceGenerationFieldEvent {
    field: '$.generation'
    value: number
  }

  export interface PresenceRolesFieldEvent {
    field: '$.roles'
    value: number
  }

  export interface PresenceOperatorFieldEvent {
    field: '$.operator'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PresenceOperatorSignatureFieldEvent {
    field: '$.operatorSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PresenceNodeSignatureFieldEvent {
    field: '$.nodeSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PresenceModelsIdFieldEvent {
    field: '$.models[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PresenceModelsNameFieldEvent {
    field: '$.models[].name'
    value: string
    index: number
  }

  export interface PresenceModelsQuantisationFieldEvent {
    field: '$.models[].quantisation'
    value: string
    index: number
  }

  export interface PresenceModelsContextLengthFieldEvent {
    field: '$.models[].contextLength'
    value: number
    index: number
  }

  export interface PresenceModelsDecodeTokensPerSecondFieldEvent {
    field: '$.models[].decodeTokensPerSecond'
    value: number
    index: number
  }

  export interface PresenceModelsPrefillTokensPerSecondFieldEvent {
    field: '$.models[].prefillTokensPerSecond'
    value: number
    index: number
  }

  export interface PresenceModelsPriceMicroPerKilotokenFieldEvent {
    field: '$.models[].priceMicroPerKilotoken'
    value: number
    index: number
  }

  export interface PresenceModelsKindFieldEvent {
    field: '$.models[].kind'
    value: number
    index: number
  }

  export interface PresenceFingerprintFieldEvent {
    field: '$.fingerprint'
    value: string
  }

  export interface PresenceFreeSlotsFieldEvent {
    field: '$.freeSlots'
    value: number
  }

  export interface PresenceTotalSlotsFieldEvent {
    field: '$.totalSlots'
    value: number
  }

  export interface PresenceQueueLengthFieldEvent {
    field: '$.queueLength'
    value: number
  }

  export interface PresenceAddressesFieldEvent {
    field: '$.addresses[]'
    index: number
    value: string
  }

  export interface PresenceAgentFieldEvent {
    field: '$.agent'
    value: string
  }

  export function encode (obj: Partial<Presence>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Presence.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Presence>): Presence {
    return decodeMessage(buf, Presence.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Presence>): Generator<PresenceGenerationFieldEvent | PresenceRolesFieldEvent | PresenceOperatorFieldEvent | PresenceOperatorSignatureFieldEvent | PresenceNodeSignatureFieldEvent | PresenceModelsIdFieldEvent | PresenceModelsNameFieldEvent | PresenceModelsQuantisationFieldEvent | PresenceModelsContextLengthFieldEvent | PresenceModelsDecodeTokensPerSecondFieldEvent | PresenceModelsPrefillTokensPerSecondFieldEvent | PresenceModelsPriceMicroPerKilotokenFieldEvent | PresenceModelsKindFieldEvent | PresenceFingerprintFieldEvent | PresenceFreeSlotsFieldEvent | PresenceTotalSlotsFieldEvent | PresenceQueueLengthFieldEvent | PresenceAddressesFieldEvent | PresenceAgentFieldEvent> {
    return streamMessage(buf, Presence.codec(), opts)
  }
}
