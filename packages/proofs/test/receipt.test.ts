import { cidFromHash, createVerifier } from '@cortensor/crypto'
import type { Address, EpochNumber, ModelId, SessionId, TaskId } from '@cortensor/interface'
import {
  decodeStoredTranscript,
  decodeTranscript,
  encodeTranscript,
  isSealed,
  sealReceipt,
  sealTranscript
} from '@cortensor/protocols'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkReceipt, type ReceiptCheck, type ReceiptFault } from '../src/index.js'
import { bytes32, type Content, hash, honestReceipt, miner, router, salt } from './receipts.js'

const verifier = createVerifier()
let honest: Awaited<ReturnType<typeof honestReceipt>>
beforeAll(async () => {
  honest = await honestReceipt()
})

const check = (bytes: Uint8Array): Promise<ReceiptCheck> => checkReceipt({ bytes, root: honest.chain.digest, verifier })

describe('a receipt', () => {
  it('holds against a digest, against all that the chain says, and without either', async () => {
    for (const root of [honest.chain.digest, honest.chain, null]) {
      const checked = await checkReceipt({ bytes: honest.bytes, root, verifier })
      expect(checked).toMatchObject({ isValid: true, reason: null, isAnchored: root !== null, digest: honest.chain.digest })
      expect(checked.transcript).toMatchObject({ generations: [{ text: 'The Rhine.' }] })
    }
  })

  it('is the same file for the same answer, which the benches check too', async () => {
    await expect(new TextDecoder().decode(honest.bytes)).toMatchFileSnapshot('fixtures/receipt.json')
  })

  it('fails with any byte flipped', async () => {
    const passed: number[] = []
    for (let at = 0; at < honest.bytes.byteLength; at++) {
      const bytes = honest.bytes.slice()
      bytes[at] = (bytes[at] as number) ^ (1 << (at % 8))
      passed.push(...((await check(bytes)).isValid ? [at] : []))
    }
    expect(passed).toEqual([])
  }, 60_000)

  it('fails when the same JSON is spelled in another way, cut short or made longer', async () => {
    const text = new TextDecoder().decode(honest.bytes)
    const json = JSON.parse(text) as Record<string, unknown>
    const { object, ...rest } = json
    const spellings = [
      JSON.stringify(json),
      `${text} `,
      text.trimEnd(),
      text.slice(0, -3),
      `\ufeff${text}`,
      text.replace('"version": 1', '"version": 1.0'),
      text.replace('{', '{\n  "object": "cortensor.receipt",'),
      `${JSON.stringify({ ...rest, object }, null, 2)}\n`,
      `${JSON.stringify({ ...json, more: 1 }, null, 2)}\n`
    ]
    for (const spelling of spellings) {
      expect(await check(new TextEncoder().encode(spelling))).toMatchObject({ isValid: false, reason: 'malformed' })
    }
  })

  it('of another epoch of the chain, or of none, fails', async () => {
    expect(await checkReceipt({ bytes: honest.bytes, root: hash('another'), verifier })).toMatchObject({ reason: 'digest' })
    expect(await check(new Uint8Array())).toMatchObject({ isValid: false, reason: 'malformed', receipt: null })
  })

  it('shows what the chain holds without the transcript, too', async () => {
    const bytes = await sealReceipt({ ...honest.content, transcript: null }, router)
    expect(await check(bytes)).toMatchObject({ isValid: true, transcript: null })
  })
})

describe('the receipt of a private task', () => {
  const of = (key: Uint8Array | null) => honestReceipt({ privacy: 'private', key })

  it('shows the answer with its key, and without it all but the answer', async () => {
    const [open, closed] = [await of(salt), await of(null)]
    const opened = await checkReceipt({ bytes: open.bytes, root: open.chain, verifier })
    expect(opened).toMatchObject({ isValid: true, transcript: { generations: [{ text: 'The Rhine.' }] } })
    const sealed = await checkReceipt({ bytes: closed.bytes, root: closed.chain, verifier })
    expect(sealed).toMatchObject({ isValid: true, isAnchored: true })
    expect(sealed.transcript !== null && isSealed(sealed.transcript)).toBe(true)
    expect(new TextDecoder().decode(closed.content.transcript!)).not.toContain('Rhine')
  })

  it('fails with another key, with a key and nothing to open, and with a changed open part', async () => {
    const { bytes, chain } = await of(bytes32('another'))
    expect(await checkReceipt({ bytes, root: chain, verifier })).toMatchObject({ isValid: false, reason: 'key' })
    const made = await of(salt)
    const without = await sealReceipt({ ...made.content, transcript: null }, router)
    expect(await checkReceipt({ bytes: without, root: made.chain, verifier })).toMatchObject({ reason: 'key' })
    const stored = decodeStoredTranscript(made.content.transcript!)
    const renamed = encodeTranscript({ ...stored, fingerprint: 'llama.cpp/2/cpu/haswell' })
    const forged = await honestReceipt({ privacy: 'private', transcript: renamed })
    expect(await checkReceipt({ bytes: forged.bytes, root: forged.chain, verifier })).toMatchObject({ reason: 'miner-signature' })
  })

  it('fails when the miner has left open what should be sealed, or sealed what should be open', async () => {
    const { miner: _miner, signature: _signature, version: _version, ...rest } = decodeTranscript(honest.content.transcript!)
    const sealed = await sealTranscript(rest, miner, { randomBytes: (length) => new Uint8Array(length) })
    const made = await honestReceipt({ transcript: sealed, key: salt })
    expect(await checkReceipt({ bytes: made.bytes, root: made.chain, verifier })).toMatchObject({ reason: 'privacy' })
    const unread = await honestReceipt({ transcript: sealed })
    expect(await checkReceipt({ bytes: unread.bytes, root: unread.chain, verifier })).toMatchObject({ reason: 'privacy' })
  })
})

/** What a router that lies in one place, and signs that, can be told by. */
const LIES: [string, ReceiptFault, (content: Content) => Content][] = [
  ['another chain', 'attestations', (c) => ({ ...c, chainId: c.chainId + 1 })],
  ['another contract', 'attestations', (c) => ({ ...c, committeeAddress: `0x${'43'.repeat(20)}` as Address })],
  ['another task', 'inclusion', (c) => ({ ...c, result: { ...c.result, taskId: '0'.repeat(64) as TaskId } })],
  ['another router', 'router-signature', (c) => ({ ...c, result: { ...c.result, router: miner.nodeId } })],
  ['another miner', 'inclusion', (c) => ({ ...c, result: { ...c.result, miner: router.nodeId } })],
  ['another model', 'inclusion', (c) => ({ ...c, result: { ...c.result, model: '0'.repeat(64) as ModelId } })],
  ['another answer', 'inclusion', (c) => ({ ...c, result: { ...c.result, transcript: cidFromHash(bytes32('other')) } })],
  ['more of a prompt', 'inclusion', (c) => ({ ...c, result: { ...c.result, promptTokens: 4 } })],
  ['more tokens', 'inclusion', (c) => ({ ...c, result: { ...c.result, completionTokens: 4 } })],
  ['another session', 'inclusion', (c) => ({ ...c, result: { ...c.result, session: '1'.repeat(64) as SessionId } })],
  ['another fee', 'inclusion', (c) => ({ ...c, result: { ...c.result, fee: 13n } })],
  ['another way to the root', 'inclusion', (c) => ({ ...c, inclusion: c.inclusion.toReversed() })],
  ['no way to the root', 'inclusion', (c) => ({ ...c, inclusion: [] })],
  ['another epoch', 'attestations', (c) => ({ ...c, commit: { ...c.commit, epoch: 8 as EpochNumber } })],
  ['another epoch before', 'attestations', (c) => ({ ...c, commit: { ...c.commit, prev: hash('x') } })],
  ['another root of results', 'inclusion', (c) => ({ ...c, commit: { ...c.commit, resultsRoot: hash('x') } })],
  ['another root of rewards', 'attestations', (c) => ({ ...c, commit: { ...c.commit, rewardsRoot: hash('x') } })],
  ['another report', 'attestations', (c) => ({ ...c, commit: { ...c.commit, reportCid: cidFromHash(bytes32('x')) } })],
  ['other totals', 'attestations', (c) => ({ ...c, commit: { ...c.commit, totals: { results: 4, rewards: 98n } } })],
  ['another config', 'attestations', (c) => ({ ...c, commit: { ...c.commit, config: hash('x') } })],
  ['another view', 'attestations', (c) => ({ ...c, commit: { ...c.commit, view: 2 } })],
  ['another block', 'chain', (c) => ({ ...c, commit: { ...c.commit, blockNumber: 82 } })],
  ['another transaction', 'chain', (c) => ({ ...c, commit: { ...c.commit, transactionHash: hash('x') } })],
  ['more faults', 'chain', (c) => ({ ...c, committee: { ...c.committee, faults: 0 } })],
  ['fewer attestations', 'chain', (c) => ({ ...c, committee: { ...c.committee, attestations: 1 } })],
  ['other members', 'attestations', (c) => ({ ...c, committee: { ...c.committee, members: c.committee.members.toReversed() } })],
  ['one attestation less', 'attestations', (c) => ({ ...c, attestations: c.attestations.slice(1) })],
  [
    'another attester',
    'attestations',
    (c) => ({ ...c, attestations: [c.attestations[0]!, { ...c.attestations[1]!, index: 3 }] })
  ],
  ['a key for what is open', 'key', (c) => ({ ...c, key: bytes32('x') })],
  ['another transcript', 'transcript', (c) => ({ ...c, transcript: c.transcript!.slice(0, -1) })]
]

describe('a router that lies', () => {
  it.each(LIES)('about %s is found by "%s"', async (_what, reason, change) => {
    const bytes = await sealReceipt(change(honest.content), router)
    expect(await checkReceipt({ bytes, root: honest.chain, verifier })).toMatchObject({ isValid: false, reason })
  })

  it('in every field is one that is in this list', () => {
    const content = honest.content
    const fields = [
      ...Object.keys(content).filter((key) => !['result', 'commit', 'committee'].includes(key)),
      ...[content.result, content.commit, content.committee].flatMap((part) => Object.keys(part))
    ]
    const changed = new Set(
      LIES.flatMap(([, , change]) => {
        const other = change(content)
        const differs = (a: object, b: object): string[] =>
          Object.keys(a).filter((key) => a[key as keyof typeof a] !== b[key as keyof typeof b])
        const parts = ['result', 'commit', 'committee'] as const
        return [...differs(content, other), ...parts.flatMap((part) => differs(content[part], other[part]))]
      })
    )
    expect(fields.filter((field) => !changed.has(field))).toEqual([])
  })

  it('with a transcript that another commit covers is found by what is in it', async () => {
    const { miner: _miner, signature: _signature, version: _version, ...rest } = decodeTranscript(honest.content.transcript!)
    const unsigned = encodeTranscript({ ...rest, version: 1, miner: miner.nodeId, signature: new Uint8Array(64) })
    const foreign = await sealTranscript(rest, router)
    for (const [transcript, reason] of [
      [unsigned, 'miner-signature'],
      [foreign, 'subject']
    ] as const) {
      const made = await honestReceipt({ transcript })
      const checked = await checkReceipt({ bytes: made.bytes, root: made.chain, verifier })
      expect(checked).toMatchObject({ isValid: false, reason })
    }
  })
})
