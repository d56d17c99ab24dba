import type { CidString } from '@cortensor/interface'
import type { Transcript } from '@cortensor/protocols'
import { sealTranscript } from '@cortensor/protocols'
import type { Announcer } from './announcer.js'
import type { MinerComponents } from './components.js'

/** Signs a transcript, keeps it and serves it; telling the DHT about it takes longer and goes on in the background. */
export async function storeTranscript(
  transcript: Omit<Transcript, 'version' | 'miner' | 'signature'>,
  { signer, store }: MinerComponents,
  { announce }: Pick<Announcer, 'announce'>
): Promise<CidString> {
  const cid = await store.put(await sealTranscript(transcript, signer), 'dag-cbor')
  announce(cid)
  return cid
}
