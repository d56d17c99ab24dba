import { bytesToHex32, domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { Address, Hex32, NodeId, Signer, Verifier } from '@cortensor/interface'
import { uint64ToBytes } from '@cortensor/utils'
import { writeAddress, writeNodeId } from '../../common/v1/checks.js'
import type { Binding } from './types.js'

const DOMAIN = 'cortensor/binding/v1'

export interface BindingScope {
  chainId: number
  registry: Address
}

/** What both keys sign, so that nobody can claim the node or the operator of somebody else, here or on another network. */
export function bindingDigest(binding: BindingScope & { nodeId: NodeId; operator: Address }): Hex32 {
  return bytesToHex32(
    domainHash(
      DOMAIN,
      uint64ToBytes(binding.chainId),
      writeAddress(binding.registry, 'registry'),
      writeNodeId(binding.nodeId, 'nodeId'),
      writeAddress(binding.operator, 'operator')
    )
  )
}

export async function createBinding(signer: Signer, scope: BindingScope): Promise<Binding> {
  const digest = bindingDigest({ ...scope, nodeId: signer.nodeId, operator: signer.operator })
  return {
    operator: signer.operator,
    operatorSignature: await signer.signDigest(digest),
    nodeSignature: await signer.sign(hex32ToBytes(digest))
  }
}

/** True iff both keys signed. The two checks cost about a millisecond: keep the answer by digest. */
export async function checkBinding(verifier: Verifier, nodeId: NodeId, binding: Binding, scope: BindingScope): Promise<boolean> {
  const digest = bindingDigest({ ...scope, nodeId, operator: binding.operator })
  return (
    (await verifier.verify(nodeId, hex32ToBytes(digest), binding.nodeSignature)) &&
    (await verifier.recover(digest, binding.operatorSignature)) === binding.operator
  )
}
