import { z } from 'zod'

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** One or more numbers with units, the largest first in no particular need of order: `90s`, `1h30m`, `250ms`. */
const PATTERN = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g

export function parseDuration(text: string): number {
  return [...text.matchAll(PART)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS_MS[unit ?? ''] ?? 0), 0)
}

/** `1h30m` as the scenario file has it; in ms once it is parsed. */
export const duration = z
  .string()
  .max(32)
  .regex(PATTERN, 'is no duration: write 250ms, 30s, 10m, 2h, 1d or 1h30m')
  .transform((text) => Math.round(parseDuration(text)))

/** The other way round, for people: the two largest units. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) {
    return `${Math.round(ms)}ms`
  }
  let rest = Math.round(ms / 1_000) * 1_000
  const parts: string[] = []
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = UNITS_MS[unit] ?? 1
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0 && parts.length < 2) {
      parts.push(`${count}${unit}`)
    }
  }
  return parts.join('')
}
