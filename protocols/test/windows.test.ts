import { createSigner, createVerifier, sha256, verifyMerkleProof } from '@cortensor/crypto'
import type { LogitTrace } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countWindows,
  decodeTranscript,
  isTranscriptSigned,
  LOGIT_STEP,
  MAX_LOGIT_DISTANCE,
  promptDigest,
  readTop,
  sealTranscript,
  sealWindows,
  TRACE_TOP,
  type Transcript,
  WINDOW_TOKENS,
  windowHash,
  windowsTree
} from '../src/index.js'
import vectors from '../src/transcript/v1/vectors/transcript.json' with { type: 'json' }

function traceOf(positions: readonly (readonly number[])[]): LogitTrace {
  const top = Math.max(1, ...positions.map((logits) => logits.length))
  const ids = positions.flatMap((logits, position) =>
    Array.from({ length: top }, (_, i) => (i < logits.length ? position * 10 + i : -1))
  )
  return {
    top,
    ids: Int32Array.from(ids),
    logits: Float32Array.from(positions.flatMap((l) => [...l, ...Array(top - l.length).fill(0)]))
  }
}

const logits = fc
  .array(fc.float({ min: -20, max: 40, noNaN: true }), { minLength: 1, maxLength: 12 })
  .map((values) => values.toSorted((a, b) => b - a))
const trace = fc.array(logits, { minLength: 1, maxLength: 70 }).map(traceOf)
const idsOf = ({ ids, top }: LogitTrace) => Array.from({ length: ids.length / top }, (_, i) => i + 1)

describe('windows', () => {
  it('tell the first eight tokens of every position, rounded to a step', () => {
    fc.assert(
      fc.property(trace, (value) => {
        const tokenIds = idsOf(value)
        const windows = sealWindows([1], tokenIds, value)
        expect(windows).toHaveLength(countWindows(tokenIds.length))
        for (const position of tokenIds.keys()) {
          const { top } = windows[Math.floor(position / WINDOW_TOKENS)]!
          const told = readTop(top, position % WINDOW_TOKENS)
          const from = position * value.top
          const there = Math.min(TRACE_TOP, value.ids.subarray(from, from + value.top).filter((id) => id !== -1).length)
          expect(told.ids).toEqual([...value.ids.subarray(from, from + there)])
          for (const [index, logit] of told.logits.entries()) {
            const exact = Math.max(value.logits[from + index]!, value.logits[from]! - MAX_LOGIT_DISTANCE)
            expect(Math.abs(logit - exact)).toBeLessThanOrEqual(LOGIT_STEP / 2 + 1e-9)
          }
        }
      })
    )
  })

  it('have hashes that change with any exact logit, id or token, and with everything before', () => {
    const value = traceOf(Array.from({ length: 40 }, (_, i) => [20 - i / 7, 1, 0]))
    const tokenIds = idsOf(value)
    const hashes = (change: (copy: { value: LogitTrace; tokenIds: number[]; prompt: number[] }) => void) => {
      const copy = {
        value: { ...value, ids: value.ids.slice(), logits: value.logits.slice() },
        tokenIds: [...tokenIds],
        prompt: [1, 2]
      }
      change(copy)
      return sealWindows(copy.prompt, copy.tokenIds, copy.value).map(({ hash }) => Buffer.from(hash).toString('hex'))
    }
    const [first, second] = hashes(() => {})
    // The smallest change that a 32-bit float knows: far below what the rounded logits show.
    const bit = hashes((copy) => new Int32Array(copy.value.logits.buffer)[0]!++)
    expect(bit[0]).not.toBe(first)
    expect(bit[1]).not.toBe(second)
    const later = hashes((copy) => copy.tokenIds.splice(39, 1, 9))
    expect(later[0]).toBe(first)
    expect(later[1]).not.toBe(second)
    expect(hashes((copy) => copy.prompt.push(3))[0]).not.toBe(first)
    expect(hashes((copy) => copy.value.ids.set([7], 1))[0]).not.toBe(first)
  })

  it('can be hashed again alone, after the hash before', () => {
    const value = traceOf(Array.from({ length: 40 }, (_, i) => [20 - i / 7, 1, 0]))
    const tokenIds = idsOf(value)
    const [first, second] = sealWindows([1, 2], tokenIds, value)
    const part = { top: 3, ids: value.ids.slice(96), logits: value.logits.slice(96) }
    expect(windowHash(first!.hash, tokenIds.slice(32), part)).toEqual(second!.hash)
    expect(windowHash(promptDigest([1, 2]), tokenIds.slice(32), part)).not.toEqual(second!.hash)
  })

  it('are leaves of a tree whose proofs hold for themselves alone', () => {
    const value = traceOf(Array.from({ length: 100 }, (_, i) => [i, i - 1]))
    const tokenIds = idsOf(value)
    const windows = sealWindows([1], tokenIds, value)
    const tree = windowsTree(tokenIds, windows)
    const single = windows.map((_, index) =>
      windowsTree(tokenIds.slice(0, (index + 1) * WINDOW_TOKENS), windows.slice(0, index + 1))
    )
    expect(single[0]!.root).not.toBe(tree.root)
    const leaf = single[0]!.root
    expect(verifyMerkleProof(tree.root, leaf, tree.proof(leaf) ?? [])).toBe(true)
    expect(windowsTree(tokenIds.toReversed(), windows).root).not.toBe(tree.root)
  })
})

describe('the signature of a transcript', () => {
  const signer = createSigner({ nodeSeed: sha256(utf8ToBytes('miner')), operatorKey: sha256(utf8ToBytes('operator')) })
  const sample = decodeTranscript(Buffer.from(vectors.valid[0]!.bytes.hex, 'hex'))
  const { version: _version, miner: _miner, signature: _signature, ...content } = sample

  it('holds for what was signed and nothing else', async () => {
    const verifier = createVerifier()
    const transcript = decodeTranscript(await sealTranscript(content, signer))
    expect(transcript).toEqual({ ...content, version: 1, miner: signer.nodeId, signature: transcript.signature })
    expect(await isTranscriptSigned(transcript, verifier)).toBe(true)
    const [generation] = transcript.generations
    const changes: Partial<Transcript>[] = [
      { fingerprint: 'another' },
      { miner: sample.miner },
      { generations: [{ ...generation!, text: 'another' }] },
      { generations: [{ ...generation!, seed: new Uint8Array(32) }] },
      { signature: transcript.signature.map((byte, index) => (index === 5 ? byte ^ 1 : byte)) }
    ]
    for (const change of changes) {
      expect(await isTranscriptSigned({ ...transcript, ...change }, verifier)).toBe(false)
    }
  })
})
