import { decodeInferPayload, encodeInferPayload } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'

const AROUND_POWERS = Array.from({ length: 65 }, (_, bits) => 1n << BigInt(bits)).flatMap((power) => [power - 1n, power])

describe('numbers of 64 bits', () => {
  it('are written so that they can be read, whatever their length', () => {
    const sampling = { maxTokens: 1, temperature: 1, topP: 1, topK: 0, minP: 0, stop: [] }
    for (const seed of AROUND_POWERS.filter((value) => value < 1n << 64n)) {
      const payload = { messages: [{ role: 'user' as const, content: 'a' }], sampling, seed }
      expect(decodeInferPayload(encodeInferPayload(payload)).seed).toBe(seed)
    }
  })
})
