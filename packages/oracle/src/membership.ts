import type { Committee, Signer } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import { memberIndex } from '@cortensor/protocols'
import type { OracleErrorCode } from './errors.js'

/** Throws `ORACLE_NOT_MEMBER` unless the committee lists this node with this operator. */
export function requireMember(committee: Committee, { nodeId, operator }: Pick<Signer, 'nodeId' | 'operator'>): void {
  const member = committee.members[memberIndex(committee, nodeId)]
  if (member?.operator !== operator) {
    throw new CortensorError<OracleErrorCode>(
      'ORACLE_NOT_MEMBER',
      `Node ${nodeId} with operator ${operator} is not in the committee on the chain. Ask for a place, or start it as another role`
    )
  }
}
