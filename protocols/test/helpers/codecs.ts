import * as wire from '@cortensor/protocols'

export interface AnyCodec {
  encode(value: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}

const codec = <T>(encode: (value: T) => Uint8Array, decode: (bytes: Uint8Array) => T): AnyCodec => ({
  encode: (value) => encode(value as T),
  decode
})

/** Of sections that fit one chunk. */
function sectionCodec(name: wire.SectionName): AnyCodec {
  return {
    encode(rows) {
      const chunks = wire.encodeSection(name, rows as never)
      if (chunks.length !== 1) {
        throw new RangeError(`Expected rows for one chunk of ${name}, got ${chunks.length}`)
      }
      return chunks[0] as Uint8Array
    },
    decode: (bytes) => wire.decodeSection(name, [bytes])
  }
}

/** Every encoder and decoder of the package, by message. */
export const CODECS: Readonly<Record<string, AnyCodec>> = {
  BlocksRequest: codec(wire.encodeBlocksRequest, wire.decodeBlocksRequest),
  Presence: codec(wire.encodePresence, wire.decodePresence),
  TaskHeader: codec(wire.encodeTaskHeader, wire.decodeTaskHeader),
  InferPayload: codec(wire.encodeInferPayload, wire.decodeInferPayload),
  InferRequest: codec(wire.encodeInferRequest, wire.decodeInferRequest),
  InferFrame: codec(wire.encodeInferFrame, wire.decodeInferFrame),
  ResultMessage: codec(wire.encodeResultMessage, wire.decodeResultMessage),
  QuizMessage: codec(wire.encodeQuizMessage, wire.decodeQuizMessage),
  OracleMessage: codec(wire.encodeOracleMessage, wire.decodeOracleMessage),
  Transcript: codec(wire.encodeTranscript, wire.decodeTranscript),
  SealedTranscript: codec(wire.encodeTranscript, wire.decodeStoredTranscript),
  Receipt: codec(wire.encodeReceipt, wire.decodeReceipt),
  Bucket: codec(wire.encodeBucket, wire.decodeBucket),
  DatasetRoot: codec(wire.encodeDatasetRoot, wire.decodeDatasetRoot),
  DatasetLinks: codec(wire.encodeDatasetLinks, wire.decodeDatasetLinks),
  ReportRoot: codec(wire.encodeReportRoot, wire.decodeReportRoot),
  ...Object.fromEntries(wire.SECTION_NAMES.map((name) => [`Report ${name}`, sectionCodec(name)]))
}

/** The code of what `run` throws; fails for anything but an error of the wire, null when nothing was thrown. */
export function wireCodeOf(run: () => unknown): wire.WireErrorCode | null {
  try {
    run()
    return null
  } catch (error) {
    if (wire.isWireError(error)) {
      return error.code
    }
    throw error
  }
}
