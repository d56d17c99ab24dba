import type { OpenedEnvelope } from '@cortensor/protocols'

/** Small enough that a bucket of the largest messages stays far below the size that bitswap carries in one block. */
const MAX_BUCKET_BYTES = 512 * 1024

/** As many as one observation can name. */
const MAX_BUCKETS = 64

/**
 * Splits items by the leading bits of their hashes into the fewest power-of-two buckets that are small enough, so that two oracles
 * with nearly the same items share most blocks. With more than fits, the highest hashes of a bucket wait for the next epoch.
 */
export function splitIntoBuckets(items: readonly OpenedEnvelope[]): Uint8Array[][] {
  if (items.length === 0) {
    return []
  }
  const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
  for (let count = 1; ; count *= 2) {
    const buckets: OpenedEnvelope[][] = Array.from({ length: count }, () => [])
    for (const item of sorted) {
      buckets[Math.floor((Number.parseInt(item.id.slice(0, 8), 16) / 2 ** 32) * count)]?.push(item)
    }
    if (count === MAX_BUCKETS || buckets.every((bucket) => sizeOf(bucket) <= MAX_BUCKET_BYTES)) {
      return buckets.map((bucket) => fitting(bucket).map((item) => item.bytes))
    }
  }
}

const sizeOf = (bucket: readonly OpenedEnvelope[]): number => bucket.reduce((sum, item) => sum + item.bytes.byteLength, 0)

function fitting(bucket: readonly OpenedEnvelope[]): OpenedEnvelope[] {
  let size = 0
  return bucket.filter((item) => {
    size += item.bytes.byteLength
    return size <= MAX_BUCKET_BYTES
  })
}
