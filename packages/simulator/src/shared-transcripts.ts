import { blockCid } from '@cortensor/crypto'
import { type ReadTranscript, readTranscript } from '@cortensor/proofs'
import { bytesToHex, deepFreeze, LruMap } from '@cortensor/utils'

/** Both auditors of an answer read it within seconds. */
const REMEMBERED_TRANSCRIPTS = 1_024

/** Reads a transcript once for all who audit it: what a block says with a key follows from their bytes. */
export function createSharedTranscripts(): typeof readTranscript {
  const known = new LruMap<string, ReadTranscript>(REMEMBERED_TRANSCRIPTS)
  return (block, keys = []) => {
    const key = [blockCid(block, 'dag-cbor'), ...keys.map(bytesToHex)].join('/')
    const read = known.get(key) ?? deepFreeze(readTranscript(block, keys))
    known.set(key, read)
    return read
  }
}
