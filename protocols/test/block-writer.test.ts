import { cidFromHash } from '@cortensor/crypto'
import * as dagCbor from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { expect, it } from 'vitest'
import { createBlockWriter } from '../src/common/v1/block-writer.js'
import { wireCodeOf } from './helpers/codecs.js'

const link = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => CID.parse(cidFromHash(hash)))
const edges = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]
const integer = fc.oneof(fc.constantFrom(...edges, ...edges.map((value) => -value - 1).slice(0, -1)), fc.maxSafeInteger())
const amount = fc.bigInt(0n, 2n ** 63n - 1n)
const leaf = fc.oneof(fc.uint8Array({ maxLength: 300 }), integer, amount, fc.string({ maxLength: 300 }), fc.constant(null), link)
const key = fc.string({ unit: 'grapheme-ascii', maxLength: 30 })
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true })
  )
}))

it('writes the bytes of the dag-cbor codec, one value after another', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const writer = createBlockWriter()
      for (const one of values) {
        const start = writer.length
        writer.write(one)
        expect(writer.slice(start, writer.length)).toEqual(new Uint8Array(dagCbor.encode(one)))
      }
    })
  )
})

it('grows with what it is given', () => {
  const writer = createBlockWriter()
  const large = Array.from({ length: 40 }, (_, i) => new Uint8Array(10_000).fill(i))
  writer.write(large)
  expect(writer.slice(0, writer.length)).toEqual(new Uint8Array(dagCbor.encode(large)))
})

it.each([[0.5], [true], [undefined], [new Date(0)], [Number.NaN], [2 ** 53]])('refuses %s', (one) => {
  expect(wireCodeOf(() => createBlockWriter().write(one))).toBe('WIRE_MALFORMED')
})
