/** A sorted copy. Texts compare by code units: the same on every machine, unlike an order by language. */
export function sortedBy<T>(values: Iterable<T>, ...keys: ((value: T) => string | number)[]): T[] {
  return [...values].sort((a, b) => {
    for (const key of keys) {
      const x = key(a)
      const y = key(b)
      if (x !== y) {
        return x < y ? -1 : 1
      }
    }
    return 0
  })
}

/** The middle value; of an even number of them the lower one of the two in the middle. Throws a `RangeError` for none. */
export function lowerMedian(values: readonly number[]): number {
  const median = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
  if (median === undefined) {
    throw new RangeError('No values have no median')
  }
  return median
}
