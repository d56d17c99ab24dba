import type { CidString, EpochNumber, Hex32 } from '@cortensor/interface'
import type { Instance } from '@cortensor/protocols'
import { instanceKey, MAX_COMMITTEE, MAX_TIMEOUT_ENVELOPE_BYTES } from '@cortensor/protocols'
import { bytesToHex, bytesToUtf8, hexToBytes } from '@cortensor/utils'
import { NO_WORDS, type SignedWords, type SpokenProposal } from './words.js'

/** Everything that was signed. Epochs have ten digits, so that keys are in the order of epochs. */
export const SIGNED_PREFIX = 'signed/'
/** From which epoch on this record is complete. */
export const MARKER_KEY = 'signing-record'

export type SignedKind = 'digest' | 'proposal' | 'timeout'

export interface SignedEntry {
  epoch: EpochNumber
  instance: string
  view: number
  kind: SignedKind
  value: string
}

const KEY = /^signed\/(\d{10})\/(0x[0-9a-f]{64}\/\d+\/0x[0-9a-f]{64})\/(\d{1,5})\/(digest|proposal|timeout)$/
const VALUES: Record<SignedKind, RegExp> = {
  digest: /^0x[0-9a-f]{64} [a-z0-9]{20,100}$/,
  proposal: new RegExp(
    `^(?:proposed|0x[0-9a-f]{64} [a-z0-9]{20,100}(?: (?:[0-9a-f]{2}){1,${MAX_TIMEOUT_ENVELOPE_BYTES}}){0,${MAX_COMMITTEE}})$`
  ),
  timeout: /^given-up$/
}

export const GIVEN_UP = 'given-up'
/** That there was a proposal, and no more. */
export const PROPOSED = 'proposed'

/** Digest, CID, and the timeouts of the certificate. */
export const proposalToValue = ({ digest, report, timeouts }: SpokenProposal): string =>
  [digest, report, ...timeouts.map(bytesToHex)].join(' ')

function valueToProposal(value: string, view: number): SpokenProposal | null {
  const [digest, report, ...timeouts] = value.split(' ') as [Hex32, CidString, ...string[]]
  return value === PROPOSED ? null : { view, digest, report, timeouts: timeouts.map(hexToBytes) }
}

export const instancePrefix = (instance: Instance): string =>
  `${SIGNED_PREFIX}${String(instance.epoch).padStart(10, '0')}/${instanceKey(instance)}/`

export const entryKey = (instance: Instance, view: number, kind: SignedKind): string =>
  `${instancePrefix(instance)}${view}/${kind}`

/** Null for what no oracle has written. */
export function readEntry(key: string, bytes: Uint8Array): SignedEntry | null {
  const [, epoch, instance, view, kind] = KEY.exec(key) ?? []
  try {
    const value = bytesToUtf8(bytes)
    return kind !== undefined && VALUES[kind as SignedKind].test(value)
      ? { epoch: Number(epoch) as EpochNumber, instance: instance as string, view: Number(view), kind: kind as SignedKind, value }
      : null
  } catch {
    return null
  }
}

const FIRST_KEY = /^signed\/(0x[0-9a-f]{64})\/(\d{1,10})\/(0x[0-9a-f]{64})\/(\d{1,5})\/(?:digest|timeout)$/

/**
 * A key of the first version of the record, which had no marker and no reports in it, as one of this version: a view in which something
 * was signed counts as given up. Null for any other key.
 */
export function upgradeKey(key: string): { epoch: number; key: string } | null {
  const [, config, epoch, prev, view] = FIRST_KEY.exec(key) ?? []
  if (view === undefined) {
    return null
  }
  const instance: Instance = { config: config as Hex32, epoch: Number(epoch) as EpochNumber, prev: prev as Hex32 }
  return { epoch: instance.epoch, key: entryKey(instance, Number(view), 'timeout') }
}

export function withEntry(words: SignedWords, { kind, value, view }: SignedEntry): SignedWords {
  switch (kind) {
    case 'digest': {
      const [digest, report] = value.split(' ') as [Hex32, CidString]
      return { ...words, attested: new Map(words.attested).set(view, { view, digest, report }) }
    }
    case 'proposal':
      return { ...words, proposed: new Map(words.proposed).set(view, valueToProposal(value, view)) }
    case 'timeout':
      return { ...words, timedOut: new Set(words.timedOut).add(view) }
  }
}

export const wordsOf = (entries: Iterable<SignedEntry>): SignedWords => [...entries].reduce(withEntry, NO_WORDS)
