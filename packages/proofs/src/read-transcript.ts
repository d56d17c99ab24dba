import {
  decodeStoredTranscript,
  isSealed,
  isWireError,
  openTranscript,
  type SealedTranscript,
  type Transcript
} from '@cortensor/protocols'

/** What a block turns out to be, with the keys at hand. */
export type ReadTranscript =
  | { type: 'open'; transcript: Transcript }
  /** None of the keys opens it. */
  | { type: 'sealed'; transcript: SealedTranscript }
  /** It is no transcript, or what was sealed is none. */
  | { type: 'malformed' }

/**
 * Reads a transcript, and opens it with the first key that does.
 *
 * @param keys of a private answer: its task's salt
 */
export function readTranscript(block: Uint8Array, keys: readonly Uint8Array[] = []): ReadTranscript {
  try {
    const transcript = decodeStoredTranscript(block)
    if (!isSealed(transcript)) {
      return { type: 'open', transcript }
    }
    for (const key of keys) {
      const opened = openTranscript(transcript, key)
      if (opened !== null) {
        return { type: 'open', transcript: opened }
      }
    }
    return { type: 'sealed', transcript }
  } catch (error) {
    if (isWireError(error)) {
      return { type: 'malformed' }
    }
    throw error
  }
}
