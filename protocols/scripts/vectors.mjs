// Writes the golden vectors src/<family>/v1/vectors/*.json from the built package: `npm run vectors`. The bytes in them are the
// protocol: a difference after a change means that old and new nodes no longer understand each other.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blockCid } from '@cortensor/crypto'
import * as wire from '../dist/index.js'
import { toJson } from './lib/json.mjs'
import * as samples from './lib/samples.mjs'

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src')
const { miner, oracle, router, salt, nonce, scope } = samples
const codecs = { ...wire }
const networkId = wire.networkIdOf(scope.chainId, scope.registry)

/** Spoils valid bytes in ways that every decoder must notice. */
const protobufRefusals = (bytes) => [
  {
    why: 'an unknown field 31 at the end',
    bytes: Buffer.concat([bytes, Uint8Array.of(0xf8, 0x01, 0x01)]),
    code: 'WIRE_MALFORMED'
  },
  { why: 'the last byte is missing', bytes: bytes.subarray(0, -1), code: 'WIRE_MALFORMED' },
  { why: 'no bytes at all', bytes: new Uint8Array(0) }
]
const blockRefusals = (bytes) => [
  { why: 'a byte after the end', bytes: Buffer.concat([bytes, Uint8Array.of(0)]), code: 'WIRE_MALFORMED' },
  { why: 'the last byte is missing', bytes: bytes.subarray(0, -1), code: 'WIRE_MALFORMED' },
  { why: 'a list inside a list, 64 levels deep', bytes: new Uint8Array(65).fill(0x81, 0, 64), code: 'WIRE_LIMIT_EXCEEDED' }
]

function codeOf(decode, bytes) {
  try {
    decode(bytes)
  } catch (error) {
    return error.code
  }
  throw new Error('A refusal was accepted')
}

/** One file a message: valid values with their bytes, and bytes that are refused with this code. */
function write(family, name, message, values, refusals, derive = () => ({})) {
  const encode = codecs[`encode${message}`]
  const decode = codecs[`decode${message}`]
  const valid = values.map((value) => {
    const bytes = encode(value)
    return { value, bytes, ...derive(value, bytes) }
  })
  const refused = refusals(valid[0].bytes).map(({ why, bytes, code }) => {
    const found = codeOf(decode, bytes)
    if (code !== undefined && code !== found) {
      throw new Error(`${message}, ${why}: expected ${code}, got ${found}`)
    }
    return { why, code: found, bytes }
  })
  writeFile(family, name, { message, valid, refused })
}

const folderOf = (family) => join(source, family, 'v1', 'vectors')

function writeFile(family, name, content) {
  writeFileSync(join(folderOf(family), `${name}.json`), `${JSON.stringify(toJson(content), null, 2)}\n`)
}

const FAMILIES = [
  'blocks',
  'common',
  'presence',
  'task',
  'infer',
  'result',
  'quiz',
  'oracle',
  'transcript',
  'receipt',
  'report',
  'dataset'
]
for (const family of FAMILIES) {
  rmSync(folderOf(family), { recursive: true, force: true })
  mkdirSync(folderOf(family), { recursive: true })
}

write('blocks', 'blocks-request', 'BlocksRequest', samples.blocksRequests, protobufRefusals)

const binding = await wire.createBinding(miner, scope)
const presences = [samples.presence(binding), samples.presenceWithoutModels(binding)]
write('presence', 'presence', 'Presence', presences, protobufRefusals)
writeFile('presence', 'binding', {
  ...scope,
  nodeId: miner.nodeId,
  ...binding,
  digest: wire.bindingDigest({ ...scope, nodeId: miner.nodeId, operator: miner.operator })
})

const payloadBytes = wire.encodeInferPayload(samples.payload)
const commitment = wire.payloadCommitment(salt, payloadBytes)
const header = samples.taskHeader(commitment, wire.NATIVE_DECODE_SPEC)
const headerBytes = wire.encodeTaskHeader(header)
const taskId = wire.taskIdOf(networkId, router.nodeId, headerBytes)
const privateHeader = { ...header, privacy: 'private' }
write('task', 'task-header', 'TaskHeader', [header, privateHeader], protobufRefusals, (_value, bytes) => ({
  networkId,
  router: router.nodeId,
  taskId: wire.taskIdOf(networkId, router.nodeId, bytes)
}))

const openBytes = wire.encodeQuizMessage(samples.roundOpen)
const roundId = wire.roundIdOf(networkId, oracle.nodeId, openBytes)
const reveal = samples.roundReveal(roundId)
const transcript = samples.resultCommit(taskId).transcript

const resultCommitment = wire.resultCommitment(taskId, miner.nodeId, salt, transcript)
const auditReveal = samples.auditReveal(taskId)
const auditCommitment = wire.auditCommitment(oracle.nodeId, auditReveal)
const results = [
  samples.acknowledgement(taskId),
  samples.resultPrecommit(taskId, resultCommitment),
  samples.resultCommit(taskId),
  samples.auditPrecommit(taskId, auditCommitment),
  auditReveal,
  { ...auditReveal, vote: 'strict' },
  samples.auditPlant(taskId)
]
write('result', 'result-message', 'ResultMessage', results, protobufRefusals, (value) =>
  value.type === 'commit'
    ? { miner: miner.nodeId, commitment: resultCommitment }
    : value.type === 'audit-reveal'
      ? { auditor: oracle.nodeId, auditCommitment: wire.auditCommitment(oracle.nodeId, value) }
      : {}
)

const roundCommitment = wire.roundCommitment(miner.nodeId, reveal)
const seal = (signer, family, payload) => wire.sealEnvelope(signer, { networkId, family, ...samples.sealing, payload })
const created = await seal(miner, 'quiz', wire.encodeQuizMessage(samples.roundCreate))
const roundPrepare = samples.roundPrepare(wire.envelopeId(created))
const prepared = await seal(samples.second, 'quiz', wire.encodeQuizMessage(roundPrepare))
const authoredOpen = { ...samples.roundOpen, level: 1, authored: [created, prepared] }
const answers = [samples.roundPrecommit(roundId, roundCommitment), reveal]
const written = [samples.roundRequest, samples.roundCreate, roundPrepare]
const rounds = [samples.roundOpen, ...answers, ...written, authoredOpen, samples.roundBallot(roundId)]
write('quiz', 'quiz-message', 'QuizMessage', rounds, protobufRefusals, (value) =>
  ({
    open: () => ({
      ...{ networkId, oracle: oracle.nodeId, roundSeed: wire.roundSeed(value) },
      roundId: wire.roundIdOf(networkId, oracle.nodeId, wire.encodeQuizMessage(value))
    }),
    request: () => ({}),
    create: () => ({}),
    prepare: () => ({}),
    precommit: () => ({}),
    ballot: () => ({ panelId: wire.panelIdOf(value.roundId) }),
    reveal: () => ({ node: miner.nodeId, commitment: roundCommitment })
  })[value.type]()
)

const timeouts = [samples.timeout(samples.lastProposed), samples.timeout(null)]
const timeoutEnvelopes = await Promise.all(timeouts.map((value) => seal(oracle, 'oracle', wire.encodeOracleMessage(value))))
const proposals = [samples.propose([]), samples.propose(timeoutEnvelopes)]
const oracleMessages = [samples.observe, samples.emptyObserve, ...proposals, samples.attest, ...timeouts, samples.quorum]
write('oracle', 'oracle-message', 'OracleMessage', oracleMessages, protobufRefusals)

const envelopes = [
  { family: 'presence', signer: miner, payload: wire.encodePresence(presences[0]) },
  { family: 'task', signer: router, payload: headerBytes },
  { family: 'result', signer: miner, payload: wire.encodeResultMessage(results[1]) },
  { family: 'quiz', signer: oracle, payload: openBytes },
  { family: 'oracle', signer: oracle, payload: wire.encodeOracleMessage(samples.observe) }
]
const sealed = []
for (const { family, signer, payload } of envelopes) {
  const bytes = await seal(signer, family, payload)
  sealed.push({ family, sender: signer.nodeId, ...samples.sealing, payload, bytes, id: wire.envelopeId(bytes) })
}
const seeds = { router: 'node/router', miner: 'node/miner', oracle: 'node/oracle' }
writeFile('common', 'envelope', {
  ...scope,
  networkId,
  seedOf: Object.fromEntries(Object.entries(seeds).map(([name, label]) => [name, samples.bytes32(label)])),
  valid: sealed
})

write('infer', 'infer-payload', 'InferPayload', [samples.payload, samples.plainPayload], protobufRefusals, (_value, bytes) => ({
  salt,
  commitment: wire.payloadCommitment(salt, bytes)
}))
write('infer', 'infer-request', 'InferRequest', [{ header: sealed[1].bytes, payload: payloadBytes, salt }], protobufRefusals)
write('infer', 'infer-frame', 'InferFrame', samples.frames, protobufRefusals)
writeFile(
  'infer',
  'sampling-seed',
  [null, 0n, samples.payload.seed].map((userSeed) => ({
    taskId,
    miner: miner.nodeId,
    nonce,
    userSeed,
    seed: wire.samplingSeed(taskId, miner.nodeId, nonce, userSeed)
  }))
)

const withCid = (_value, bytes) => ({ cid: blockCid(bytes, 'dag-cbor') })
const traced = samples.tracedTranscript(networkId, taskId, headerBytes, wire.sealWindows)
const transcripts = [samples.taskTranscript(networkId, taskId, headerBytes), samples.quizTranscript(networkId, roundId), traced]
write('transcript', 'transcript', 'Transcript', transcripts, blockRefusals, withCid)
const privateBytes = wire.encodeTaskHeader(privateHeader)
const privateTaskId = wire.taskIdOf(networkId, router.nodeId, privateBytes)
const plain = samples.tracedTranscript(networkId, privateTaskId, privateBytes, wire.sealWindows)
const sealedBytes = await wire.sealTranscript(plain, miner, { randomBytes: samples.fixedBytes })
const sealedTranscript = wire.decodeStoredTranscript(sealedBytes)
codecs.encodeSealedTranscript = wire.encodeTranscript
codecs.decodeSealedTranscript = wire.decodeStoredTranscript
const taskSalt = plain.subject.assignment.salt
write('transcript', 'sealed-transcript', 'SealedTranscript', [sealedTranscript], blockRefusals, (value, bytes) => ({
  ...withCid(value, bytes),
  salt: taskSalt,
  key: wire.transcriptKey(taskSalt, privateTaskId, miner.nodeId),
  windowSalt: wire.windowSalt(taskSalt, privateTaskId, miner.nodeId),
  opened: wire.openTranscript(value, taskSalt)
}))
const receiptRefusals = (bytes) => [
  { why: 'a space after the end', bytes: Buffer.concat([bytes, Buffer.from(' ')]), code: 'WIRE_MALFORMED' },
  { why: 'the last byte is missing', bytes: bytes.subarray(0, -1), code: 'WIRE_MALFORMED' },
  { why: 'no indentation', bytes: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(bytes)))), code: 'WIRE_MALFORMED' },
  { why: 'no JSON', bytes: bytes.subarray(1), code: 'WIRE_MALFORMED' }
]
const receipts = [
  samples.receipt(taskId, wire.encodeTranscript(transcripts[0])),
  samples.receipt(taskId, null),
  samples.receipt(privateTaskId, sealedBytes, taskSalt)
]
write('receipt', 'receipt', 'Receipt', receipts, receiptRefusals)
const items = sealed.slice(1, 4).map(({ bytes }) => bytes)
write('report', 'bucket', 'Bucket', [samples.bucket(items), samples.bucket([])], blockRefusals, withCid)
write('dataset', 'dataset-root', 'DatasetRoot', [samples.datasetRoot, samples.emptyDatasetRoot], blockRefusals, withCid)
write('dataset', 'dataset-links', 'DatasetLinks', [samples.datasetRoot.lines, []], blockRefusals, withCid)
const reports = [samples.report(networkId, taskId, roundId, [sealed[4].bytes]), samples.firstReport(networkId)]
const dags = reports.map((value) => ({ value, ...wire.encodeReport(value) }))
writeFile(
  'report',
  'report',
  dags.map(({ value, cid, blocks }) => ({ value, cid, blocks: Object.fromEntries(blocks) }))
)
const roots = dags.map(({ cid, blocks }) => wire.decodeReportRoot(blocks.get(cid)))
write('report', 'report-root', 'ReportRoot', roots, blockRefusals, withCid)
for (const name of wire.SECTION_NAMES) {
  const [{ blocks }] = dags
  const rows = wire.decodeSection(
    name,
    roots[0].sections[name].chunks.map((cid) => blocks.get(cid))
  )
  codecs[`encodeReport ${name}`] = (value) => wire.encodeSection(name, value)[0]
  codecs[`decodeReport ${name}`] = (bytes) => wire.decodeSection(name, [bytes])
  write('report', `section-${name}`, `Report ${name}`, [rows], blockRefusals, withCid)
}
