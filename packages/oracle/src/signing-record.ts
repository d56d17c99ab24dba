import type { Hex32, KeyValue } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import type { Instance } from '@cortensor/protocols'
import { instanceKey } from '@cortensor/protocols'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import type { OracleErrorCode } from './errors.js'

/**
 * What this oracle has signed, on disk before a signature leaves it, so that no restart makes it sign twice: one digest a view, and
 * none in a view that it gave up.
 */
export interface SigningRecord {
  /** Throws `ORACLE_ALREADY_SIGNED` when another digest was signed in this view, or the view was given up. */
  attest(instance: Instance, view: number, digest: Hex32): Promise<void>
  giveUp(instance: Instance, view: number): Promise<void>
}

const GIVEN_UP = 'given-up'

export function createSigningRecord(keyValue: KeyValue): SigningRecord {
  const keyOf = (kind: string, instance: Instance, view: number): string => `signed/${instanceKey(instance)}/${view}/${kind}`
  const read = async (key: string): Promise<string | null> => {
    const value = await keyValue.get(key)
    return value === null ? null : bytesToUtf8(value)
  }
  let last: Promise<unknown> = Promise.resolve()
  /** One at a time: two that look at the same moment would both find nothing. */
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  const attest = async (instance: Instance, view: number, digest: Hex32): Promise<void> => {
    const signed = await read(keyOf('digest', instance, view))
    const gaveUp = await read(keyOf('timeout', instance, view))
    if ((signed !== null && signed !== digest) || gaveUp !== null) {
      const what = gaveUp === null ? 'another report' : 'a timeout'
      throw new CortensorError<OracleErrorCode>(
        'ORACLE_ALREADY_SIGNED',
        `Epoch ${instance.epoch}, view ${view}: ${what} was signed before; this report is not signed here`
      )
    }
    await keyValue.put(keyOf('digest', instance, view), utf8ToBytes(digest), { sync: true })
  }
  return {
    attest: (instance, view, digest) => inOrder(() => attest(instance, view, digest)),
    giveUp: (instance, view) =>
      inOrder(() => keyValue.put(keyOf('timeout', instance, view), utf8ToBytes(GIVEN_UP), { sync: true }))
  }
}
