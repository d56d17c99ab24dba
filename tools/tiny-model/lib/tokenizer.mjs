// Byte-level BPE as GPT-2 has it, in the form that llama.cpp reads (`tokenizer.ggml.model` = "gpt2").

/** Cuts text into pieces that merges never cross. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+/g

/** Token 0 begins every document and fills up, 1 opens a message, 2 ends one. */
export const SPECIAL_TOKENS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>']
export const [BOS, MESSAGE_START, MESSAGE_END] = [0, 1, 2]

/** A pair that occurs less often does not become a token. */
const MIN_PAIR_COUNT = 20

/** GPT-2's letters for bytes: printable ones stand for themselves, the others for letters from U+0100 on. */
const BYTE_LETTERS = byteLetters()
const LETTER_BYTES = new Map(BYTE_LETTERS.map((letter, byte) => [letter, byte]))

function byteLetters() {
  const isPlain = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPlain(byte) ? byte : next++))
}

const encoder = new TextEncoder()
const lettersOf = (piece) => Array.from(encoder.encode(piece), (byte) => BYTE_LETTERS[byte])

/**
 * Learns merges from the counted pieces of a text. No merge contains a digit: numbers are read digit by digit.
 *
 * @param {Iterable<string>} texts
 * @param {number} size of the vocabulary; what the text has no pairs for is filled with reserved tokens
 * @returns {{ tokens: string[], merges: string[] }}
 */
export function learnVocabulary(texts, size) {
  const counts = new Map()
  for (const text of texts) {
    for (const piece of text.match(PIECES) ?? []) {
      counts.set(piece, (counts.get(piece) ?? 0) + 1)
    }
  }
  const words = [...counts].map(([piece, count]) => ({ parts: lettersOf(piece), count }))
  const tokens = [...SPECIAL_TOKENS, ...BYTE_LETTERS]
  const known = new Set(tokens)
  const merges = []
  while (tokens.length < size) {
    const best = mostFrequentPair(words)
    if (best === null || best.count < MIN_PAIR_COUNT) {
      break
    }
    const merged = best.first + best.second
    merges.push(`${best.first} ${best.second}`)
    if (!known.has(merged)) {
      known.add(merged)
      tokens.push(merged)
    }
    for (const word of words) {
      mergePair(word.parts, best.first, best.second)
    }
  }
  while (tokens.length < size) {
    tokens.push(`<|reserved_${tokens.length}|>`)
  }
  return { tokens, merges }
}

function mostFrequentPair(words) {
  const pairs = new Map()
  for (const { parts, count } of words) {
    for (let i = 0; i + 1 < parts.length; i++) {
      const pair = `${parts[i]} ${parts[i + 1]}`
      pairs.set(pair, (pairs.get(pair) ?? 0) + count)
    }
  }
  let best = null
  for (const [pair, count] of pairs) {
    // Ties go to the pair that sorts last, so that the vocabulary does not depend on the order of the text.
    if (!/\d/.test(pair) && (best === null || count > best.count || (count === best.count && pair > best.pair))) {
      best = { pair, count }
    }
  }
  if (best === null) {
    return null
  }
  const [first, second] = best.pair.split(' ')
  return { first, second, count: best.count }
}

function mergePair(parts, first, second) {
  for (let i = 0; i + 1 < parts.length; i++) {
    if (parts[i] === first && parts[i + 1] === second) {
      parts.splice(i, 2, first + second)
    }
  }
}

/** @param {{ tokens: string[], merges: string[] }} vocabulary */
export function createTokenizer({ tokens, merges }) {
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const ranks = new Map(merges.map((merge, rank) => [merge, rank]))
  const cache = new Map()

  function encodePiece(piece) {
    const parts = lettersOf(piece)
    while (parts.length > 1) {
      let [best, at] = [Number.POSITIVE_INFINITY, -1]
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Number.POSITIVE_INFINITY
        if (rank < best) {
          ;[best, at] = [rank, i]
        }
      }
      if (at < 0) {
        break
      }
      parts.splice(at, 2, parts[at] + parts[at + 1])
    }
    return parts.map((part) => ids.get(part))
  }

  return {
    size: tokens.length,
    /** Text only: the names of special tokens in it are plain letters. */
    encode(text) {
      return (text.match(PIECES) ?? []).flatMap((piece) => {
        let encoded = cache.get(piece)
        if (encoded === undefined) {
          encoded = encodePiece(piece)
          cache.set(piece, encoded)
        }
        return encoded
      })
    },
    /** Leaves special and reserved tokens out. */
    decode(tokenIds) {
      const letters = tokenIds.flatMap((id) =>
        id < SPECIAL_TOKENS.length || tokens[id].startsWith('<|reserved_') ? [] : [...tokens[id]]
      )
      return new TextDecoder().decode(Uint8Array.from(letters, (letter) => LETTER_BYTES.get(letter)))
    }
  }
}
