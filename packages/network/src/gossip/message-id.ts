import { sha256 } from '@cortensor/crypto'

export interface MessageIds {
  /** The id that peers exchange: SHA-256 of the data. */
  idOf(message: { data: Uint8Array }): Uint8Array
  /** The same hash as text, asked for first, so that duplicates are dropped before anything else is done with them. */
  fastIdOf(message: { data?: Uint8Array | undefined }): string
}

/** Hashes each message object once although gossipsub asks twice. */
export function createMessageIds(): MessageIds {
  const known = new WeakMap<Uint8Array, Uint8Array>()
  const hash = (data: Uint8Array): Uint8Array => {
    const before = known.get(data)
    if (before !== undefined) {
      return before
    }
    const id = sha256(data)
    known.set(data, id)
    return id
  }
  return {
    idOf: (message) => hash(message.data),
    fastIdOf: (message) => Buffer.from(hash(message.data ?? new Uint8Array(0))).toString('latin1')
  }
}
