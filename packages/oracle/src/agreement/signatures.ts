import { commitDigest } from '@cortensor/contracts'
import type { Committee, Hex32, NodeId, Verifier } from '@cortensor/interface'
import { type Attest, type Instance, memberIndex, type Quorum } from '@cortensor/protocols'
import type { HeldQuorum } from './state.js'

export interface SignatureInit {
  verifier: Verifier
  attestationDigest: (instance: Instance, view: number, digest: Hex32) => Hex32
}

/** The member whose attestation this is, or -1 when it is not the sender's own. */
export async function attestingMember(
  { digest, instance, signature, view }: Attest,
  sender: NodeId,
  committee: Committee,
  { attestationDigest, verifier }: SignatureInit
): Promise<number> {
  const member = memberIndex(committee, sender)
  const account = await verifier.recover(attestationDigest(instance, view, digest), signature)
  return account !== null && account === committee.members[member]?.operator ? member : -1
}

/** What the contract would see in a QUORUM, or null when it would refuse the signatures. */
export async function openQuorum(
  { commit, instance, signatures, view }: Quorum,
  committee: Committee,
  { attestationDigest, verifier }: SignatureInit
): Promise<HeldQuorum | null> {
  if (signatures.length !== committee.attestations) {
    return null
  }
  const digest = commitDigest(commit)
  const signed = attestationDigest(instance, view, digest)
  const accounts = await Promise.all(signatures.map(({ signature }) => verifier.recover(signed, signature)))
  const isTheirs = accounts.every(
    (account, i) => account !== null && account === committee.members[signatures[i]?.index ?? -1]?.operator
  )
  return isTheirs ? { view, digest, commit, signatures } : null
}
