import { equalBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CODECS, wireCodeOf } from './helpers/codecs.js'
import { allMessageVectors } from './helpers/vectors.js'

/** Far above what any decoder needs for blocks at their size limit, far below what would stall a node. */
const MAX_DECODE_MS = 2_000

/** Every position of short messages, evenly spread ones of longer ones. */
function positionsOf(bytes: Uint8Array): number[] {
  const count = Math.min(bytes.byteLength, 300)
  return Array.from({ length: count }, (_, i) => Math.floor((i * bytes.byteLength) / count))
}

const vectors = allMessageVectors()

describe.each(vectors)('decoder of $message', ({ message, valid }) => {
  const codec = CODECS[message]!
  const samples = valid.map((vector) => vector.bytes)

  it('throws only errors of the wire for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        wireCodeOf(() => codec.decode(bytes))
      }),
      { numRuns: 500 }
    )
  })

  it('refuses a valid message with one changed byte, or takes it for another one with its own bytes', () => {
    for (const sample of samples) {
      for (const i of positionsOf(sample)) {
        for (const mask of [0x01, 0x80]) {
          const bytes = sample.slice()
          bytes[i]! ^= mask
          let decoded: unknown
          if (wireCodeOf(() => (decoded = codec.decode(bytes))) === null) {
            expect(equalBytes(codec.encode(decoded), bytes)).toBe(true)
          }
        }
      }
    }
  })

  it('refuses every valid message that was cut short, or takes the rest for another one with its own bytes', () => {
    for (const sample of samples) {
      for (const length of positionsOf(sample)) {
        const bytes = sample.subarray(0, length)
        let decoded: unknown
        if (wireCodeOf(() => (decoded = codec.decode(bytes))) === null) {
          expect(equalBytes(codec.encode(decoded), bytes)).toBe(true)
        }
      }
    }
  })

  it('throws only errors of the wire for spliced messages', () => {
    const part = fc
      .constantFrom(...samples)
      .chain((sample) =>
        fc.tuple(fc.nat(sample.byteLength), fc.nat(sample.byteLength)).map(([from, to]) => sample.subarray(from, to))
      )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        wireCodeOf(() => codec.decode(new Uint8Array(Buffer.concat(parts))))
      }),
      { numRuns: 300 }
    )
  })

  const hostile: [string, number[]][] = [
    ['protobuf groups inside one another', [0x0b]],
    ['unknown protobuf fields', [0xf8, 0x01, 0x01]],
    ['empty protobuf messages', [0x0a, 0x00]],
    ['CBOR lists inside one another', [0x81]],
    ['CBOR maps inside one another', [0xa1, 0x60]],
    ['CBOR tags inside one another', [0xd8, 0x2a]],
    ['CBOR lists that claim 2^32 entries', [0x9a, 0xff, 0xff, 0xff, 0xff]],
    ['CBOR bytes that claim 2^64 bytes', [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['varints without an end', [0xff]]
  ]

  it.each(hostile)('soon refuses %s', (_name, pattern) => {
    for (const size of [1_000, 15_000, 90_000, 500_000]) {
      const bytes = new Uint8Array(Buffer.alloc(size, Uint8Array.from(pattern)))
      const startedMs = performance.now()
      expect(wireCodeOf(() => codec.decode(bytes))).not.toBeNull()
      expect(performance.now() - startedMs).toBeLessThan(MAX_DECODE_MS)
    }
  })
})
