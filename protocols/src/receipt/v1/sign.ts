import { domainHash } from '@cortensor/crypto'
import type { Signer, Verifier } from '@cortensor/interface'
import { encodeReceipt, unsignedReceipt } from './codec.js'
import type { Receipt } from './types.js'

const DOMAIN = 'cortensor/receipt/v1'

const signedBytes = (content: Omit<Receipt, 'signature'>): Uint8Array => domainHash(DOMAIN, unsignedReceipt(content))

/** The file of a receipt, signed by the router that gave the task. */
export async function sealReceipt(content: Omit<Receipt, 'version' | 'signature'>, signer: Signer): Promise<Uint8Array> {
  const unsigned = { version: 1 as const, ...content }
  return encodeReceipt({ ...unsigned, signature: await signer.sign(signedBytes(unsigned)) })
}

/** Whether the router that the result names has signed it. */
export const isReceiptSigned = ({ signature, ...content }: Receipt, verifier: Verifier): Promise<boolean> =>
  verifier.verify(content.result.router, signedBytes(content), signature)
