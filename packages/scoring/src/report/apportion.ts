import { sortedBy } from '../order.js'

/**
 * Divides an amount in proportion to integer weights by the method of largest remainders: floors first, then one unit each to the
 * largest remainders, ties to the lowest key. The shares add up to the amount exactly, or there are none when nothing has weight.
 */
export function apportion<K extends string>(amount: bigint, weights: ReadonlyMap<K, bigint>): Map<K, bigint> {
  const claims = [...weights].filter(([, weight]) => weight > 0n)
  const sum = claims.reduce((sum, [, weight]) => sum + weight, 0n)
  const exact = claims.map(([key, weight]) => ({ key, floor: (amount * weight) / sum, remainder: (amount * weight) % sum }))
  let left = amount - exact.reduce((given, { floor }) => given + floor, 0n)
  const shares = new Map<K, bigint>()
  const byKey = sortedBy(exact, ({ key }) => key)
  for (const { key, floor } of byKey.sort((a, b) => (a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : 0))) {
    const extra = left > 0n ? 1n : 0n
    left -= extra
    shares.set(key, floor + extra)
  }
  return claims.length === 0 ? new Map() : shares
}
