import { utf8ToBytes } from '@cortensor/utils'
import type { Embedding } from './similarity.js'

/** Names what {@link embedText} computes, to the bit. A change needs a new name, and its thresholds a new calibration. */
export const TEXT_EMBEDDING = 'cortensor/text-embedding/1'

/** Of a text, in bytes: what is longer is compared by its beginning. */
const MAX_EMBEDDED_BYTES = 16_384

/** Two features of an answer of 100 words rarely share a place among so many. */
const DIMENSIONS = 1_024

/** Words and pairs of neighbours count this much, pieces of words once: of what was tried, this tells right answers best from wrong ones. */
const WORD_WEIGHT = 3

/** Bytes of a piece: a letter of any script, or a syllable. Without pieces, a script without spaces would be one long word. */
const PIECE_BYTES = 3

const SPACE = 0x20

/** Signs that change what an answer says: -5 is not 5. */
const SIGNS = new Set(utf8ToBytes('+-*/=<>%&|^~@$\\'))

/** ASCII only: case tables of the rest change with the version of Unicode. */
const lowered = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)

const isWordByte = (byte: number): boolean => byte >= 0x80 || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a)

/** Runs of letters and digits, and single signs; of a text that has neither, everything. */
function wordsOf(text: string): number[][] {
  // Each UTF-16 unit has one byte at least.
  const bytes = utf8ToBytes(text.slice(0, MAX_EMBEDDED_BYTES)).subarray(0, MAX_EMBEDDED_BYTES)
  const words: number[][] = []
  let word: number[] = []
  const end = () => {
    if (word.length > 0) {
      words.push(word)
      word = []
    }
  }
  for (const byte of Array.from(bytes, lowered)) {
    if (isWordByte(byte)) {
      word.push(byte)
      continue
    }
    end()
    if (SIGNS.has(byte)) {
      words.push([byte])
    }
  }
  end()
  const rest = Array.from(bytes).filter((byte) => byte > SPACE)
  return words.length === 0 && rest.length > 0 ? [rest] : words
}

/** 32-bit FNV-1a, going on from `hash`. */
function folded(hash: number, bytes: readonly number[], from: number, to: number): number {
  let folding = hash
  for (let i = from; i < to; i++) {
    folding = Math.imul(folding ^ (bytes[i] as number), 0x01000193)
  }
  return folding
}

/** Mixed once more, because the low bits of FNV are uneven. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (half ^ (half >>> 13)) >>> 0
}

const startOf = (kind: number): number => Math.imul(0x811c9dc5 ^ kind, 0x01000193)

const WORD = startOf(1)
const PAIR = startOf(2)
const PIECE = startOf(3)

/**
 * Where a text lies by the words in it, their order and their spelling: counts of features, each at a place and with a sign by its hash.
 * It knows no meaning: answers in other words lie elsewhere. In whole numbers, without a model or a table, so that it is the same
 * everywhere and for good.
 */
export function embedText(text: string): Embedding {
  const vector = new Int32Array(DIMENSIONS)
  const add = (hash: number, weight: number) => {
    const place = mixed(hash)
    vector[place % DIMENSIONS] = (vector[place % DIMENSIONS] as number) + (place >>> 31 === 0 ? weight : -weight)
  }
  const words = wordsOf(text).map((word) => [SPACE, ...word, SPACE])
  // Pairs are a word with the space behind it, and the next one; the first and the last stand next to nothing.
  let pair = folded(PAIR, [SPACE], 0, 1)
  for (const word of words) {
    const end = word.length - 1
    add(folded(WORD, word, 1, end), WORD_WEIGHT)
    add(folded(pair, word, 1, end), WORD_WEIGHT)
    for (let i = 0; i + PIECE_BYTES <= word.length; i++) {
      add(folded(PIECE, word, i, i + PIECE_BYTES), 1)
    }
    pair = folded(PAIR, word, 1, word.length)
  }
  if (words.length > 0) {
    add(pair, WORD_WEIGHT)
  }
  return vector
}
