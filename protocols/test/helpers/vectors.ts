import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { hexToBytes } from '@cortensor/utils'

const source = join(import.meta.dirname, '..', '..', 'src')

/** Undoes what `scripts/lib/json.mjs` does. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 1) {
    if ('hex' in value && typeof value.hex === 'string') {
      return hexToBytes(value.hex)
    }
    if ('integer' in value && typeof value.integer === 'string') {
      return BigInt(value.integer)
    }
  }
  return value
}

export interface ValidVector extends Record<string, unknown> {
  value: unknown
  bytes: Uint8Array
}

export interface MessageVectors {
  message: string
  valid: ValidVector[]
  refused: { why: string; code: string; bytes: Uint8Array }[]
}

export function readVectors<T>(family: string, name: string): T {
  return JSON.parse(readFileSync(join(source, family, 'v1', 'vectors', `${name}.json`), 'utf8'), revive) as T
}

/** Every file that describes one message. */
export function allMessageVectors(): MessageVectors[] {
  return globSync('*/v1/vectors/*.json', { cwd: source })
    .sort()
    .map((path) => readVectors<MessageVectors>(path.split(/[\\/]/)[0] ?? '', basename(path, '.json')))
    .filter((vectors) => vectors.message !== undefined)
}
