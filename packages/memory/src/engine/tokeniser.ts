/** Longest piece of a word, in characters: about what a small vocabulary knows. */
const PIECE_CHARS = 5
const PIECES = new RegExp(`\\s*[^\\s]{1,${PIECE_CHARS}}|\\s+`, 'gu')

/** As many ids as small models have tokens. */
const VOCABULARY = 32_000

/** Splits a text into pieces of a few characters with the white space before them; together they are the text again. */
export function splitText(text: string): string[] {
  return text.match(PIECES) ?? []
}

export function pieceToTokenId(piece: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < piece.length; i++) {
    hash = Math.imul(hash ^ piece.charCodeAt(i), 0x01000193)
  }
  return (hash >>> 0) % VOCABULARY
}
