import type { Hex32 } from '@cortensor/interface'
import { InvalidArgumentError } from 'commander'

/** For commander: a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return value
  }

/** For commander: a number of seconds, fractions allowed. */
export const seconds =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isFinite(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a number of seconds from ${min} to ${max}.`)
    }
    return value
  }

/** For commander: a number above 0, fractions allowed. */
export const positiveNumber =
  (max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!(value > 0) || value > max) {
      throw new InvalidArgumentError(`It must be a number above 0, at most ${max}.`)
    }
    return value
  }

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** For commander: `90s`, `10m`, `2h`. The simulator, which knows more forms, is not loaded for a help text. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  if (match === null) {
    throw new InvalidArgumentError('It must be a duration such as 90s, 10m or 2h.')
  }
  return Math.round(Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 0))
}

/** For commander: what opens a private transcript, 64 hex digits. */
export function transcriptKey(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new InvalidArgumentError('It must be 64 hex digits: the "key" that GET /v1/receipts/{id} shows.')
  }
  return new Uint8Array(Buffer.from(text, 'hex'))
}

const MICRO_PER_COR = 1_000_000n
/** One billion COR: all there are. */
const MAX_MICRO = 1_000_000_000n * MICRO_PER_COR

/** For commander: an amount in COR, with at most six decimals, as micro-COR. */
export function cor(text: string): bigint {
  const [, whole, fraction = ''] = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(text) ?? []
  const micro = whole === undefined ? null : BigInt(whole) * MICRO_PER_COR + BigInt(fraction.padEnd(6, '0'))
  if (micro === null || micro > MAX_MICRO) {
    throw new InvalidArgumentError('It must be an amount in COR with at most six decimals, like 12.5.')
  }
  return micro
}

/** For commander: an account or a contract. */
export function address(text: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw new InvalidArgumentError('It must be 0x and 40 hex digits.')
  }
  return text.toLowerCase()
}

/** For commander: 32 bytes. */
export function hash32(text: string): Hex32 {
  if (!/^0x[0-9a-f]{64}$/.test(text)) {
    throw new InvalidArgumentError('It must be 0x and 64 hex digits.')
  }
  return text as Hex32
}

/** For commander: an option that may come several times. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text]

export const DEFAULT_DATA_DIR = '.cortensor/swarm'

export const DEFAULT_CALIBRATION = '.cortensor/calibration.json'
