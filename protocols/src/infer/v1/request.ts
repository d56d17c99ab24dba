import { ownBytes, readBlob, readBytes } from '../../common/v1/checks.js'
import { TOPIC_LIMITS } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { InferRequest as WireInferRequest } from './generated/infer.js'
import { INFER_LIMITS, MAX_INFER_PAYLOAD_BYTES } from './limits.js'
import type { InferRequest } from './types.js'

const codec = createWireCodec<InferRequest, WireInferRequest>({
  name: 'InferRequest',
  maxBytes: INFER_LIMITS.maxRequestBytes,
  message: WireInferRequest,
  toWire: (request) => ({
    header: ownBytes(request.header),
    payload: ownBytes(request.payload),
    salt: ownBytes(request.salt)
  }),
  fromWire: (wire) => ({
    header: readBlob(wire.header, TOPIC_LIMITS.task.maxBytes, 'header'),
    payload: readBlob(wire.payload, MAX_INFER_PAYLOAD_BYTES, 'payload'),
    salt: readBytes(wire.salt, 32, 'salt')
  })
})

export const encodeInferRequest = codec.encode
/** The header and the payload inside are checked by their own decoders. */
export const decodeInferRequest = codec.decode
