import { NO_BYTES } from '../../../common/v1/no-bytes.js'
import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface ResultPrecommit {
  taskId: Uint8Array<ArrayBuffer>
  commitment: Uint8Array<ArrayBuffer>
}

export namespace ResultPrecommit {
  let _codec: Codec<ResultPrecommit>

  export const codec = (): Codec<ResultPrecommit> => {
    if (_codec == null) {
      _codec = message<ResultPrecommit>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.taskId != null && obj.taskId.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.taskId)
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
          taskId: NO_BYTES,
          commitment: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.taskId = reader.bytes()
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
                field: `${prefix}.taskId`,
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

  export interface ResultPrecommitTaskIdFieldEvent {
    field: '$.taskId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultPrecommitCommitmentFieldEvent {
    field: '$.commitment'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ResultPrecommit>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ResultPrecommit.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultPrecommit>): ResultPrecommit {
    return decodeMessage(buf, ResultPrecommit.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultPrecommit>): Generator<ResultPrecommitTaskIdFieldEvent | ResultPrecommitCommitmentFieldEvent> {
    return streamMessage(buf, ResultPrecommit.codec(), opts)
  }
}

export interface ResultCommit {
  taskId: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
  transcript: Uint8Array<ArrayBuffer>
  promptTokens: number
  completionTokens: number
  finishReason: string
}

export namespace ResultCommit {
  let _codec: Codec<ResultCommit>

  export const codec = (): Codec<ResultCommit> => {
    if (_codec == null) {
      _codec = message<ResultCommit>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.taskId != null && obj.taskId.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.taskId)
        }

        if ((obj.salt != null && obj.salt.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.salt)
        }

        if ((obj.transcript != null && obj.transcript.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.transcript)
        }

        if ((obj.promptTokens != null && obj.promptTokens !== 0)) {
          w.uint32(32)
          w.uint32(obj.promptTokens)
        }

        if ((obj.completionTokens != null && obj.completionTokens !== 0)) {
          w.uint32(40)
          w.uint32(obj.completionTokens)
        }

        if ((obj.finishReason != null && obj.finishReason !== '')) {
          w.uint32(50)
          w.string(obj.finishReason)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          taskId: NO_BYTES,
          salt: NO_BYTES,
          transcript: NO_BYTES,
          promptTokens: 0,
          completionTokens: 0,
          finishReason: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.taskId = reader.bytes()
              break
            }
            case 2: {
              obj.salt = reader.bytes()
              break
            }
            case 3: {
              obj.transcript = reader.bytes()
              break
            }
            case 4: {
              obj.promptTokens = reader.uint32()
              break
            }
            case 5: {
              obj.completionTokens = reader.uint32()
              break
            }
            case 6: {
              obj.finishReason = reader.string()
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
                field: `${prefix}.taskId`,
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
                field: `${prefix}.transcript`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.promptTokens`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.completionTokens`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.finishReason`,
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

  export interface ResultCommitTaskIdFieldEvent {
    field: '$.taskId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultCommitSaltFieldEvent {
    field: '$.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultCommitTranscriptFieldEvent {
    field: '$.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultCommitPromptTokensFieldEvent {
    field: '$.promptTokens'
    value: number
  }

  export interface ResultCommitCompletionTokensFieldEvent {
    field: '$.completionTokens'
    value: number
  }

  export interface ResultCommitFinishReasonFieldEvent {
    field: '$.finishReason'
    value: string
  }

  export function encode (obj: Partial<ResultCommit>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ResultCommit.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultCommit>): ResultCommit {
    return decodeMessage(buf, ResultCommit.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultCommit>): Generator<ResultCommitTaskIdFieldEvent | ResultCommitSaltFieldEvent | ResultCommitTranscriptFieldEvent | ResultCommitPromptTokensFieldEvent | ResultCommitCompletionTokensFieldEvent | ResultCommitFinishReasonFieldEvent> {
    return streamMessage(buf, ResultCommit.codec(), opts)
  }
}

export interface AuditPrecommit {
  subject: Uint8Array<ArrayBuffer>
  miner: Uint8Array<ArrayBuffer>
  round: number
  commitment: Uint8Array<ArrayBuffer>
}

export namespace AuditPrecommit {
  let _codec: Codec<AuditPrecommit>

  export const codec = (): Codec<AuditPrecommit> => {
    if (_codec == null) {
      _codec = message<AuditPrecommit>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.subject != null && obj.subject.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.subject)
        }

        if ((obj.miner != null && obj.miner.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.miner)
        }

        if ((obj.round != null && obj.round !== 0)) {
          w.uint32(24)
          w.uint32(obj.round)
        }

        if ((obj.commitment != null && obj.commitment.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.commitment)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          subject: NO_BYTES,
          miner: NO_BYTES,
          round: 0,
          commitment: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.subject = reader.bytes()
              break
            }
            case 2: {
              obj.miner = reader.bytes()
              break
            }
            case 3: {
              obj.round = reader.uint32()
              break
            }
            case 4: {
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
                field: `${prefix}.subject`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.miner`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.round`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
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

  export interface AuditPrecommitSubjectFieldEvent {
    field: '$.subject'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AuditPrecommitMinerFieldEvent {
    field: '$.miner'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AuditPrecommitRoundFieldEvent {
    field: '$.round'
    value: number
  }

  export interface AuditPrecommitCommitmentFieldEvent {
    field: '$.commitment'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<AuditPrecommit>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AuditPrecommit.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AuditPrecommit>): AuditPrecommit {
    return decodeMessage(buf, AuditPrecommit.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AuditPrecommit>): Generator<AuditPrecommitSubjectFieldEvent | AuditPrecommitMinerFieldEvent | AuditPrecommitRoundFieldEvent | AuditPrecommitCommitmentFieldEvent> {
    return streamMessage(buf, AuditPrecommit.codec(), opts)
  }
}

export interface AuditReveal {
  subject: Uint8Array<ArrayBuffer>
  miner: Uint8Array<ArrayBuffer>
  round: number
  salt: Uint8Array<ArrayBuffer>
  vote: string
  window: number
  sample: Uint8Array<ArrayBuffer>
  isExact: boolean
}

export namespace AuditReveal {
  let _codec: Codec<AuditReveal>

  export const codec = (): Codec<AuditReveal> => {
    if (_codec == null) {
      _codec = message<AuditReveal>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.subject != null && obj.subject.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.subject)
        }

        if ((obj.miner != null && obj.miner.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.miner)
        }

        if ((obj.round != null && obj.round !== 0)) {
          w.uint32(24)
          w.uint32(obj.round)
        }

        if ((obj.salt != null && obj.salt.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.salt)
        }

        if ((obj.vote != null && obj.vote !== '')) {
          w.uint32(42)
          w.string(obj.vote)
        }

        if ((obj.window != null && obj.window !== 0)) {
          w.uint32(48)
          w.uint32(obj.window)
        }

        if ((obj.sample != null && obj.sample.byteLength > 0)) {
          w.uint32(58)
          w.bytes(obj.sample)
        }

        if ((obj.isExact != null && obj.isExact !== false)) {
          w.uint32(64)
          w.bool(obj.isExact)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          subject: NO_BYTES,
          miner: NO_BYTES,
          round: 0,
          salt: NO_BYTES,
          vote: '',
          window: 0,
          sample: NO_BYTES,
          isExact: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.subject = reader.bytes()
              break
            }
            case 2: {
              obj.miner = reader.bytes()
              break
            }
            case 3: {
              obj.round = reader.uint32()
              break
            }
            case 4: {
              obj.salt = reader.bytes()
              break
            }
            case 5: {
              obj.vote = reader.string()
              break
            }
            case 6: {
              obj.window = reader.uint32()
              break
            }
            case 7: {
              obj.sample = reader.bytes()
              break
            }
            case 8: {
              obj.isExact = reader.bool()
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
                field: `${prefix}.subject`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.miner`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.round`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.salt`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.vote`,
                value: reader.string()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.window`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.sample`,
                value: reader.bytes()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.isExact`,
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

  export interface AuditRevealSubjectFieldEvent {
    field: '$.subject'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AuditRevealMinerFieldEvent {
    field: '$.miner'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AuditRevealRoundFieldEvent {
    field: '$.round'
    value: number
  }

  export interface AuditRevealSaltFieldEvent {
    field: '$.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AuditRevealVoteFieldEvent {
    field: '$.vote'
    value: string
  }

  export interface AuditRevealWindowFieldEvent {
    field: '$.window'
    value: number
  }

  export interface AuditRevealSampleFieldEvent {
    field: '$.sample'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AuditRevealIsExactFieldEvent {
    field: '$.isExact'
    value: boolean
  }

  export function encode (obj: Partial<AuditReveal>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AuditReveal.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AuditReveal>): AuditReveal {
    return decodeMessage(buf, AuditReveal.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AuditReveal>): Generator<AuditRevealSubjectFieldEvent | AuditRevealMinerFieldEvent | AuditRevealRoundFieldEvent | AuditRevealSaltFieldEvent | AuditRevealVoteFieldEvent | AuditRevealWindowFieldEvent | AuditRevealSampleFieldEvent | AuditRevealIsExactFieldEvent> {
    return streamMessage(buf, AuditReveal.codec(), opts)
  }
}

export interface AuditPlant {
  subject: Uint8Array<ArrayBuffer>
  secret: Uint8Array<ArrayBuffer>
}

export namespace AuditPlant {
  let _codec: Codec<AuditPlant>

  export const codec = (): Codec<AuditPlant> => {
    if (_codec == null) {
      _codec = message<AuditPlant>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.subject != null && obj.subject.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.subject)
        }

        if ((obj.secret != null && obj.secret.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.secret)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          subject: NO_BYTES,
          secret: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.subject = reader.bytes()
              break
            }
            case 2: {
              obj.secret = reader.bytes()
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
                field: `${prefix}.subject`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.secret`,
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

  export interface AuditPlantSubjectFieldEvent {
    field: '$.subject'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AuditPlantSecretFieldEvent {
    field: '$.secret'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<AuditPlant>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AuditPlant.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AuditPlant>): AuditPlant {
    return decodeMessage(buf, AuditPlant.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AuditPlant>): Generator<AuditPlantSubjectFieldEvent | AuditPlantSecretFieldEvent> {
    return streamMessage(buf, AuditPlant.codec(), opts)
  }
}

export interface ResultAcknowledgement {
  taskId: Uint8Array<ArrayBuffer>
}

export namespace ResultAcknowledgement {
  let _codec: Codec<ResultAcknowledgement>

  export const codec = (): Codec<ResultAcknowledgement> => {
    if (_codec == null) {
      _codec = message<ResultAcknowledgement>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.taskId != null && obj.taskId.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.taskId)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          taskId: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.taskId = reader.bytes()
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
                field: `${prefix}.taskId`,
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

  export interface ResultAcknowledgementTaskIdFieldEvent {
    field: '$.taskId'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ResultAcknowledgement>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ResultAcknowledgement.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultAcknowledgement>): ResultAcknowledgement {
    return decodeMessage(buf, ResultAcknowledgement.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultAcknowledgement>): Generator<ResultAcknowledgementTaskIdFieldEvent> {
    return streamMessage(buf, ResultAcknowledgement.codec(), opts)
  }
}

export interface ResultMessage {
  precommit?: ResultPrecommit
  commit?: ResultCommit
  auditPrecommit?: AuditPrecommit
  auditReveal?: AuditReveal
  auditPlant?: AuditPlant
  acknowledgement?: ResultAcknowledgement
}

export namespace ResultMessage {
  let _codec: Codec<ResultMessage>

  export const codec = (): Codec<ResultMessage> => {
    if (_codec == null) {
      _codec = message<ResultMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.precommit != null) {
          w.uint32(10)
          ResultPrecommit.codec().encode(obj.precommit, w)
        }

        if (obj.commit != null) {
          w.uint32(18)
          ResultCommit.codec().encode(obj.commit, w)
        }

        if (obj.auditPrecommit != null) {
          w.uint32(26)
          AuditPrecommit.codec().encode(obj.auditPrecommit, w)
        }

        if (obj.auditReveal != null) {
          w.uint32(34)
          AuditReveal.codec().encode(obj.auditReveal, w)
        }

        if (obj.auditPlant != null) {
          w.uint32(42)
          AuditPlant.codec().encode(obj.auditPlant, w)
        }

        if (obj.acknowledgement != null) {
          w.uint32(50)
          ResultAcknowledgement.codec().encode(obj.acknowledgement, w)
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
              obj.precommit = ResultPrecommit.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.precommit
              })
              break
            }
            case 2: {
              obj.commit = ResultCommit.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.commit
              })
              break
            }
            case 3: {
              obj.auditPrecommit = AuditPrecommit.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.auditPrecommit
              })
              break
            }
            case 4: {
              obj.auditReveal = AuditReveal.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.auditReveal
              })
              break
            }
            case 5: {
              obj.auditPlant = AuditPlant.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.auditPlant
              })
              break
            }
            case 6: {
              obj.acknowledgement = ResultAcknowledgement.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.acknowledgement
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
              yield * ResultPrecommit.codec().stream(reader, reader.uint32(), `${prefix}.precommit`, {
                limits: opts.limits?.precommit
              })

              break
            }
            case 2: {
              yield * ResultCommit.codec().stream(reader, reader.uint32(), `${prefix}.commit`, {
                limits: opts.limits?.commit
              })

              break
            }
            case 3: {
              yield * AuditPrecommit.codec().stream(reader, reader.uint32(), `${prefix}.auditPrecommit`, {
                limits: opts.limits?.auditPrecommit
              })

              break
            }
            case 4: {
              yield * AuditReveal.codec().stream(reader, reader.uint32(), `${prefix}.auditReveal`, {
                limits: opts.limits?.auditReveal
              })

              break
            }
            case 5: {
              yield * AuditPlant.codec().stream(reader, reader.uint32(), `${prefix}.auditPlant`, {
                limits: opts.limits?.auditPlant
              })

              break
            }
            case 6: {
              yield * ResultAcknowledgement.codec().stream(reader, reader.uint32(), `${prefix}.acknowledgement`, {
                limits: opts.limits?.acknowledgement
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

  export interface ResultMessagePrecommitTaskIdFieldEvent {
    field: '$.precommit.taskId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessagePrecommitCommitmentFieldEvent {
    field: '$.precommit.commitment'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageCommitTaskIdFieldEvent {
    field: '$.commit.taskId'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageCommitSaltFieldEvent {
    field: '$.commit.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageCommitTranscriptFieldEvent {
    field: '$.commit.transcript'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageCommitPromptTokensFieldEvent {
    field: '$.commit.promptTokens'
    value: number
  }

  export interface ResultMessageCommitCompletionTokensFieldEvent {
    field: '$.commit.completionTokens'
    value: number
  }

  export interface ResultMessageCommitFinishReasonFieldEvent {
    field: '$.commit.finishReason'
    value: string
  }

  export interface ResultMessageAuditPrecommitSubjectFieldEvent {
    field: '$.auditPrecommit.subject'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditPrecommitMinerFieldEvent {
    field: '$.auditPrecommit.miner'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditPrecommitRoundFieldEvent {
    field: '$.auditPrecommit.round'
    value: number
  }

  export interface ResultMessageAuditPrecommitCommitmentFieldEvent {
    field: '$.auditPrecommit.commitment'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditRevealSubjectFieldEvent {
    field: '$.auditReveal.subject'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditRevealMinerFieldEvent {
    field: '$.auditReveal.miner'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditRevealRoundFieldEvent {
    field: '$.auditReveal.round'
    value: number
  }

  export interface ResultMessageAuditRevealSaltFieldEvent {
    field: '$.auditReveal.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditRevealVoteFieldEvent {
    field: '$.auditReveal.vote'
    value: string
  }

  export interface ResultMessageAuditRevealWindowFieldEvent {
    field: '$.auditReveal.window'
    value: number
  }

  export interface ResultMessageAuditRevealSampleFieldEvent {
    field: '$.auditReveal.sample'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditRevealIsExactFieldEvent {
    field: '$.auditReveal.isExact'
    value: boolean
  }

  export interface ResultMessageAuditPlantSubjectFieldEvent {
    field: '$.auditPlant.subject'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAuditPlantSecretFieldEvent {
    field: '$.auditPlant.secret'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultMessageAcknowledgementTaskIdFieldEvent {
    field: '$.acknowledgement.taskId'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ResultMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ResultMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultMessage>): ResultMessage {
    return decodeMessage(buf, ResultMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultMessage>): Generator<ResultMessagePrecommitTaskIdFieldEvent | ResultMessagePrecommitCommitmentFieldEvent | ResultMessageCommitTaskIdFieldEvent | ResultMessageCommitSaltFieldEvent | ResultMessageCommitTranscriptFieldEvent | ResultMessageCommitPromptTokensFieldEvent | ResultMessageCommitCompletionTokensFieldEvent | ResultMessageCommitFinishReasonFieldEvent | ResultMessageAuditPrecommitSubjectFieldEvent | ResultMessageAuditPrecommitMinerFieldEvent | ResultMessageAuditPrecommitRoundFieldEvent | ResultMessageAuditPrecommitCommitmentFieldEvent | ResultMessageAuditRevealSubjectFieldEvent | ResultMessageAuditRevealMinerFieldEvent | ResultMessageAuditRevealRoundFieldEvent | ResultMessageAuditRevealSaltFieldEvent | ResultMessageAuditRevealVoteFieldEvent | ResultMessageAuditRevealWindowFieldEvent | ResultMessageAuditRevealSampleFieldEvent | ResultMessageAuditRevealIsExactFieldEvent | ResultMessageAuditPlantSubjectFieldEvent | ResultMessageAuditPlantSecretFieldEvent | ResultMessageAcknowledgementTaskIdFieldEvent> {
    return streamMessage(buf, ResultMessage.codec(), opts)
  }
}
