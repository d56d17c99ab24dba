import { encodeBucket, envelopeId, MAX_BUCKET_BYTES, MAX_BUCKET_ITEMS, type OpenedEnvelope } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitIntoBuckets } from '../../src/evidence/buckets.js'

const rng = createSeededRng('buckets')
const itemOf = (size: number): OpenedEnvelope => {
  const bytes = new Uint8Array(size)
  bytes.set(rng.bytes(8))
  return { id: envelopeId(bytes), bytes } as OpenedEnvelope
}
const items = (count: number, size: number): OpenedEnvelope[] => Array.from({ length: count }, () => itemOf(size))
const ids = (buckets: readonly Uint8Array[][]): string[] => buckets.flat().map(envelopeId)

describe('splitIntoBuckets', () => {
  it('makes none of nothing', () => {
    expect(splitIntoBuckets([])).toEqual([])
  })

  it('loses and adds nothing, and makes a power of two of encodable blocks, one prefix each', () => {
    const list = fc.array(fc.integer({ min: 100, max: 60_000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(list, (sizes) => {
        const given = sizes.map(itemOf)
        const buckets = splitIntoBuckets(given)
        expect(new Set(ids(buckets))).toEqual(new Set(given.map(({ id }) => id)))
        expect(ids(buckets)).toEqual([...ids(buckets)].sort())
        expect(Math.log2(buckets.length) % 1).toBe(0)
        for (const [i, bucket] of buckets.entries()) {
          expect(encodeBucket({ version: 1, items: bucket }).byteLength).toBeLessThanOrEqual(MAX_BUCKET_BYTES)
          for (const item of bucket) {
            expect(Math.floor((Number.parseInt(envelopeId(item).slice(0, 2), 16) / 256) * buckets.length)).toBe(i)
          }
        }
      }),
      { numRuns: 40 }
    )
  })

  it('does not depend on the order, so that equal holdings are equal blocks', () => {
    const given = items(200, 5_000)
    const shuffled = createSeededRng('order').shuffle(given)
    expect(splitIntoBuckets(shuffled)).toEqual(splitIntoBuckets(given))
  })

  it('keeps all blocks but one of two oracles that differ by one item', () => {
    const given = items(400, 5_000)
    const [all, fewer] = [given, given.slice(1)].map((list) => splitIntoBuckets(list).map((bucket) => ids([bucket]).join()))
    expect(all?.length).toBeGreaterThan(2)
    expect(all?.filter((bucket) => fewer?.includes(bucket) === false)).toHaveLength(1)
  })

  it('the smallest messages never fill a block beyond its number of items', () => {
    const buckets = splitIntoBuckets(items(6_000, 190))
    expect(new Set(ids(buckets)).size).toBe(6_000)
    for (const bucket of buckets) {
      expect(bucket.length).toBeLessThanOrEqual(MAX_BUCKET_ITEMS)
      encodeBucket({ version: 1, items: bucket })
    }
  })

  it('of more than fits into the most buckets, the highest hashes wait', () => {
    const big = items(450, 96_000)
    const buckets = splitIntoBuckets(big)
    expect(buckets).toHaveLength(64)
    const kept = new Set(ids(buckets))
    const sorted = big.map(({ id }) => id).sort()
    expect(kept.size).toBeLessThan(big.length)
    for (let i = 0; i < 64; i++) {
      const own = sorted.filter((id) => Math.floor(Number.parseInt(id.slice(0, 2), 16) / 4) === i).map((id) => kept.has(id))
      expect(own.lastIndexOf(true)).toBeLessThan(own.includes(false) ? own.indexOf(false) : own.length)
    }
  })
})
