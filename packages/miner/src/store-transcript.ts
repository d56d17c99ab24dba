import type { AbortOptions, CidString } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Transcript } from '@cortensor/protocols'
import { encodeTranscript } from '@cortensor/protocols'
import type { MinerComponents } from './components.js'

/** Keeps a transcript and serves it; telling the DHT about it takes longer and goes on in the background. */
export async function storeTranscript(
  transcript: Omit<Transcript, 'version' | 'miner'>,
  { logger, signer, store }: MinerComponents,
  track: (work: Promise<unknown>) => void,
  options: AbortOptions = {}
): Promise<CidString> {
  const cid = await store.put(encodeTranscript({ version: 1, miner: signer.nodeId, ...transcript }), 'dag-cbor')
  const providing = store.provide(cid, options).catch((error: unknown) => {
    logger.debug('A transcript could not be announced in the DHT', { cid, error: errorMessage(error) })
  })
  track(providing)
  return cid
}
