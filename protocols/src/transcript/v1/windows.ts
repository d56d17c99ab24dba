import { bytesToHex32, createMerkleTree, domainHash, hex32ToBytes, keccak256, type MerkleTree } from '@cortensor/crypto'
import type { LogitTrace } from '@cortensor/interface'
import { uint64ToBytes } from '@cortensor/utils'
import { DECODE_SPECS } from '../../decode/v1/spec.js'

const WINDOW_DOMAIN = 'cortensor/window/v1'
const LEAF_DOMAIN = 'cortensor/window-leaf/v1'
const PROMPT_DOMAIN = 'cortensor/prompt/v1'

export const WINDOW_TOKENS = DECODE_SPECS.verifiable.windowTokens
export const TRACE_TOP = DECODE_SPECS.verifiable.traceTop

/** An id of 3 bytes: the largest vocabularies have 262,144 tokens. */
const ID_BYTES = 3
/** Stands for no token, where a vocabulary has fewer than eight. */
const NO_ID = 0xff_ffff
/** A position: the ids, the largest logit as it is, and how far below it each of the others lies. */
export const POSITION_BYTES = TRACE_TOP * ID_BYTES + 4 + (TRACE_TOP - 1) * 2
/** Steps of a distance between logits: a fortieth of the smallest tolerance in use. */
export const LOGIT_STEP = 1 / 4096
/** Distances from here on are told as this one: 16 logits below the largest is a probability of one in ten million. */
export const MAX_LOGIT_DISTANCE = 0xffff * LOGIT_STEP

/** What a transcript says about the logits of 32 positions of an answer; fewer in the last window. */
export interface Window {
  /** For each position its most likely tokens and their rounded logits, packed: see `readTop`. */
  top: Uint8Array
  /** Binds ids and exact logits of this window and, through the hash of the one before, of all earlier ones. */
  hash: Uint8Array
}

/** The most likely tokens of one position as a transcript tells them. */
export interface TopLogits {
  ids: number[]
  /** The first is exact; the others are rounded to steps, and never further below the first than the largest distance. */
  logits: number[]
}

/** What stands for a prompt wherever its tokens are not shown, and what the first window's hash begins with. */
export const promptDigest = (promptTokenIds: readonly number[]): Uint8Array => domainHash(PROMPT_DOMAIN, idBytes(promptTokenIds))

export const countWindows = (tokens: number): number => Math.ceil(tokens / WINDOW_TOKENS)

/** The bytes that a window's hash covers: 32-bit little-endian ids and exact logits of its positions. */
function exactBytes(trace: LogitTrace, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * TRACE_TOP * 8)
  const view = new DataView(bytes.buffer)
  let offset = 0
  for (let position = from; position < to; position++) {
    for (let i = 0; i < TRACE_TOP; i++) {
      const index = position * trace.top + i
      view.setInt32(offset, i < trace.top ? (trace.ids[index] as number) : -1, true)
      view.setFloat32(offset + 4, i < trace.top ? (trace.logits[index] as number) : 0, true)
      offset += 8
    }
  }
  return bytes
}

function idBytes(tokenIds: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(tokenIds.length * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < tokenIds.length; i++) {
    view.setUint32(i * 4, tokenIds[i] as number, true)
  }
  return bytes
}

/**
 * The hash of a window out of exact logits, which a reader computes again to see whether they are the same to the last bit.
 *
 * @param previous hash of the window before; of the first one, the prompt's digest
 * @param trace of this window alone
 */
export function windowHash(previous: Uint8Array, tokenIds: readonly number[], trace: LogitTrace): Uint8Array {
  return domainHash(WINDOW_DOMAIN, previous, idBytes(tokenIds), exactBytes(trace, 0, tokenIds.length))
}

function packTop(trace: LogitTrace, positions: number): Uint8Array {
  const bytes = new Uint8Array(positions * POSITION_BYTES)
  const view = new DataView(bytes.buffer)
  let offset = 0
  for (let position = 0; position < positions; position++) {
    const start = position * trace.top
    const largest = trace.logits[start] as number
    for (let i = 0; i < TRACE_TOP; i++) {
      const id = i < trace.top ? (trace.ids[start + i] as number) : -1
      view.setUint8(offset, (id >> 16) & 0xff)
      view.setUint16(offset + 1, id & 0xffff)
      offset += ID_BYTES
    }
    view.setFloat32(offset, largest)
    offset += 4
    for (let i = 1; i < TRACE_TOP; i++) {
      const isThere = i < trace.top && trace.ids[start + i] !== -1
      const distance = isThere ? (largest - (trace.logits[start + i] as number)) / LOGIT_STEP : 0xffff
      view.setUint16(offset, Math.min(0xffff, Math.round(distance)))
      offset += 2
    }
  }
  return bytes
}

/** One position of a window. Throws a `RangeError` when the window does not have it. */
export function readTop(top: Uint8Array, position: number): TopLogits {
  const view = new DataView(top.buffer, top.byteOffset + position * POSITION_BYTES, POSITION_BYTES)
  const largest = view.getFloat32(TRACE_TOP * ID_BYTES)
  const ids: number[] = []
  const logits: number[] = []
  for (let i = 0; i < TRACE_TOP; i++) {
    const id = (view.getUint8(i * ID_BYTES) << 16) | view.getUint16(i * ID_BYTES + 1)
    if (id !== NO_ID) {
      ids.push(id)
      logits.push(i === 0 ? largest : largest - view.getUint16(TRACE_TOP * ID_BYTES + 4 + (i - 1) * 2) * LOGIT_STEP)
    }
  }
  return { ids, logits }
}

/** The windows of an answer, from its trace. */
export function sealWindows(promptTokenIds: readonly number[], tokenIds: readonly number[], trace: LogitTrace): Window[] {
  const windows: Window[] = []
  let previous = promptDigest(promptTokenIds)
  for (let from = 0; from < tokenIds.length; from += WINDOW_TOKENS) {
    const ids = tokenIds.slice(from, from + WINDOW_TOKENS)
    const start = from * trace.top
    const end = start + ids.length * trace.top
    const part = { top: trace.top, ids: trace.ids.subarray(start, end), logits: trace.logits.subarray(start, end) }
    previous = windowHash(previous, ids, part)
    windows.push({ top: packTop(part, ids.length), hash: previous })
  }
  return windows
}

/**
 * The tree over the windows of an answer: each leaf has the window's number, its token ids, its packed logits and its hash.
 *
 * @param salt of a private answer, so that nobody can try out what a leaf might say; see `windowSalt`
 */
export const windowsTree = (tokenIds: readonly number[], windows: readonly Window[], salt?: Uint8Array): MerkleTree =>
  createMerkleTree(windows.map((window, index) => bytesToHex32(windowLeaf(tokenIds, window, index, salt))))

function windowLeaf(tokenIds: readonly number[], { hash, top }: Window, index: number, salt: Uint8Array | undefined): Uint8Array {
  const ids = idBytes(tokenIds.slice(index * WINDOW_TOKENS, (index + 1) * WINDOW_TOKENS))
  const parts = [uint64ToBytes(index), ids, top, hash, ...(salt === undefined ? [] : [salt])]
  // Hashed twice: an inner node hashes 64 bytes, a leaf 32, so neither can pass for the other.
  return keccak256(domainHash(LEAF_DOMAIN, ...parts))
}

/** What a transcript names for all windows; zero when there are none. The leaf itself when there is one, as of most answers of rounds. */
export function windowsRoot(tokenIds: readonly number[], windows: readonly Window[], salt?: Uint8Array): Uint8Array {
  const [first, ...others] = windows
  return first !== undefined && others.length === 0
    ? windowLeaf(tokenIds, first, 0, salt)
    : hex32ToBytes(windowsTree(tokenIds, windows, salt).root)
}
