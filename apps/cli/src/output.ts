import { errorMessage, isCortensorError } from '@cortensor/interface'

/** Where a command's words go: facts to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean
  /** One JSON value on one line of stdout. */
  value(value: unknown): void
  /** A line of stdout, unless JSON is wanted. */
  line(text: string): void
  /** A line of stderr. */
  note(text: string): void
}

/** Amounts are bigints, which JSON does not know: they become decimal text. */
const replacer = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

export function createOutput(json: boolean): Output {
  return {
    json,
    value(value) {
      process.stdout.write(`${JSON.stringify(value, replacer)}\n`)
    },
    line(text) {
      if (!json) {
        process.stdout.write(`${text}\n`)
      }
    },
    note(text) {
      process.stderr.write(`${text}\n`)
    }
  }
}

/** What the system says about a path most often, in words. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'may not be used by this account; check its permissions',
  EISDIR: 'is a folder; name a file',
  ENOENT: 'does not exist; check the path',
  ENOTDIR: 'does not exist: a part of the path is a file'
}

/** A failure in one line, with its code for those who search for it. */
export function toErrorLine(error: unknown): string {
  const { code, path } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  const explanation = isCortensorError(error) || path === undefined ? undefined : SYSTEM_ERRORS[code ?? '']
  const text = typeof error === 'string' ? error : explanation === undefined ? errorMessage(error) : `${path} ${explanation}`
  const suffix = isCortensorError(error) || explanation !== undefined ? ` (${code})` : ''
  return `cortensor: ${text.trim().replace(/\s*\n\s*/g, ' ')}${suffix}`
}

/** Micro-COR as COR with six decimals. */
export function formatCor(micro: bigint): string {
  const [sign, size] = micro < 0n ? ['-', -micro] : ['', micro]
  return `${sign}${size / 1_000_000n}.${(size % 1_000_000n).toString().padStart(6, '0')} COR`
}

/** Smallest units of a chain's own coin as coins, down to the billionth. */
export function formatCoins(wei: bigint): string {
  const billionths = wei / 1_000_000_000n
  return `${billionths / 1_000_000_000n}.${(billionths % 1_000_000_000n).toString().padStart(9, '0')} coins`
}

/** Rows in columns as wide as their longest cell. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}
