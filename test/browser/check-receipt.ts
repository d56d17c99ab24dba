// What a page needs to check receipts; bundled by receipt.test.ts.
import { createVerifier } from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import { checkReceipt } from '@cortensor/proofs'

/** The file as bytes, and the digest that the chain has; null for a receipt that holds. */
export async function faultOf(file: readonly number[], root: string): Promise<string | null> {
  const { isValid, reason } = await checkReceipt({
    bytes: Uint8Array.from(file),
    root: root as Hex32,
    verifier: createVerifier()
  })
  return isValid ? null : reason
}
