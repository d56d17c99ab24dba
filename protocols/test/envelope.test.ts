import { createSigner, createVerifier, sha256 } from '@cortensor/crypto'
import type { Address, NetworkId, Verifier } from '@cortensor/interface'
import {
  envelopeId,
  isWireError,
  networkIdOf,
  type OpenEnvelopeInit,
  openEnvelope,
  sealEnvelope,
  TOPIC_FAMILIES,
  TOPIC_LIMITS,
  type TopicFamily,
  topicName,
  verdictOf
} from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const signer = createSigner({ nodeSeed: new Uint8Array(32).fill(1), operatorKey: new Uint8Array(32).fill(2) })
const verifier = createVerifier()
const networkId = networkIdOf(31_337, `0x${'12'.repeat(20)}` as Address)
const NOW_MS = 1_767_225_600_000
const payload = utf8ToBytes('payload')

const seal = (family: TopicFamily = 'task', expiryMs = NOW_MS + 30_000, bytes: Uint8Array = payload) =>
  sealEnvelope(signer, { networkId, family, sequence: 7, expiryMs, payload: bytes })
const open = (bytes: Uint8Array, family: TopicFamily = 'task', nowMs: number | null = NOW_MS, network = networkId) =>
  openEnvelope(bytes, { networkId: network, family, verifier, nowMs })

async function codeOf(opening: Promise<unknown>): Promise<string | null> {
  try {
    await opening
    return null
  } catch (error) {
    if (isWireError(error)) {
      return error.code
    }
    throw error
  }
}

describe('an envelope', () => {
  it('opens to what was sealed', async () => {
    const bytes = await seal()
    expect(await open(bytes)).toEqual({
      id: bytesToHex(sha256(bytes)),
      family: 'task',
      sender: signer.nodeId,
      sequence: 7,
      expiryMs: NOW_MS + 30_000,
      payload,
      bytes
    })
  })

  it('opens for every payload, sequence and expiry', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 500 }),
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.constantFrom(...TOPIC_FAMILIES),
        async (bytes, sequence, expiryMs, family) => {
          const sealed = await sealEnvelope(signer, { networkId, family, sequence, expiryMs, payload: bytes })
          expect(await open(sealed, family, null)).toMatchObject({ payload: bytes, sequence, expiryMs })
        }
      ),
      { numRuns: 50 }
    )
  })

  it('does not open on another network', async () => {
    expect(await codeOf(open(await seal(), 'task', NOW_MS, 'ffffffffffffffff' as NetworkId))).toBe('WIRE_WRONG_NETWORK')
  })

  it('does not open on another topic', async () => {
    expect(await codeOf(open(await seal(), 'quiz'))).toBe('WIRE_WRONG_TOPIC')
  })

  it('opens until it expires, and as evidence for ever', async () => {
    const bytes = await seal('task', NOW_MS)
    expect(await codeOf(open(bytes, 'task', NOW_MS))).toBeNull()
    expect(await codeOf(open(bytes, 'task', NOW_MS + 1))).toBe('WIRE_EXPIRED')
    expect(await codeOf(open(bytes, 'task', null))).toBeNull()
  })

  it.each(TOPIC_FAMILIES)('lives no longer than its topic %s allows', async (family) => {
    const { maxLifetimeMs } = TOPIC_LIMITS[family]
    expect(await codeOf(open(await seal(family, NOW_MS + maxLifetimeMs), family))).toBeNull()
    expect(await codeOf(open(await seal(family, NOW_MS + maxLifetimeMs + 1), family))).toBe('WIRE_EXPIRY_TOO_FAR')
  })

  it.each(TOPIC_FAMILIES)('is no longer than its topic %s allows', async (family) => {
    const { maxBytes } = TOPIC_LIMITS[family]
    expect(await codeOf(open(new Uint8Array(maxBytes + 1), family))).toBe('WIRE_TOO_LARGE')
    expect(await codeOf(seal(family, NOW_MS, new Uint8Array(maxBytes)))).toBe('WIRE_TOO_LARGE')
  })

  it('carries something', async () => {
    expect(await codeOf(seal('task', NOW_MS, new Uint8Array(0)))).toBe('WIRE_LIMIT_EXCEEDED')
  })

  it('does not open with any byte changed', async () => {
    const bytes = await seal()
    for (let i = 0; i < bytes.byteLength; i++) {
      for (const mask of [0x01, 0x80]) {
        const changed = bytes.slice()
        changed[i]! ^= mask
        expect(await codeOf(open(changed, 'task', null)), `byte ${i}`).not.toBeNull()
      }
    }
  })

  it('does not open under the name of somebody else', async () => {
    const other = createSigner({ nodeSeed: new Uint8Array(32).fill(3), operatorKey: new Uint8Array(32).fill(2) })
    const forged = { nodeId: other.nodeId, operator: signer.operator, sign: signer.sign, signDigest: signer.signDigest }
    const bytes = await sealEnvelope(forged, { networkId, family: 'task', sequence: 1, expiryMs: NOW_MS, payload })
    expect(await codeOf(open(bytes))).toBe('WIRE_BAD_SIGNATURE')
  })

  it('has only one spelling', async () => {
    const bytes = await seal()
    const appended = new Uint8Array([...bytes, 0x40, 0x01])
    expect(await codeOf(open(appended))).toBe('WIRE_MALFORMED')
    expect(await codeOf(open(bytes.subarray(0, -1)))).toBe('WIRE_MALFORMED')
    // The network id and the topic, fields 1 and 2, in the other order.
    const topicBytes = 2 + topicName(networkId, 'task').length
    const swapped = new Uint8Array([
      ...bytes.subarray(10, 10 + topicBytes),
      ...bytes.subarray(0, 10),
      ...bytes.subarray(10 + topicBytes)
    ])
    expect(swapped.byteLength).toBe(bytes.byteLength)
    expect(await codeOf(open(swapped))).toBe('WIRE_MALFORMED')
  })

  it('throws only errors of the wire for random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect(await codeOf(open(bytes))).not.toBeNull()
      })
    )
  })

  it('does not verify a signature before everything cheaper', async () => {
    let verified = 0
    const counting = { ...verifier, verify: async () => ++verified > 0 }
    const late = { networkId, family: 'task' as const, verifier: counting, nowMs: NOW_MS + 60_000 }
    expect(await codeOf(openEnvelope(await seal(), late))).toBe('WIRE_EXPIRED')
    expect(verified).toBe(0)
  })
})

describe('ids and verdicts', () => {
  it('networks differ by chain and by registry', () => {
    const registry = `0x${'12'.repeat(20)}` as Address
    const ids = [networkIdOf(1, registry), networkIdOf(2, registry), networkIdOf(1, `0x${'13'.repeat(20)}` as Address)]
    expect(new Set(ids).size).toBe(3)
    expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true)
  })

  it('an envelope id is the SHA-256 of the bytes', () => {
    expect(envelopeId(payload)).toBe(bytesToHex(sha256(payload)))
  })

  it('lateness and our own failures cost nobody score, bad bytes do', async () => {
    const failure = async (opening: Promise<unknown>) => verdictOf(await opening.catch((error: unknown) => error))
    expect(await failure(open(await seal(), 'task', NOW_MS + 60_000))).toBe('ignore')
    expect(await failure(open(await seal(), 'quiz'))).toBe('reject')
    expect(await failure(open(payload))).toBe('reject')
    expect(verdictOf(new TypeError('bug'))).toBe('ignore')
    expect(verdictOf(undefined)).toBe('ignore')
  })
})

describe('receivers that share what they open', () => {
  const shared = () => {
    let checks = 0
    const opened = new WeakMap<object, object>()
    const counting: Verifier = {
      ...verifier,
      opened,
      verify: (...args) => {
        checks++
        return verifier.verify(...args)
      }
    }
    const openShared = (bytes: Uint8Array, init: Partial<OpenEnvelopeInit> = {}) =>
      openEnvelope(bytes, { networkId, family: 'task', verifier: counting, nowMs: NOW_MS, ...init })
    return { openShared, checks: () => checks }
  }

  it('check one signature for all of them, and cannot change what the others see', async () => {
    const { checks, openShared } = shared()
    const bytes = await seal()
    const first = await openShared(bytes)
    expect(await openShared(bytes)).toBe(first)
    expect(checks()).toBe(1)
    expect(Object.isFrozen(first)).toBe(true)
    await openShared(bytes.slice())
    expect(checks()).toBe(2)
  })

  it('still ask their own clock, their own topic and their own network', async () => {
    const { openShared } = shared()
    const bytes = await seal()
    await openShared(bytes)
    expect(await codeOf(openShared(bytes, { nowMs: NOW_MS + 30_001 }))).toBe('WIRE_EXPIRED')
    expect(await codeOf(openShared(bytes, { family: 'result' }))).toBe('WIRE_WRONG_TOPIC')
    const other = networkIdOf(1, `0x${'12'.repeat(20)}` as Address)
    expect(await codeOf(openShared(bytes, { networkId: other }))).toBe('WIRE_WRONG_NETWORK')
  })

  it('remember nothing that is wrong', async () => {
    const { checks, openShared } = shared()
    const bytes = await seal()
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
    expect(await codeOf(openShared(bytes))).toBe('WIRE_BAD_SIGNATURE')
    expect(await codeOf(openShared(bytes))).toBe('WIRE_BAD_SIGNATURE')
    expect(checks()).toBe(2)
  })
})
