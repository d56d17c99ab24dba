import type { Chain, EpochNumber } from '@cortensor/interface'
import type { ReceiptChain } from '@cortensor/proofs'

/** What the chain says of an epoch, for the check of a receipt; null when it has no such epoch. */
export async function receiptChain(chain: Chain, epoch: EpochNumber): Promise<ReceiptChain | null> {
  const attested = await chain.attestations(epoch)
  if (attested === null) {
    return null
  }
  const { commit, committee } = attested
  return {
    chainId: chain.chainId(),
    committeeAddress: chain.deployment().committee,
    digest: commit.digest,
    transactionHash: commit.transactionHash,
    blockNumber: commit.block.number,
    committee
  }
}
