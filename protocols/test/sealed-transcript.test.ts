import { createSigner, createVerifier, sha256 } from '@cortensor/crypto'
import * as wire from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wireCodeOf } from './helpers/codecs.js'
import { transcript as anyTranscript } from './helpers/message-arbitraries.js'

const bytes32 = (text: string): Uint8Array => sha256(utf8ToBytes(text))
const signerOf = (name: string) => createSigner({ nodeSeed: bytes32(`node ${name}`), operatorKey: bytes32(name) })
const miner = signerOf('miner')
const verifier = createVerifier()

/** Deterministic, and never the same twice. */
const randomness = () => {
  let count = 0
  return (length: number): Uint8Array => sha256(Uint8Array.of(count++)).subarray(0, length)
}

const withWindows = (transcript: wire.Transcript): wire.Transcript => ({
  ...transcript,
  miner: miner.nodeId,
  generations: transcript.generations.map((generation) => {
    const positions = generation.tokenIds.length
    const trace = { top: 8, ids: new Int32Array(positions * 8), logits: new Float32Array(positions * 8) }
    return { ...generation, windows: wire.sealWindows(generation.promptTokenIds, generation.tokenIds, trace) }
  })
})
type TaskTranscript = wire.Transcript & { subject: { type: 'task' } }
const isOfTask = (value: wire.Transcript): value is TaskTranscript => value.subject.type === 'task'
const taskTranscript = (anyTranscript as fc.Arbitrary<wire.Transcript>)
  .filter(isOfTask)
  .map((value) => withWindows(value) as TaskTranscript)

async function seal(transcript: TaskTranscript): Promise<{ block: Uint8Array; sealed: wire.SealedTranscript; salt: Uint8Array }> {
  const block = await wire.sealTranscript(transcript, miner, { randomBytes: randomness() })
  const sealed = wire.decodeStoredTranscript(block)
  if (!wire.isSealed(sealed)) {
    throw new TypeError('It is not sealed')
  }
  return { block, sealed, salt: transcript.subject.assignment.salt }
}

const [sample] = fc.sample(
  taskTranscript.filter(({ generations }) => generations[0]!.text.length > 3),
  { seed: 7, numRuns: 1 }
)

describe('a sealed transcript', () => {
  it('opens with its salt to what was sealed, signed both ways', async () => {
    await fc.assert(
      fc.asyncProperty(taskTranscript, async (transcript) => {
        const { block, salt, sealed } = await seal(transcript)
        const opened = wire.openTranscript(sealed, salt)!
        expect(opened).toEqual({ ...transcript, sealing: sealed.sealing, signature: sealed.signature })
        expect(wire.encodeTranscript(opened)).toEqual(block)
        expect(await wire.isTranscriptSigned(sealed, verifier)).toBe(true)
        expect(await wire.isTranscriptSigned(opened, verifier)).toBe(true)
        expect(await wire.openKeyBox(sealed, miner)).toEqual(salt)
      }),
      { numRuns: 30 }
    )
  })

  it('opens with no other salt, and for no other miner', async () => {
    const { block, salt, sealed } = await seal(sample!)
    expect(wire.openTranscript(sealed, bytes32('another'))).toBeNull()
    expect(wire.openTranscript({ ...sealed, miner: signerOf('other').nodeId }, salt)).toBeNull()
    expect(wire.openTranscript({ ...sealed, fingerprint: 'another' }, salt)).toBeNull()
    expect(await wire.openKeyBox(sealed, signerOf('other'))).toBeNull()
    expect(wireCodeOf(() => wire.decodeTranscript(block))).toBe('WIRE_MALFORMED')
  })

  it('shows nothing of prompt, answer, seed or salt', async () => {
    const { block, salt, sealed } = await seal(sample!)
    const [generation] = sample!.generations
    const hex = bytesToHex(block)
    for (const secret of [salt, generation!.seed, utf8ToBytes(generation!.text), generation!.windows[0]?.hash]) {
      expect(secret === undefined || !hex.includes(bytesToHex(secret))).toBe(true)
    }
    // The root over the windows of the open block, which anybody could try out, is another one.
    expect(sealed.windowsRoot).not.toEqual(wire.windowsRoot(generation!.tokenIds, generation!.windows))
  })

  it('fails with any byte flipped: it cannot be read, has another signature, or does not open', async () => {
    const { block, salt } = await seal(sample!)
    for (let at = 0; at < block.length; at++) {
      const changed = block.with(at, block[at]! ^ (1 << (at % 8)))
      const code = wireCodeOf(() => wire.decodeStoredTranscript(changed))
      if (code === null) {
        const stored = wire.decodeStoredTranscript(changed)
        const isOpen = !wire.isSealed(stored) || wire.openTranscript(stored, salt) !== null
        expect(isOpen && (await wire.isTranscriptSigned(stored, verifier)), `byte ${at}`).toBe(false)
      }
    }
  })

  it('is refused when its body contradicts what stands in the open', async () => {
    const { salt, sealed } = await seal(sample!)
    const opened = wire.openTranscript(sealed, salt)!
    const [generation] = opened.generations
    const changed = { ...opened, generations: [{ ...generation!, usage: { promptTokens: 1, completionTokens: 2 } }] }
    // What is written keeps the old body under other counts: the body no longer belongs to them.
    const rewritten = wire.decodeStoredTranscript(wire.encodeTranscript(changed))
    expect(wire.isSealed(rewritten) && wire.openTranscript(rewritten, salt)).toBeNull()
  })

  it('is for tasks alone', async () => {
    const subject = { type: 'quiz', roundId: 'ab'.repeat(32) } as never
    await expect(wire.sealTranscript({ ...sample!, subject }, miner, { randomBytes: randomness() })).rejects.toMatchObject({
      code: 'WIRE_MALFORMED'
    })
  })
})

describe('the salt of a task', () => {
  it('follows from the router and the nonce', async () => {
    const salt = await wire.taskSalt(miner, bytes32('nonce'))
    expect(salt).toEqual(await wire.taskSalt(signerOf('miner'), bytes32('nonce')))
    expect(salt).not.toEqual(await wire.taskSalt(signerOf('other'), bytes32('nonce')))
    expect(salt).not.toEqual(await wire.taskSalt(miner, bytes32('another')))
  })
})

describe('the request of an auditor', () => {
  it('names an answer, and of a router the header too', () => {
    const subject = 'cd'.repeat(32) as wire.AuditSubject['subject']
    for (const header of [null, Uint8Array.of(1, 2, 3)]) {
      const request = { subject, miner: miner.nodeId, header }
      expect(wire.decodeAuditRequest(wire.encodeAuditRequest(request))).toEqual(request)
    }
    for (const bytes of [31, 32, 63]) {
      expect(wireCodeOf(() => wire.decodeAuditRequest(new Uint8Array(bytes)))).toBe('WIRE_LIMIT_EXCEEDED')
    }
    const most = wire.AUDIT_LIMITS.maxRequestBytes
    expect(wireCodeOf(() => wire.decodeAuditRequest(new Uint8Array(most + 1)))).toBe('WIRE_LIMIT_EXCEEDED')
  })
})
