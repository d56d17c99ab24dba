import { equalBytes } from '@cortensor/utils'

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Uint8Array)

function shown(value: unknown): string {
  if (value === undefined) {
    return 'nothing'
  }
  return isList(value) || isRecord(value) || value instanceof Uint8Array ? 'something else' : String(value).slice(0, 80)
}

/** Names the first place where two values are not the same, and both sides there; null when they are equal. */
export function firstDifference(claimed: unknown, derived: unknown, path: string): string | null {
  if (isList(claimed) && isList(derived)) {
    for (let i = 0; i < Math.max(claimed.length, derived.length); i++) {
      const difference = firstDifference(claimed[i], derived[i], `${path}[${i}]`)
      if (difference !== null) {
        return difference
      }
    }
    return null
  }
  if (isRecord(claimed) && isRecord(derived)) {
    for (const key of new Set([...Object.keys(derived), ...Object.keys(claimed)])) {
      const difference = firstDifference(claimed[key], derived[key], path === '' ? key : `${path}.${key}`)
      if (difference !== null) {
        return difference
      }
    }
    return null
  }
  const isSame =
    claimed instanceof Uint8Array && derived instanceof Uint8Array ? equalBytes(claimed, derived) : Object.is(claimed, derived)
  return isSame ? null : `${path} is ${shown(claimed)}, must be ${shown(derived)}`
}
