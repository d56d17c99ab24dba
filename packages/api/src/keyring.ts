import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sha256 } from '@cortensor/crypto'
import type { SessionId } from '@cortensor/interface'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { ApiError } from './errors.js'

export type ApiScope = 'inference' | 'admin' | 'metrics'

/** What is stored of a key. */
export interface ApiKeyRecord {
  /** SHA-256 of the key's text, 64 lower-case hex digits. */
  hash: string
  scopes: readonly ApiScope[]
  /** Pays for what is asked with this key. @default the gateway's own */
  session?: SessionId | undefined
  /** For people. */
  label?: string | undefined
}

export interface Keyring {
  /** The record of a key, or null when it is not ours. Takes the same time for every wrong key. */
  find(key: string): ApiKeyRecord | null
}

/** 256 bits; the prefix lets people and secret scanners recognise it. Show it once, store only its hash. */
export function generateApiKey(): string {
  return `ck-${randomBytes(32).toString('base64url')}`
}

/** A fast hash is enough: a random key of 256 bits cannot be guessed from it. */
export function hashApiKey(key: string): string {
  return bytesToHex(sha256(utf8ToBytes(key)))
}

/** Throws `API_INVALID_KEY_HASH` for a hash that is not 64 hex digits, e.g. a key stored by mistake. */
export function createKeyring(init: { keys: readonly ApiKeyRecord[] }): Keyring {
  const entries = init.keys.map((record) => {
    if (!/^[0-9a-f]{64}$/.test(record.hash)) {
      throw new ApiError('API_INVALID_KEY_HASH', 'An API key must be stored as its SHA-256 in hex; make it with hashApiKey.')
    }
    return { record, hash: Buffer.from(record.hash, 'hex') }
  })
  return {
    find(key) {
      const hash = sha256(utf8ToBytes(key))
      let found: ApiKeyRecord | null = null
      for (const entry of entries) {
        // No early exit: the time must not tell where a key stands.
        if (timingSafeEqual(entry.hash, hash)) {
          found = entry.record
        }
      }
      return found
    }
  }
}
