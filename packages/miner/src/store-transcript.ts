import type { CidString, Privacy } from '@cortensor/interface'
import type { Transcript } from '@cortensor/protocols'
import { sealTranscript } from '@cortensor/protocols'
import type { Announcer } from './announcer.js'
import type { MinerComponents } from './components.js'

/**
 * Signs a transcript, keeps it and serves it; telling the DHT about it takes longer and goes on in the background. A private one holds its
 * own key, sealed to this node: both are kept, or neither.
 */
export async function storeTranscript(
  transcript: Omit<Transcript, 'version' | 'miner' | 'sealing' | 'signature'>,
  { randomBytes, signer, store }: MinerComponents,
  { announce }: Pick<Announcer, 'announce'>,
  privacy: Privacy
): Promise<CidString> {
  const block = await sealTranscript(transcript, signer, privacy === 'private' ? { randomBytes } : undefined)
  const cid = await store.put(block, 'dag-cbor')
  announce(cid)
  return cid
}
