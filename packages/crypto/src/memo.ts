/**
 * Results by key, up to a limit; beyond it the one that was used longest ago is forgotten. Uses while no more than half of the limit is kept
 * are not noted, because nothing is about to be forgotten then. Null is never kept, so that rubbish takes nobody's place.
 */
export function createMemo<V>(limit: number): <R extends V | null>(key: string, make: () => R) => V | R {
  const kept = new Map<string, V>()
  return (key, make) => {
    const known = kept.get(key)
    if (known !== undefined && kept.size * 2 <= limit) {
      return known
    }
    const value = known ?? make()
    if (value !== null) {
      // A map keeps the order of insertion.
      kept.delete(key)
      kept.set(key, value)
      if (kept.size > limit) {
        kept.delete(kept.keys().next().value as string)
      }
    }
    return value
  }
}
