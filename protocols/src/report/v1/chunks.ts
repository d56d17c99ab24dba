import { equalBytes } from '@cortensor/utils'
import * as dagCbor from '@ipld/dag-cbor'
import { concat } from 'uint8arrays/concat'
import { blockList } from '../../common/v1/block-checks.js'
import { checkBlockShape } from '../../common/v1/block-shape.js'
import { type BlockWriter, createBlockWriter } from '../../common/v1/block-writer.js'
import { guard, wireError } from '../../common/v1/errors.js'
import { checkSize } from '../../common/v1/wire-codec.js'
import { MAX_REPORT_BLOCK_BYTES, MAX_REPORT_BLOCK_VALUES, MAX_REPORT_DEPTH, MAX_SECTION_ROWS, MIN_CHUNK_BYTES } from './limits.js'
import type { RowCodec } from './row-codec.js'
import { SECTIONS, type SectionName, type SectionRow } from './sections.js'

/** The longest head of a list that a chunk can have room for. */
const MAX_HEAD_BYTES = 5
/** The major type of a list, in the top three bits of its head; RFC 8949, section 3. */
const LIST = 4

/** One row in 512 ends a chunk that is large enough: chunks of 40 to 130 KiB for rows of 45 to 230 bytes. */
const LAST_ROW_MASK = 0x1ff

/** FNV-1a with 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/: cheap, and spread evenly enough to cut at. */
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

function fnv1a(bytes: Uint8Array): number {
  let hash = FNV_OFFSET
  for (let i = 0; i < bytes.byteLength; i++) {
    hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME)
  }
  return hash >>> 0
}

/** The rows of one section, one after another, and where each ends. */
interface WrittenRows {
  bytes: BlockWriter
  ends: readonly number[]
}

function writeRows<Row>(codec: RowCodec<Row>, rows: readonly Row[]): WrittenRows {
  const bytes = createBlockWriter()
  const ends = rows.map((row) => {
    bytes.write(codec.toBlock(row))
    return bytes.length
  })
  return { bytes, ends }
}

/**
 * Cuts rows where their own bytes say so: a row whose hash ends in zeros is the last of a chunk that has its least size. So the cuts move
 * with the rows, and a chunk between two of them stays the same block when rows are added or dropped elsewhere.
 */
function cutRows({ bytes, ends }: WrittenRows): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let [first, start, last] = [0, 0, 0]
  const close = (next: number): void => {
    chunks.push(concat([listHead(next - first), bytes.view(start, last)]))
    first = next
    start = last
  }
  for (const [i, end] of ends.entries()) {
    if (i > first && end - start > MAX_REPORT_BLOCK_BYTES - MAX_HEAD_BYTES) {
      close(i)
    }
    const isLast = end - start >= MIN_CHUNK_BYTES && (fnv1a(bytes.view(last, end)) & LAST_ROW_MASK) === 0
    last = end
    if (isLast) {
      close(i + 1)
    }
  }
  if (first < ends.length) {
    close(ends.length)
  }
  return chunks
}

/** The CBOR head of a list; RFC 8949, section 3. */
function listHead(length: number): Uint8Array {
  if (length < 24) {
    return Uint8Array.of(0x80 | length)
  }
  if (length < 0x100) {
    return Uint8Array.of(0x98, length)
  }
  return length < 0x10000
    ? Uint8Array.of(0x99, length >> 8, length & 0xff)
    : Uint8Array.of(0x9a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff)
}

const writeChunks = <Row>(name: string, codec: RowCodec<Row>, rows: readonly Row[]): Uint8Array[] =>
  guard(name, () => cutRows(writeRows(codec, rows)))

function checkRising<Row>(name: string, { keyOf }: RowCodec<Row>, rows: readonly Row[]): void {
  let before: string | null = null
  for (const row of keyOf === null ? [] : rows) {
    const key = (keyOf as (row: Row) => string)(row)
    if (before !== null && before >= key) {
      throw wireError('WIRE_MALFORMED', `${name} must be ordered by rising key, none twice`)
    }
    before = key
  }
}

const codecOf = <Name extends SectionName>(name: Name): RowCodec<SectionRow[Name]> => SECTIONS[name]

/**
 * The chunks of a section, none for no rows. Throws a `WireErrorCode` for rows that have no form. Numbers are taken as they are: they come
 * from messages whose limits were checked.
 */
export function encodeSection<Name extends SectionName>(name: Name, rows: readonly SectionRow[Name][]): Uint8Array[] {
  const codec = codecOf(name)
  blockList(rows, MAX_SECTION_ROWS, name)
  checkRising(name, codec, rows)
  const chunks = writeChunks(name, codec, rows)
  for (const chunk of chunks) {
    checkSize(name, chunk, MAX_REPORT_BLOCK_BYTES)
  }
  return chunks
}

function chunkRows<Name extends SectionName>(name: Name, chunk: Uint8Array, maxRows: number): SectionRow[Name][] {
  checkSize(name, chunk, MAX_REPORT_BLOCK_BYTES)
  checkBlockShape(chunk, { maxDepth: MAX_REPORT_DEPTH, maxValues: MAX_REPORT_BLOCK_VALUES })
  return guard(name, () => blockList(dagCbor.decode(chunk), maxRows, name).map(codecOf(name).fromBlock))
}

/** Where a key has its place as far as one chunk tells: here, in a chunk before or after it, or nowhere. */
export type RowPlace<Row> = { at: 'here'; row: Row } | { at: 'before' | 'after' | 'nowhere' }

/** Searches in halves, and reads no more rows than that takes: a chunk has hundreds. Throws a `WireErrorCode`. */
export function findInChunk<Name extends SectionName>(name: Name, chunk: Uint8Array, key: string): RowPlace<SectionRow[Name]> {
  const { fromBlock, keyOf } = codecOf(name)
  const starts = rowStarts(name, chunk)
  const rowAt = (i: number): SectionRow[Name] =>
    guard(name, () => fromBlock(dagCbor.decode(chunk.subarray(starts[i], starts[i + 1]))))
  let [low, high] = [0, starts.length]
  while (keyOf !== null && low < high) {
    const middle = (low + high) >> 1
    const row = rowAt(middle)
    const found = keyOf(row)
    if (found === key) {
      return { at: 'here', row }
    }
    if (found < key) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return { at: low === starts.length ? 'after' : low === 0 ? 'before' : 'nowhere' }
}

function rowStarts(name: SectionName, chunk: Uint8Array): number[] {
  checkSize(name, chunk, MAX_REPORT_BLOCK_BYTES)
  const starts: number[] = []
  checkBlockShape(chunk, { maxDepth: MAX_REPORT_DEPTH, maxValues: MAX_REPORT_BLOCK_VALUES }, (position) => starts.push(position))
  if ((chunk[0] as number) >> 5 !== LIST) {
    throw wireError('WIRE_MALFORMED', `${name} must be a list`)
  }
  return starts
}

/** The rows of all chunks of a section, each bounded before it is parsed, and together in their only possible form. Throws a `WireErrorCode`. */
export function decodeSection<Name extends SectionName>(name: Name, chunks: readonly Uint8Array[]): SectionRow[Name][] {
  const codec = codecOf(name)
  let rows: SectionRow[Name][] = []
  for (const chunk of chunks) {
    rows = rows.concat(chunkRows(name, chunk, MAX_SECTION_ROWS - rows.length))
  }
  checkRising(name, codec, rows)
  const again = writeChunks(name, codec, rows)
  if (again.length !== chunks.length || !again.every((chunk, i) => equalBytes(chunk, chunks[i] as Uint8Array))) {
    throw wireError('WIRE_MALFORMED', `${name} is not in its canonical form, or cut elsewhere than its rows say`)
  }
  return rows
}
