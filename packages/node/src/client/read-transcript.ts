import { decodeTranscript, isWireError, type Transcript } from '@cortensor/protocols'

/** Null for a block that is something else. */
export function readTranscript(block: Uint8Array): Transcript | null {
  try {
    return decodeTranscript(block)
  } catch (error) {
    if (isWireError(error)) {
      return null
    }
    throw error
  }
}
