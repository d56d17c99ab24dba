import { bytesToHex32, cidFromHash, createSigner, publicKeyToNodeId, sha256 } from '@cortensor/crypto'
import type { ModelId, NetworkId } from '@cortensor/interface'
import * as wire from '@cortensor/protocols'
import { bytesToHex, compareBytes, utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { CODECS, wireCodeOf } from './helpers/codecs.js'
import { allMessageVectors } from './helpers/vectors.js'

const vectors = allMessageVectors()
const hash = (label: string) => sha256(utf8ToBytes(label))
const id = (label: string) => bytesToHex(hash(label))
const nodeId = (label: string) => publicKeyToNodeId(hash(label))
const times = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))

/** The first golden value that `matches`, as something that a test may change. */
function sampleOf<T>(message: string, matches: (value: Record<string, unknown>) => boolean = () => true): T {
  const values = vectors.find((file) => file.message === message)!.valid.map((vector) => vector.value)
  return structuredClone(values.find((value) => matches(value as Record<string, unknown>))) as T
}
const codeOf = (message: string, value: unknown) => wireCodeOf(() => CODECS[message]!.encode(value))

const presence = sampleOf<wire.Presence>('Presence')
const header = sampleOf<wire.TaskHeader>('TaskHeader')
const payload = sampleOf<wire.InferPayload>('InferPayload')
const commit = sampleOf<wire.ResultMessage>('ResultMessage', ({ type }) => type === 'commit')
const open = sampleOf<wire.RoundOpen>('QuizMessage', ({ type }) => type === 'open')
const reveal = sampleOf<wire.RoundReveal>('QuizMessage', ({ type }) => type === 'reveal')
const observe = sampleOf<wire.Observe>('OracleMessage', ({ type }) => type === 'observe')
const propose = sampleOf<wire.Propose>('OracleMessage', ({ type, view }) => type === 'propose' && view === 1)
const timeout = sampleOf<wire.Timeout>('OracleMessage', ({ type, last }) => type === 'timeout' && last !== null)
const quorum = sampleOf<wire.Quorum>('OracleMessage', ({ type }) => type === 'quorum')
const signed = quorum.signatures[0] as wire.Quorum['signatures'][number]
const transcript = sampleOf<wire.Transcript>('Transcript')
const report = sampleOf<wire.ReportRoot>('ReportRoot')
const dataset = sampleOf<wire.DatasetRoot>('DatasetRoot')
const bindings = sampleOf<wire.SectionRow['bindings'][]>('Report bindings')
const skills = sampleOf<wire.SectionRow['skills'][]>('Report skills')
const consumed = sampleOf<wire.SectionRow['consumed'][]>('Report consumed')
const [offer] = presence.models
const [generation] = transcript.generations
const [traced] = sampleOf<wire.Transcript>(
  'Transcript',
  (value) => (value as unknown as wire.Transcript).generations[0]!.windows.length > 0
).generations

const LIMIT = 'WIRE_LIMIT_EXCEEDED'
const MALFORMED = 'WIRE_MALFORMED'

const blocks = times(wire.MAX_BLOCKS_PER_REQUEST + 1, (i) => bytesToHex32(hash(`block ${i}`)))

const refusals: [string, string, unknown, string][] = [
  ['BlocksRequest', 'no block at all', { hashes: [] }, LIMIT],
  ['BlocksRequest', 'a block twice', { hashes: [blocks[0], blocks[0]] }, LIMIT],
  ['BlocksRequest', 'one block too many', { hashes: blocks }, LIMIT],
  ['Presence', 'a name above its limit', { ...presence, models: [{ ...offer, name: 'é'.repeat(49) }] }, LIMIT],
  ['Presence', 'a nameless model', { ...presence, models: [{ ...offer, name: '' }] }, LIMIT],
  ['Presence', 'an unknown kind of model', { ...presence, models: [{ ...offer, kind: 'vision' }] }, LIMIT],
  ['Presence', 'the same model twice', { ...presence, models: [offer, offer] }, LIMIT],
  ['Presence', '33 models', { ...presence, models: times(33, (i) => ({ ...offer, id: id(`${i}`) })) }, LIMIT],
  ['Presence', 'no role', { ...presence, roles: [] }, LIMIT],
  ['Presence', 'more free slots than slots', { ...presence, freeSlots: 5 }, LIMIT],
  ['Presence', 'a fraction', { ...presence, queueLength: 0.5 }, LIMIT],
  ['Presence', 'an unsafe integer', { ...presence, generation: 2 ** 53 }, LIMIT],
  [
    'Presence',
    'a signature of 65 bytes',
    { ...presence, binding: { ...presence.binding, nodeSignature: new Uint8Array(65) } },
    LIMIT
  ],
  ['Presence', 'nine addresses', { ...presence, addresses: times(9, () => '/ip4/127.0.0.1') }, LIMIT],
  ['Presence', 'an address that is none', { ...presence, addresses: ['127.0.0.1'] }, LIMIT],
  [
    'Presence',
    'an upper-case account',
    { ...presence, binding: { ...presence.binding, operator: `0x${'AB'.repeat(20)}` } },
    MALFORMED
  ],
  ['Presence', 'half a surrogate pair', { ...presence, agent: '\ud83c' }, MALFORMED],
  ['TaskHeader', 'an id of 31 bytes', { ...header, modelId: id('x').slice(2) }, MALFORMED],
  ['TaskHeader', 'no miner', { ...header, assigned: [], redundancy: 0 }, LIMIT],
  ['TaskHeader', 'nine miners', { ...header, assigned: times(9, (i) => nodeId(`${i}`)) }, LIMIT],
  ['TaskHeader', 'the same miner twice', { ...header, assigned: [nodeId('a'), nodeId('a')] }, LIMIT],
  ['TaskHeader', 'a redundancy above the miners', { ...header, redundancy: 3 }, LIMIT],
  ['TaskHeader', 'attempt 0', { ...header, attempt: 0 }, LIMIT],
  ['TaskHeader', 'a nonce of 16 bytes', { ...header, nonce: new Uint8Array(16) }, LIMIT],
  [
    'TaskHeader',
    'a peer id of another kind of key',
    { ...header, assigned: ['QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'] },
    MALFORMED
  ],
  ['InferPayload', 'no message', { ...payload, messages: [] }, LIMIT],
  ['InferPayload', 'an unknown role', { ...payload, messages: [{ role: 'tool', content: '' }] }, LIMIT],
  [
    'InferPayload',
    'a prompt above its limit',
    { ...payload, messages: [{ role: 'user', content: 'x'.repeat(131_072) }] },
    'WIRE_TOO_LARGE'
  ],
  ['InferPayload', 'a temperature above 2', { ...payload, sampling: { ...payload.sampling, temperature: 2.1 } }, LIMIT],
  [
    'InferPayload',
    'a temperature that is no number',
    { ...payload, sampling: { ...payload.sampling, temperature: Number.NaN } },
    LIMIT
  ],
  ['InferPayload', 'top-p 0', { ...payload, sampling: { ...payload.sampling, topP: 0 } }, LIMIT],
  ['InferPayload', 'min-p 1', { ...payload, sampling: { ...payload.sampling, minP: 1 } }, LIMIT],
  ['InferPayload', 'an empty stop text', { ...payload, sampling: { ...payload.sampling, stop: [''] } }, LIMIT],
  ['InferPayload', 'five stop texts', { ...payload, sampling: { ...payload.sampling, stop: times(5, String) } }, LIMIT],
  ['InferPayload', 'a seed of 65 bits', { ...payload, seed: 2n ** 64n }, LIMIT],
  ['InferPayload', 'a negative seed', { ...payload, seed: -1n }, LIMIT],
  ['InferRequest', 'an empty payload', { header: hash('h'), payload: new Uint8Array(0), salt: hash('s') }, LIMIT],
  ['InferRequest', 'a short salt', { header: hash('h'), payload: hash('p'), salt: new Uint8Array(31) }, LIMIT],
  ['InferFrame', 'a frame of no known type', { type: 'other' }, MALFORMED],
  ['InferFrame', 'an unknown reason', { type: 'declined', reason: 'tired', message: '' }, LIMIT],
  ['InferFrame', 'a text above its limit', { type: 'token', text: 'x'.repeat(8_193), count: 1 }, LIMIT],
  ['ResultMessage', 'a cancelled answer', { ...commit, finishReason: 'cancelled' }, LIMIT],
  ['ResultMessage', 'a raw CID', { ...commit, transcript: cidFromHash(hash('x'), 'raw') }, MALFORMED],
  ['QuizMessage', 'epoch 0', { ...open, epoch: 0 }, LIMIT],
  ['QuizMessage', 'an unknown category', { ...open, categories: ['poetry'] }, LIMIT],
  ['QuizMessage', 'a category twice', { ...open, categories: ['facts', 'facts'] }, LIMIT],
  ['QuizMessage', '25 items of a category', { ...open, categories: ['facts'], itemsPerCategory: 25 }, LIMIT],
  ['QuizMessage', '80 items', { ...open, categories: ['facts', 'text', 'logic', 'units'], itemsPerCategory: 20 }, LIMIT],
  ['QuizMessage', 'an answer twice', { ...reveal, answers: times(2, () => ({ item: 1, text: '' })) }, LIMIT],
  ['QuizMessage', 'an answer above its limit', { ...reveal, answers: [{ item: 1, text: 'x'.repeat(1_025) }] }, LIMIT],
  ['QuizMessage', 'item 72', { ...reveal, answers: [{ item: 72, text: '' }] }, LIMIT],
  ['OracleMessage', 'three buckets', { ...observe, buckets: times(3, (i) => cidFromHash(hash(`${i}`))) }, LIMIT],
  ['OracleMessage', '128 buckets', { ...observe, buckets: times(128, (i) => cidFromHash(hash(`${i}`))) }, LIMIT],
  ['OracleMessage', 'a node measured twice', { ...observe, measures: times(2, () => observe.measures[0]) }, LIMIT],
  [
    'OracleMessage',
    'more slots seen than there were',
    { ...observe, measures: [{ node: nodeId('a'), seen: 2, slots: 1 }] },
    LIMIT
  ],
  ['OracleMessage', 'a member beyond the largest committee', { ...quorum, signatures: [{ ...signed, index: 31 }] }, LIMIT],
  ['OracleMessage', 'a quorum of nobody', { ...quorum, signatures: [] }, LIMIT],
  ['OracleMessage', 'a short signature', { ...quorum, signatures: [{ ...signed, signature: new Uint8Array(63) }] }, LIMIT],
  ['OracleMessage', 'one member twice', { ...quorum, signatures: [signed, signed] }, LIMIT],
  ['QuizMessage', 'timeouts in view 0 of a round', { ...open, view: 0 }, LIMIT],
  ['OracleMessage', 'timeouts in view 0', { ...propose, view: 0 }, LIMIT],
  ['OracleMessage', 'a proposal of a later view in a timeout', { ...timeout, last: { ...timeout.last, view: 1 } }, LIMIT],
  ['OracleMessage', 'view 65,536', { ...timeout, view: 65_536 }, LIMIT],
  ['Transcript', 'two generations of a task', { ...transcript, generations: [generation, generation] }, LIMIT],
  ['Transcript', 'no generation', { ...transcript, generations: [] }, LIMIT],
  ['Transcript', 'another version', { ...transcript, version: 2 }, LIMIT],
  ['Transcript', 'a negative token', { ...transcript, generations: [{ ...generation, tokenIds: [-1] }] }, LIMIT],
  ['Transcript', 'a fractional token', { ...transcript, generations: [{ ...generation, tokenIds: [1.5] }] }, LIMIT],
  ['Transcript', 'half a surrogate pair', { ...transcript, generations: [{ ...generation, text: '\udc00' }] }, MALFORMED],
  [
    'Transcript',
    'more than two mebibytes',
    {
      ...transcript,
      generations: times(72, () => ({ ...generation, promptTokenIds: times(8_000, () => 100_000) })),
      subject: { type: 'quiz', roundId: id('round') }
    },
    'WIRE_TOO_LARGE'
  ],
  [
    'Transcript',
    'a window less than its tokens have',
    { ...transcript, generations: [{ ...traced, windows: traced!.windows.slice(1) }] },
    LIMIT
  ],
  [
    'Transcript',
    'a window of another length',
    { ...transcript, generations: [{ ...traced, windows: traced!.windows.toReversed() }] },
    LIMIT
  ],
  ['Transcript', 'half a signature', { ...transcript, signature: new Uint8Array(32) }, LIMIT],
  ['Bucket', 'an empty item', { version: 1, items: [new Uint8Array(0)] }, LIMIT],
  ['Bucket', 'the same item twice', { version: 1, items: [hash('a'), hash('a')] }, MALFORMED],
  ['Bucket', 'items in the wrong order', { version: 1, items: sorted([hash('a'), hash('b')]).reverse() }, MALFORMED],
  ['ReportRoot', 'an amount above 2^63 - 1', { ...report, totals: { results: 0, rewards: 2n ** 63n } }, LIMIT],
  ['ReportRoot', 'a negative amount', { ...report, totals: { results: 0, rewards: -1n } }, LIMIT],
  ['ReportRoot', 'a raw CID before it', { ...report, prevReport: cidFromHash(hash('x'), 'raw') }, MALFORMED],
  ['ReportRoot', 'more rows than a section has', withSection({ rows: wire.MAX_SECTION_ROWS + 1 }), LIMIT],
  ['ReportRoot', 'more bytes than all sections have together', withSection({ bytes: wire.MAX_REPORT_BYTES }), 'WIRE_TOO_LARGE'],
  [
    'ReportRoot',
    'more chunks than a section has',
    withSection({ chunks: times(wire.MAX_SECTION_CHUNKS + 1, () => report.prevReport!) }),
    LIMIT
  ],
  ['ReportRoot', 'a section without a name', { ...report, sections: { ...report.sections, skills: undefined } }, MALFORMED],
  ['DatasetRoot', 'a license without a name', { ...dataset, license: '' }, LIMIT],
  ['DatasetRoot', 'lines in a dag-cbor block', { ...dataset, lines: dataset.reports }, MALFORMED],
  ['DatasetRoot', 'a raw block as a report', { ...dataset, reports: dataset.lines }, MALFORMED],
  [
    'DatasetRoot',
    'more reports than a dataset has',
    { ...dataset, reports: times(wire.MAX_DATASET_REPORTS + 1, () => dataset.reports[0]!) },
    LIMIT
  ],
  ['DatasetLinks', 'a link to a dag-cbor block', dataset.reports, MALFORMED],
  ['DatasetLinks', 'more links than a block has', times(wire.MAX_DATASET_LINKS + 1, () => dataset.lines[0]!), LIMIT],
  ['Report bindings', 'rows in the wrong order', bindings.toReversed(), MALFORMED],
  ['Report bindings', 'a row twice', [bindings[0], bindings[0]], MALFORMED],
  ['Report skills', 'a node twice', [...skills, skills[0]], MALFORMED],
  ['Report skills', 'a node without a count', [[]], MALFORMED],
  ['Report consumed', 'a key that is no hash', [{ ...consumed[0], key: 'result/1' }], MALFORMED],
  ['Report consumed', 'rows by key and not by expiry', consumed.toSorted((a, b) => b.expiryMs - a.expiryMs), MALFORMED]
]

function withSection(change: Partial<wire.SectionRef>): wire.ReportRoot {
  return { ...report, sections: { ...report.sections, results: { ...report.sections.results, ...change } } }
}

function sorted(items: Uint8Array[]): Uint8Array[] {
  return items.sort((a, b) => compareBytes(sha256(a), sha256(b)))
}

describe('what is refused', () => {
  it.each(refusals)('%s: %s', (message, _why, value, code) => {
    expect(codeOf(message, value)).toBe(code)
  })

  it.each(Object.keys(CODECS))('%s: anything above the largest block, or file, before it is parsed', (message) => {
    const bytes = new Uint8Array(1 + (message === 'Receipt' ? wire.MAX_RECEIPT_BYTES : 2_097_152))
    expect(wireCodeOf(() => CODECS[message]!.decode(bytes))).toBe('WIRE_TOO_LARGE')
  })

  it('a number above 2^53 on the wire', () => {
    // Field 1 of Presence, the generation, as 2^53 and as 2^64 - 1.
    for (const varint of ['80808080808080 10'.replace(' ', ''), 'ffffffffffffffffff01']) {
      const bytes = Uint8Array.from(Buffer.from(`08${varint}`, 'hex'))
      expect(wireCodeOf(() => wire.decodePresence(bytes))).toMatch(/^WIRE_(LIMIT_EXCEEDED|MALFORMED)$/)
    }
  })

  it('a message with two of its fields set', () => {
    const [precommit, second] = vectors.find((file) => file.message === 'ResultMessage')!.valid
    const both = new Uint8Array(Buffer.concat([precommit!.bytes, second!.bytes]))
    expect(wireCodeOf(() => wire.decodeResultMessage(both))).toBe(MALFORMED)
  })

  it('fields in another order, and integers in a longer form', () => {
    const [, , token] = vectors.find((file) => file.message === 'InferFrame')!.valid
    const hex = bytesToHex(token!.bytes)
    expect(hex).toBe('1a090a05205769656e1001')
    expect(wireCodeOf(() => wire.decodeInferFrame(Buffer.from('1a0910010a05205769656e', 'hex')))).toBe(MALFORMED)
    expect(wireCodeOf(() => wire.decodeInferFrame(Buffer.from('1a0a0a05205769656e108100', 'hex')))).toBe(MALFORMED)
  })

  it('CBOR integers in a longer form, floats, other key order and unknown keys', () => {
    const bytes = wire.encodeBucket({ version: 1, items: [] })
    // {"items": [], "version": 1}
    expect(bytesToHex(bytes)).toBe('a2656974656d73806776657273696f6e01')
    const spellings = [
      'a2656974656d73806776657273696f6e1801',
      'a2656974656d73806776657273696f6efb3ff0000000000000',
      'a26776657273696f6e01656974656d7380',
      'a3656974656d7380657869747661806776657273696f6e01',
      'bf656974656d73806776657273696f6e01ff',
      'a2656974656d73f76776657273696f6e01'
    ]
    for (const hex of spellings) {
      expect(
        wireCodeOf(() => wire.decodeBucket(Buffer.from(hex, 'hex'))),
        hex
      ).toBe(MALFORMED)
    }
  })
})

describe('what fits', () => {
  const signer = createSigner({ nodeSeed: hash('node'), operatorKey: hash('operator') })
  const text = (bytes: number): string => 'é'.repeat(bytes / 2)
  const far = Number.MAX_SAFE_INTEGER
  const instance = { ...observe.instance, epoch: far }
  const largest: Record<wire.TopicFamily, () => Uint8Array> = {
    presence: () =>
      wire.encodePresence({
        ...presence,
        generation: far,
        roles: ['miner', 'oracle', 'router'],
        models: times(wire.MAX_MODELS, (i) => ({
          id: id(`model ${i}`) as ModelId,
          name: text(wire.MAX_MODEL_NAME_BYTES),
          kind: 'embedding',
          quantisation: text(wire.MAX_QUANTISATION_BYTES),
          contextLength: wire.MAX_CONTEXT_LENGTH,
          decodeTokensPerSecond: wire.MAX_TOKENS_PER_SECOND,
          prefillTokensPerSecond: wire.MAX_TOKENS_PER_SECOND,
          priceMicroPerKilotoken: wire.MAX_PRICE_MICRO_PER_KILOTOKEN
        })),
        fingerprint: text(wire.MAX_FINGERPRINT_BYTES),
        freeSlots: wire.MAX_SLOTS,
        totalSlots: wire.MAX_SLOTS,
        queueLength: wire.MAX_QUEUE_LENGTH,
        addresses: times(wire.MAX_ADDRESSES, () => `/${'x'.repeat(wire.MAX_ADDRESS_BYTES - 1)}`),
        agent: text(wire.MAX_AGENT_BYTES)
      }),
    task: () =>
      wire.encodeTaskHeader({
        ...header,
        assigned: times(wire.MAX_ASSIGNED, (i) => nodeId(`${i}`)),
        redundancy: wire.MAX_ASSIGNED,
        priceMicroPerKilotoken: wire.MAX_PRICE_MICRO_PER_KILOTOKEN,
        maxTokens: wire.MAX_ANSWER_TOKENS,
        deadlineMs: far,
        attempt: wire.MAX_ATTEMPTS,
        privacy: 'private'
      }),
    result: () =>
      wire.encodeResultMessage({
        ...commit,
        promptTokens: wire.MAX_PROMPT_TOKENS,
        completionTokens: wire.MAX_ANSWER_TOKENS,
        finishReason: 'length'
      } as wire.ResultMessage),
    quiz: () =>
      wire.encodeQuizMessage({
        ...reveal,
        type: 'reveal',
        answers: times(wire.MAX_ROUND_ITEMS, (item) => ({ item, text: text(wire.MAX_ANSWER_TEXT_BYTES) }))
      }),
    oracle: () =>
      wire.encodeOracleMessage({
        type: 'observe',
        instance,
        timeMs: far,
        buckets: times(wire.MAX_BUCKETS, (i) => cidFromHash(hash(`${i}`))),
        measures: times(wire.MAX_MEASURES, (i) => ({
          node: nodeId(`${i}`),
          seen: wire.MAX_PRESENCE_SLOTS,
          slots: wire.MAX_PRESENCE_SLOTS
        }))
      } as wire.OracleMessage)
  }
  const networkId = '0123456789abcdef' as NetworkId
  const seal = (family: wire.TopicFamily, bytes: Uint8Array) =>
    wire.sealEnvelope(signer, { networkId, family, sequence: far, expiryMs: far, payload: bytes })

  it.each(wire.TOPIC_FAMILIES)('the largest message of %s in its envelope', async (family) => {
    const bytes = await seal(family, largest[family]())
    expect(bytes.byteLength).toBeLessThanOrEqual(wire.TOPIC_LIMITS[family].maxBytes)
  })

  it('the largest payload of every topic in its envelope', async () => {
    for (const family of wire.TOPIC_FAMILIES) {
      const bytes = await seal(family, new Uint8Array(wire.maxPayloadBytes(family)))
      expect(bytes.byteLength).toBeLessThanOrEqual(wire.TOPIC_LIMITS[family].maxBytes)
    }
  })

  it('a TIMEOUT in its place of a PROPOSE, 31 of them in an envelope', async () => {
    const last = { view: wire.MAX_VIEW, report: cidFromHash(hash('r')), digest: timeout.instance.prev }
    const message = wire.encodeOracleMessage({ ...timeout, type: 'timeout', view: wire.MAX_VIEW, last })
    const envelope = await seal('oracle', message)
    expect(envelope.byteLength).toBeLessThanOrEqual(wire.MAX_TIMEOUT_ENVELOPE_BYTES)
    const timeouts = times(wire.MAX_COMMITTEE, () => envelope)
    const proposal = wire.encodeOracleMessage({ ...propose, type: 'propose', view: wire.MAX_VIEW, timeouts })
    expect((await seal('oracle', proposal)).byteLength).toBeLessThanOrEqual(wire.TOPIC_LIMITS.oracle.maxBytes)
  })

  it('the longest request and the longest frame of an answer', () => {
    const request = {
      header: new Uint8Array(wire.TOPIC_LIMITS.task.maxBytes),
      payload: new Uint8Array(wire.MAX_INFER_PAYLOAD_BYTES),
      salt: hash('salt')
    }
    expect(wire.decodeInferRequest(wire.encodeInferRequest(request))).toEqual(request)
    const frame: wire.InferFrame = { type: 'token', text: text(wire.MAX_TOKEN_TEXT_BYTES), count: wire.MAX_TOKENS_PER_FRAME }
    expect(wire.decodeInferFrame(wire.encodeInferFrame(frame))).toEqual(frame)
  })

  it('a transcript of 45,000 tokens of prompt and the longest answer', () => {
    const longIds = times(wire.MAX_ANSWER_TOKENS, (i) => 65_536 + i)
    const entries = longIds.length * wire.TRACE_TOP
    const longTrace = { top: wire.TRACE_TOP, ids: new Int32Array(entries).fill(262_143), logits: new Float32Array(entries) }
    const long: wire.Transcript = {
      ...transcript,
      generations: [
        {
          ...generation!,
          messages: [{ role: 'user', content: 'x'.repeat(131_000) }],
          promptTokenIds: times(45_000, (i) => 65_536 + i),
          tokenIds: longIds,
          windows: wire.sealWindows([], longIds, longTrace),
          text: 'x'.repeat(wire.MAX_GENERATION_TEXT_BYTES)
        }
      ]
    }
    expect(wire.decodeTranscript(wire.encodeTranscript(long))).toEqual(long)
  })

  it('a bucket of 3,000 results', () => {
    const items = sorted(times(3_000, (i) => new Uint8Array(Buffer.concat([hash(`${i}`), new Uint8Array(300)]))))
    expect(wire.decodeBucket(wire.encodeBucket({ version: 1, items })).items).toEqual(items)
  })
})
