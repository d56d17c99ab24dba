import { blockCid, createSigner, createVerifier } from '@cortensor/crypto'
import type { Address, CidString, Hex32, NetworkId, NodeId, TaskId } from '@cortensor/interface'
import * as wire from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { CODECS, wireCodeOf } from './helpers/codecs.js'
import { allMessageVectors, type MessageVectors, readVectors } from './helpers/vectors.js'

const files = allMessageVectors()

it('has golden vectors for every message', () => {
  expect(files.map((file) => file.message).sort()).toEqual(Object.keys(CODECS).sort())
})

describe.each(files)('golden vectors of $message', ({ message, valid, refused }: MessageVectors) => {
  const codec = CODECS[message]!

  it('encodes to exactly these bytes', () => {
    for (const { value, bytes } of valid) {
      expect(codec.encode(value)).toEqual(bytes)
    }
  })

  it('decodes to exactly these values', () => {
    for (const { value, bytes } of valid) {
      expect(codec.decode(bytes)).toEqual(value)
    }
  })

  it('refuses with exactly these codes', () => {
    for (const { why, code, bytes } of refused) {
      expect(
        wireCodeOf(() => codec.decode(bytes)),
        why
      ).toBe(code)
    }
  })

  it('gives the CIDs of blocks', () => {
    for (const { bytes, cid } of valid.filter((vector) => vector.cid !== undefined)) {
      expect(blockCid(bytes, 'dag-cbor')).toBe(cid)
    }
  })
})

interface EnvelopeVectors {
  chainId: number
  registry: Address
  networkId: NetworkId
  seedOf: Record<string, Uint8Array>
  valid: {
    family: wire.TopicFamily
    sender: NodeId
    sequence: number
    expiryMs: number
    payload: Uint8Array
    bytes: Uint8Array
    id: string
  }[]
}

describe('golden vectors of the envelope', () => {
  const vectors = readVectors<EnvelopeVectors>('common', 'envelope')
  const signers = Object.values(vectors.seedOf).map((nodeSeed) =>
    createSigner({ nodeSeed, operatorKey: new Uint8Array(32).fill(1) })
  )

  it('gives the network id', () => {
    expect(wire.networkIdOf(vectors.chainId, vectors.registry)).toBe(vectors.networkId)
  })

  it.each(vectors.valid)('seals and opens one of $family', async ({ family, sender, sequence, expiryMs, payload, bytes, id }) => {
    const { networkId } = vectors
    const signer = signers.find((candidate) => candidate.nodeId === sender)!
    expect(await wire.sealEnvelope(signer, { networkId, family, sequence, expiryMs, payload })).toEqual(bytes)
    const opened = await wire.openEnvelope(bytes, { networkId, family, verifier: createVerifier(), nowMs: expiryMs })
    expect(opened).toEqual({ id, family, sender, sequence, expiryMs, payload, bytes })
  })
})

describe('golden vectors of ids, seeds and commitments', () => {
  const vectorsOf = (message: string) => files.find((file) => file.message === message)!.valid

  it('binds both keys', () => {
    const vector = readVectors<wire.BindingScope & { nodeId: NodeId; operator: Address; digest: Hex32 }>('presence', 'binding')
    expect(wire.bindingDigest(vector)).toBe(vector.digest)
  })

  it('names tasks', () => {
    for (const vector of vectorsOf('TaskHeader')) {
      expect(wire.taskIdOf(vector.networkId as NetworkId, vector.router as NodeId, vector.bytes)).toBe(vector.taskId)
    }
  })

  it('commits to payloads', () => {
    for (const vector of vectorsOf('InferPayload')) {
      expect(wire.payloadCommitment(vector.salt as Uint8Array, vector.bytes)).toBe(vector.commitment)
    }
  })

  it('commits to results', () => {
    const { value, miner, commitment } = vectorsOf('ResultMessage').find((vector) => vector.commitment !== undefined)!
    const { taskId, salt, transcript } = value as { taskId: TaskId; salt: Uint8Array; transcript: CidString }
    expect(wire.resultCommitment(taskId, miner as NodeId, salt, transcript)).toBe(commitment)
    const reveal = vectorsOf('ResultMessage').find((vector) => vector.auditCommitment !== undefined)!
    expect(wire.auditCommitment(reveal.auditor as NodeId, reveal.value as wire.AuditReveal)).toBe(reveal.auditCommitment)
  })

  it('seals transcripts', () => {
    for (const vector of vectorsOf('SealedTranscript')) {
      const { miner, subject } = vector.value as wire.SealedTranscript
      const salt = vector.salt as Uint8Array
      expect(wire.transcriptKey(salt, subject.taskId, miner)).toEqual(vector.key)
      expect(wire.windowSalt(salt, subject.taskId, miner)).toEqual(vector.windowSalt)
      const opened = wire.openTranscript(vector.value as wire.SealedTranscript, salt)
      expect(opened).toEqual(vector.opened)
      expect(wire.encodeTranscript(opened!)).toEqual(vector.bytes)
    }
  })

  it('names rounds, seeds them and commits to their answers', () => {
    const [open, , reveal] = vectorsOf('QuizMessage')
    expect(wire.roundIdOf(open!.networkId as NetworkId, open!.oracle as NodeId, open!.bytes)).toBe(open!.roundId)
    expect(wire.roundSeed(open!.value as wire.RoundOpen)).toEqual(open!.roundSeed)
    expect(wire.roundCommitment(reveal!.node as NodeId, reveal!.value as wire.RoundReveal)).toBe(reveal!.commitment)
  })

  it('seeds the sampling', () => {
    interface SeedVector {
      taskId: TaskId
      miner: NodeId
      nonce: Uint8Array
      userSeed: bigint | null
      seed: Uint8Array
    }
    for (const { taskId, miner, nonce, userSeed, seed } of readVectors<SeedVector[]>('infer', 'sampling-seed')) {
      expect(wire.samplingSeed(taskId, miner, nonce, userSeed)).toEqual(seed)
    }
  })
})
