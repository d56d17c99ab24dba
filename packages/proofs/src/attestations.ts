import { attestationDigest, commitDigest } from '@cortensor/contracts'
import type { Address, Committee, EpochCommit, Hex32, Verifier } from '@cortensor/interface'

/** A member's packed secp256k1 signature, 64 bytes, by its place in the committee. */
export interface IndexedAttestation {
  index: number
  signature: Uint8Array
}

export interface AttestedCommit {
  chainId: number
  committeeAddress: Address
  committee: Committee
  commit: EpochCommit
  view: number
  /** By rising index. */
  attestations: readonly IndexedAttestation[]
}

/** Whether a digest, which the next epoch names as its `prev`, is the one of this commit. */
export const isDigestOf = (digest: Hex32, commit: EpochCommit): boolean => commitDigest(commit) === digest

/** True iff at least as many members as the committee demands, each once and in order, signed exactly this commit in this view. */
export async function checkAttestations(verifier: Verifier, attested: AttestedCommit): Promise<boolean> {
  const { committee, commit, attestations } = attested
  if (attestations.length < committee.attestations || attestations.length > committee.members.length) {
    return false
  }
  const digest = attestationDigest(
    { chainId: attested.chainId, committee: attested.committeeAddress },
    { config: committee.config, epoch: commit.epoch, prev: commit.prev, view: attested.view, digest: commitDigest(commit) }
  )
  let previous = -1
  for (const { index, signature } of attestations) {
    const member = committee.members[index]
    if (index <= previous || member === undefined || (await verifier.recover(digest, signature)) !== member.operator) {
      return false
    }
    previous = index
  }
  return true
}
