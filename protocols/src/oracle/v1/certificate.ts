import { type OwnedBytes, ownBytes, readBlob, readList } from '../../common/v1/checks.js'
import { MAX_COMMITTEE, MAX_TIMEOUT_ENVELOPE_BYTES } from './limits.js'

export const certificateToWire = (timeouts: readonly Uint8Array[]): OwnedBytes[] =>
  readList(timeouts, 0, MAX_COMMITTEE, 'timeouts').map(ownBytes)

/** Envelopes of timeouts of the view before; the first view has none before it. */
export const certificateFromWire = (timeouts: readonly Uint8Array[], view: number): OwnedBytes[] =>
  readList(timeouts, 0, view === 0 ? 0 : MAX_COMMITTEE, 'timeouts').map((timeout) =>
    readBlob(timeout, MAX_TIMEOUT_ENVELOPE_BYTES, 'timeouts')
  )
