import type { ReadTranscript, readTranscript } from '@cortensor/proofs'
import { equalBytes } from '@cortensor/utils'

/** Reads a block that is asked for again with the same keys but once: a round's transcript takes milliseconds. */
export function readOnce(read: typeof readTranscript): typeof readTranscript {
  let last: { block: Uint8Array; keys: readonly Uint8Array[]; found: ReadTranscript } | undefined
  return (block, keys = []) => {
    const isSame =
      last?.block === block &&
      last.keys.length === keys.length &&
      last.keys.every((key, i) => equalBytes(key, keys[i] as Uint8Array))
    last = last !== undefined && isSame ? last : { block, keys: [...keys], found: read(block, keys) }
    return last.found
  }
}
