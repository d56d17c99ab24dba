import type { Address, KeyValue, KeyValueOperation } from '@cortensor/interface'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import { asHex, asHex32, asObject, asQuantity, toQuantity } from '../values.js'
import { EMPTY_QUEUE, type Entry, type QueueState, type Version } from './state.js'

/** What one process leaves to the next. Without a store it is lost with the process. */
export interface QueueRecords {
  /** Unreadable records are left out, and counted. */
  load(nowMs: number): Promise<{ state: QueueState; unreadable: number }>
  /** Durable when it resolves. */
  write(entries: readonly Entry[], forgotten: readonly number[], next: number): Promise<void>
}

/** More than the queue ever holds. */
const MAX_RECORDS = 4096
/** Digits of a nonce in a key, so that keys sort as numbers do. */
const NONCE_DIGITS = 16

function toBytes(entry: Entry): Uint8Array {
  const versions = entry.versions.map(({ fees, hash, kind, raw }) => ({
    kind,
    hash,
    raw,
    fees: [toQuantity(fees.maxFeePerGas), toQuantity(fees.maxPriorityFeePerGas)]
  }))
  const { call, confirmations, givenUp, isTold, nonce } = entry
  return utf8ToBytes(
    JSON.stringify({ nonce, call, gasLimit: toQuantity(entry.gasLimit), confirmations, givenUp, isTold, versions })
  )
}

function toVersion(value: unknown): Version {
  const { fees, hash, kind, raw } = asObject(value)
  if ((kind !== 'call' && kind !== 'void') || !Array.isArray(fees)) {
    throw new TypeError('no version')
  }
  const [maxFeePerGas, maxPriorityFeePerGas] = fees.map(asQuantity) as [bigint, bigint]
  return { kind, hash: asHex32(hash), raw: asHex(raw), fees: { maxFeePerGas, maxPriorityFeePerGas } }
}

function fromBytes(bytes: Uint8Array, nowMs: number): Entry {
  const { call, confirmations, gasLimit, givenUp, isTold, nonce, versions } = asObject(JSON.parse(bytesToUtf8(bytes)))
  if (!Number.isSafeInteger(nonce) || !Number.isSafeInteger(confirmations) || !Array.isArray(versions) || versions.length === 0) {
    throw new TypeError('no entry')
  }
  const given = call === null ? null : asObject(call)
  const reason = givenUp === null ? null : asObject(givenUp)
  return {
    nonce: nonce as number,
    call: given === null ? null : { to: given.to === null ? null : (asHex(given.to) as Address), data: asHex(given.data) },
    gasLimit: asQuantity(gasLimit),
    confirmations: confirmations as number,
    versions: versions.map(toVersion),
    givenUp: reason === null ? null : { reason: String(reason.reason), text: String(reason.text) },
    isTold: isTold === true,
    mined: null,
    // Sent again at the first look: the last process may have ended before it could.
    sentAtMs: 0,
    signedAtMs: nowMs,
    misses: 0,
    missedSince: 0
  }
}

/** `prefix` names chain, contracts and account: nonces of one are nothing to another. */
export function createQueueRecords(keyValue: KeyValue | null, prefix: string): QueueRecords {
  const keyOf = (nonce: number): string => `${prefix}/nonce/${String(nonce).padStart(NONCE_DIGITS, '0')}`
  const nextKey = `${prefix}/next`
  if (keyValue === null) {
    return { load: async () => ({ state: EMPTY_QUEUE, unreadable: 0 }), write: async () => {} }
  }
  return {
    async load(nowMs) {
      const entries: Entry[] = []
      let unreadable = 0
      for await (const { value } of keyValue.list(`${prefix}/nonce/`, { limit: MAX_RECORDS })) {
        try {
          entries.push(fromBytes(value, nowMs))
        } catch {
          unreadable += 1
        }
      }
      const stored = await keyValue.get(nextKey)
      const next = stored === null ? 0 : Number(bytesToUtf8(stored))
      const last = entries.at(-1)?.nonce ?? -1
      return {
        state: { ...EMPTY_QUEUE, entries, next: Math.max(Number.isSafeInteger(next) ? next : 0, last + 1) },
        unreadable
      }
    },
    async write(entries, forgotten, next) {
      const operations: KeyValueOperation[] = [
        ...forgotten.map((nonce) => ({ type: 'delete' as const, key: keyOf(nonce) })),
        ...entries.map((entry) => ({ type: 'put' as const, key: keyOf(entry.nonce), value: toBytes(entry) })),
        { type: 'put', key: nextKey, value: utf8ToBytes(String(next)) }
      ]
      await keyValue.batch(operations, { sync: entries.length > 0 })
    }
  }
}
