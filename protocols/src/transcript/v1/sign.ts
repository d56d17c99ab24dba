import { domainHash } from '@cortensor/crypto'
import type { Signer, Verifier } from '@cortensor/interface'
import { encodeTranscript, unsignedTranscript } from './codec.js'
import type { Transcript } from './types.js'

const DOMAIN = 'cortensor/transcript/v1'

/** What the miner signs: everything but the signature, in canonical bytes. */
const signedBytes = (content: Omit<Transcript, 'signature'>): Uint8Array => domainHash(DOMAIN, unsignedTranscript(content))

/** The block of a transcript, signed by the node that it names as its miner. */
export async function sealTranscript(
  content: Omit<Transcript, 'version' | 'miner' | 'signature'>,
  signer: Signer
): Promise<Uint8Array> {
  const unsigned = { version: 1 as const, miner: signer.nodeId, ...content }
  return encodeTranscript({ ...unsigned, signature: await signer.sign(signedBytes(unsigned)) })
}

/** Whether the miner that a transcript names has signed it. */
export const isTranscriptSigned = ({ signature, ...content }: Transcript, verifier: Verifier): Promise<boolean> =>
  verifier.verify(content.miner, signedBytes(content), signature)
