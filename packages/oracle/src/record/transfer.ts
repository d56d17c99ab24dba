import { bytesToHex32, sha256 } from '@cortensor/crypto'
import type { KeyValue, KeyValueOperation, NodeId } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import type { OracleErrorCode } from '../errors.js'
import { MARKER_KEY, PROPOSED, readEntry, SIGNED_PREFIX } from './entries.js'
import { IMPORTED } from './signing-record.js'

/** A thousand epochs of a few views take less than 1 MiB; with views that time out for days it is still below this. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024

const HEADER = 'cortensor signing record 1'

const invalid = (message: string): CortensorError<OracleErrorCode> =>
  new CortensorError<OracleErrorCode>('ORACLE_RECORD_INVALID', message)

const sumOf = (body: string): string => bytesToHex32(sha256(utf8ToBytes(body)))

/** The signing record of a stopped oracle as text, to take along to another disk: header, node, one line an entry, checksum. */
export async function exportRecord(keyValue: KeyValue, nodeId: NodeId): Promise<Uint8Array> {
  const lines = [HEADER, nodeId]
  for await (const { key, value } of keyValue.list(SIGNED_PREFIX)) {
    const entry = readEntry(key, value)
    if (entry === null) {
      throw invalid(`The signing record is damaged at ${key}; start this oracle once to renew it`)
    }
    lines.push(`${key} ${entry.value}`)
  }
  const body = `${lines.join('\n')}\n`
  return utf8ToBytes(`${body}${sumOf(body)}\n`)
}

/**
 * Adds an exported record to the one of a stopped oracle. Which of the two is newer cannot be seen, so the oracle signs from the second
 * epoch on that begins after its next start. Throws `ORACLE_RECORD_INVALID`, and changes nothing, for another node's record, a damaged
 * one, or one that contradicts what this oracle has signed.
 */
export async function importRecord(keyValue: KeyValue, nodeId: NodeId, bytes: Uint8Array): Promise<{ entries: number }> {
  const entries = readExport(bytes, nodeId)
  const operations: KeyValueOperation[] = []
  for (const [key, value] of entries) {
    const known = await keyValue.get(key)
    const here = known === null ? value : bytesToUtf8(known)
    // That there was a proposal contradicts no proposal, and what was in it is worth keeping.
    if (here !== value && here !== PROPOSED && value !== PROPOSED) {
      throw invalid(`The record to import contradicts the one that is here at ${key}; keep the one that is here`)
    }
    operations.push({ type: 'put', key, value: utf8ToBytes(value === PROPOSED ? here : value) })
  }
  await keyValue.batch([...operations, { type: 'put', key: MARKER_KEY, value: utf8ToBytes(IMPORTED) }], { sync: true })
  return { entries: operations.length }
}

function readExport(bytes: Uint8Array, nodeId: NodeId): [key: string, value: string][] {
  if (bytes.byteLength > MAX_RECORD_BYTES) {
    throw invalid(`A signing record takes at most ${MAX_RECORD_BYTES} bytes, this one has ${bytes.byteLength}`)
  }
  const text = textOf(bytes)
  const end = text.lastIndexOf('\n', text.length - 2) + 1
  const body = text.slice(0, end)
  if (text.slice(end) !== `${sumOf(body)}\n`) {
    throw invalid('The signing record is damaged or cut off: its checksum does not fit; export it again')
  }
  const [header, owner, ...lines] = body.trimEnd().split('\n')
  if (header !== HEADER || owner !== nodeId) {
    throw invalid(`This is no signing record of node ${nodeId}; import the one that was exported there`)
  }
  return lines.map((line) => {
    const space = line.indexOf(' ')
    const [key, value] = [line.slice(0, space), line.slice(space + 1)]
    if (readEntry(key, utf8ToBytes(value)) === null) {
      throw invalid(`The signing record holds an entry that no oracle has written: ${key.slice(0, 100)}`)
    }
    return [key, value]
  })
}

function textOf(bytes: Uint8Array): string {
  try {
    return bytesToUtf8(bytes)
  } catch {
    throw invalid('A signing record is text; this is none')
  }
}
