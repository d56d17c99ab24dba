import type { KeyValue, KeyValueOperation } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import type { Instance } from '@cortensor/protocols'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import type { AttestedProposal } from '../agreement/state.js'
import type { OracleErrorCode } from '../errors.js'
import {
  entryKey,
  GIVEN_UP,
  instancePrefix,
  MARKER_KEY,
  PROPOSED,
  proposalToValue,
  readEntry,
  SIGNED_PREFIX,
  type SignedEntry,
  upgradeKey,
  wordsOf
} from './entries.js'
import { attestRefusal, proposeRefusal, type SignedWords, type SpokenProposal } from './words.js'

/**
 * What this oracle has signed, on disk before a signature leaves it, so that no restart makes it sign twice: one digest a view, none in
 * a view that it gave up, one proposal a view.
 */
export interface SigningRecord {
  /**
   * Must come first. `lastEpoch` is the last one on the chain, null when there is none. A record that is missing, torn or imported may
   * lack what was signed just before it was lost: nothing is signed then before the epoch `lastEpoch + 2`.
   */
  open(lastEpoch: number | null): Promise<void>
  /** The first epoch that is signed; null before the record was opened. */
  readonly fromEpoch: number | null
  /** What was said in an instance, to go on from there. */
  recall(instance: Instance): Promise<SignedWords>
  /** Throws `ORACLE_ALREADY_SIGNED` when another digest was signed in this view, or the view was given up. */
  attest(instance: Instance, proposal: AttestedProposal): Promise<void>
  giveUp(instance: Instance, view: number): Promise<void>
  /**
   * Keeps what it takes to say it again, of the last proposal of an instance. Throws `ORACLE_ALREADY_SIGNED` when there was another one
   * in this view.
   */
  propose(instance: Instance, proposal: SpokenProposal): Promise<void>
}

/** Words about epochs that lie further back are forgotten, and those epochs not signed again: far deeper than any reorganisation. */
const KEPT_EPOCHS = 1_024

/** What the marker says while a record that came from elsewhere has not been opened. */
export const IMPORTED = 'imported'

export function createSigningRecord(keyValue: KeyValue): SigningRecord {
  let fromEpoch: number | null = null
  let last: Promise<unknown> = Promise.resolve()
  /** One at a time: two that look at the same moment would both find nothing. */
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  const open = async (lastEpoch: number | null): Promise<void> => {
    const marker = await keyValue.get(MARKER_KEY)
    let from = marker === null ? null : readMarker(marker)
    let isNew = marker === null
    let [isDamaged, isFirstVersion] = [false, false]
    const operations: KeyValueOperation[] = []
    const oldest = (lastEpoch ?? 0) - KEPT_EPOCHS
    for await (const { key, value } of keyValue.list(SIGNED_PREFIX)) {
      isNew = false
      const upgraded = upgradeKey(key)
      if (upgraded !== null) {
        isFirstVersion = true
        const kept: KeyValueOperation[] = [{ type: 'put', key: upgraded.key, value: utf8ToBytes(GIVEN_UP) }]
        operations.push({ type: 'delete', key }, ...(upgraded.epoch < oldest ? [] : kept))
        continue
      }
      const entry = readEntry(key, value)
      isDamaged ||= entry === null
      if (entry === null || entry.epoch < oldest) {
        operations.push({ type: 'delete', key })
      }
    }
    from = isDamaged ? null : (from ?? (marker === null && isFirstVersion ? 1 : null))
    // A new network has no words to lose; nobody could ever sign its first epoch otherwise.
    from = Math.max(from ?? (isNew && lastEpoch === null ? 1 : (lastEpoch ?? 0) + 2), oldest)
    await keyValue.batch([...operations, { type: 'put', key: MARKER_KEY, value: utf8ToBytes(`from ${from}`) }], { sync: true })
    fromEpoch = from
  }
  const recall = async (instance: Instance): Promise<SignedWords> => {
    const entries: SignedEntry[] = []
    for await (const { key, value } of keyValue.list(instancePrefix(instance))) {
      const entry = readEntry(key, value)
      if (entry === null) {
        throw refusal('ORACLE_RECORD_UNREADABLE', `The signing record is damaged at ${key}; restart this oracle to renew it`)
      }
      entries.push(entry)
    }
    return wordsOf(entries)
  }
  const requireOpen = ({ epoch }: Instance): void => {
    if (fromEpoch === null || epoch < fromEpoch) {
      const when = fromEpoch === null ? 'its record is not open' : `its record is complete from epoch ${fromEpoch} on`
      throw refusal('ORACLE_NOT_SIGNING_YET', `Epoch ${epoch} is not signed here: ${when}`)
    }
  }
  const requireNone = (instance: Instance, view: number, before: string | null): void => {
    if (before !== null) {
      const message = `Epoch ${instance.epoch}, view ${view}: ${before} was signed before; this one is not signed here`
      throw refusal('ORACLE_ALREADY_SIGNED', message)
    }
  }
  const write = (key: string, value: string): Promise<void> => keyValue.put(key, utf8ToBytes(value), { sync: true })
  return {
    get fromEpoch() {
      return fromEpoch
    },
    open: (lastEpoch) => inOrder(() => open(lastEpoch)),
    recall: (instance) => inOrder(() => recall(instance)),
    attest: (instance, { digest, report, view }) =>
      inOrder(async () => {
        requireOpen(instance)
        requireNone(instance, view, attestRefusal(await recall(instance), view, digest))
        await write(entryKey(instance, view, 'digest'), `${digest} ${report}`)
      }),
    giveUp: (instance, view) =>
      inOrder(async () => {
        requireOpen(instance)
        await write(entryKey(instance, view, 'timeout'), GIVEN_UP)
      }),
    propose: (instance, proposal) =>
      inOrder(async () => {
        requireOpen(instance)
        const { proposed, ...words } = await recall(instance)
        requireNone(instance, proposal.view, proposeRefusal({ ...words, proposed }, proposal))
        const last = { view: proposal.view, value: proposalToValue(proposal) }
        // Nobody goes back to a view: of those before, it is enough that there was a proposal.
        const before = [...proposed.keys()].filter((view) => view < proposal.view).map((view) => ({ view, value: PROPOSED }))
        const operations = [...before, last].map(
          ({ value, view }): KeyValueOperation => ({
            type: 'put',
            key: entryKey(instance, view, 'proposal'),
            value: utf8ToBytes(value)
          })
        )
        await keyValue.batch(operations, { sync: true })
      })
  }
}

/** Null for one that is damaged, and for the one that an import has left. */
function readMarker(bytes: Uint8Array): number | null {
  try {
    const text = bytesToUtf8(bytes)
    return /^from \d{1,10}$/.test(text) ? Number(text.slice(5)) : null
  } catch {
    return null
  }
}

const refusal = (code: OracleErrorCode, message: string): CortensorError<OracleErrorCode> =>
  new CortensorError<OracleErrorCode>(code, message)
