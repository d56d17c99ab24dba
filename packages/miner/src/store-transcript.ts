import type { CidString } from '@cortensor/interface'
import type { Transcript } from '@cortensor/protocols'
import { encodeTranscript } from '@cortensor/protocols'
import type { Announcer } from './announcer.js'
import type { MinerComponents } from './components.js'

/** Keeps a transcript and serves it; telling the DHT about it takes longer and goes on in the background. */
export async function storeTranscript(
  transcript: Omit<Transcript, 'version' | 'miner'>,
  { signer, store }: MinerComponents,
  { announce }: Pick<Announcer, 'announce'>
): Promise<CidString> {
  const cid = await store.put(encodeTranscript({ version: 1, miner: signer.nodeId, ...transcript }), 'dag-cbor')
  announce(cid)
  return cid
}
