import { domainHash } from '@cortensor/crypto'
import type { Signer, Verifier } from '@cortensor/interface'
import { encodeSigned, unsignedTranscript } from './codec.js'
import { sealBody } from './sealed.js'
import type { StoredTranscript, Transcript } from './types.js'

const DOMAIN = 'cortensor/transcript/v1'

/** What the miner signs: everything but the signature, in canonical bytes, and of a private transcript as it is stored. */
const signedBytes = (unsigned: Uint8Array): Uint8Array => domainHash(DOMAIN, unsigned)

/** Marks transcripts that somebody has found to be signed. */
const SIGNED = {}

export interface SealingInit {
  /** Fresh ones, for nonces. */
  randomBytes: (length: number) => Uint8Array
}

/**
 * The block of a transcript, signed by the node that it names as its miner.
 *
 * @param sealing seals the body, as a private task wants it; without it everybody can read the block
 */
export async function sealTranscript(
  content: Omit<Transcript, 'version' | 'miner' | 'sealing' | 'signature'>,
  signer: Signer,
  sealing?: SealingInit
): Promise<Uint8Array> {
  const plain = { version: 1 as const, miner: signer.nodeId, ...content }
  const unsigned = sealing === undefined ? plain : { ...plain, sealing: await sealBody(plain, signer, sealing.randomBytes) }
  return encodeSigned(unsigned, (bytes) => signer.sign(signedBytes(bytes)))
}

/** Whether the miner that a transcript names has signed it. */
export async function isTranscriptSigned(transcript: StoredTranscript, verifier: Verifier): Promise<boolean> {
  if (verifier.opened?.get(transcript) === SIGNED) {
    return true
  }
  const { signature, ...content } = transcript
  const isSigned = await verifier.verify(content.miner, signedBytes(unsignedTranscript(content)), signature)
  if (isSigned && Object.isFrozen(transcript)) {
    verifier.opened?.set(transcript, SIGNED)
  }
  return isSigned
}
