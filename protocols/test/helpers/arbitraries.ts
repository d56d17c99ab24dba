import * as wire from '@cortensor/protocols'
import fc from 'fast-check'
import {
  bucket,
  inferFrame,
  inferPayload,
  inferRequest,
  oracleMessage,
  presence,
  quizMessage,
  resultMessage,
  sealedTranscript,
  taskHeader,
  transcript
} from './message-arbitraries.js'
import { reportRoot, result, SECTION_ROWS } from './report-arbitraries.js'
import { address, amount, blob, bytes, cid, count, epoch, hex32, int, nodeId, rawCid, text } from './values.js'

const receipt: fc.Arbitrary<wire.Receipt> = fc.record({
  version: fc.constant(1 as const),
  chainId: count,
  committeeAddress: address,
  result,
  inclusion: fc.array(hex32, { maxLength: wire.MAX_INCLUSION_PROOF }),
  commit: fc.record({
    ...{ epoch, prev: hex32, resultsRoot: hex32, rewardsRoot: hex32, reportCid: cid, config: hex32, transactionHash: hex32 },
    totals: fc.record({ results: count, rewards: amount }),
    view: int(0, wire.MAX_VIEW),
    blockNumber: count
  }),
  committee: fc
    .array(fc.record({ operator: address, nodeId }), { minLength: 1, maxLength: wire.MAX_COMMITTEE })
    .map((members) => ({ members, faults: members.length, attestations: members.length })),
  attestations: fc.array(fc.record({ index: int(0, wire.MAX_COMMITTEE - 1), signature: bytes(64) }), { maxLength: 3 }),
  transcript: fc.option(blob(300)),
  key: fc.option(bytes(32)),
  signature: bytes(64)
})

const datasetRoot: fc.Arbitrary<wire.DatasetRoot> = fc.record({
  version: fc.constant(1 as const),
  chainId: int(1, Number.MAX_SAFE_INTEGER),
  registry: address,
  license: text(wire.MAX_LICENSE_BYTES, 1),
  reports: fc.array(cid, { maxLength: 5 }),
  rows: count,
  lines: fc.array(rawCid, { maxLength: 5 }),
  messages: fc.array(cid, { maxLength: 5 })
})

/** Values of every message, by message. */
export const ARBITRARIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  BlocksRequest: fc.record({
    hashes: fc.uniqueArray(hex32, { minLength: 1, maxLength: wire.MAX_BLOCKS_PER_REQUEST })
  }),
  Presence: presence,
  TaskHeader: taskHeader,
  InferPayload: inferPayload,
  InferRequest: inferRequest,
  InferFrame: inferFrame,
  ResultMessage: resultMessage,
  QuizMessage: quizMessage,
  OracleMessage: oracleMessage,
  Transcript: transcript,
  SealedTranscript: sealedTranscript,
  Receipt: receipt,
  Bucket: bucket,
  DatasetRoot: datasetRoot,
  DatasetLinks: fc.array(rawCid, { maxLength: 5 }),
  ReportRoot: reportRoot,
  ...Object.fromEntries(wire.SECTION_NAMES.map((name) => [`Report ${name}`, SECTION_ROWS[name]]))
}
