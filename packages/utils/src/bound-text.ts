import { utf8Length } from './bytes.js'

/** As much of a text as fits into so many bytes of UTF-8; cut at a character, not inside one. */
export function boundText(text: string, maxBytes: number): string {
  let bytes = 0
  let length = 0
  for (const character of text.toWellFormed()) {
    bytes += utf8Length(character)
    if (bytes > maxBytes) {
      break
    }
    length += character.length
  }
  return text.toWellFormed().slice(0, length)
}
