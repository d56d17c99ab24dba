import { ROLE_BITS } from '@cortensor/interface'
import { blockBytes, blockInt, blockRow } from '../../common/v1/block-checks.js'
import { readAddress, readNodeId, writeAddress, writeNodeId } from '../../common/v1/checks.js'
import type { RowCodec } from './row-codec.js'
import type { AnchoredRegistration } from './types.js'

const ALL_ROLES = Object.values(ROLE_BITS).reduce((all, bit) => all | bit, 0)

export const registrationRows: RowCodec<AnchoredRegistration> = {
  keyOf: ({ operator, node }) => `${operator}/${node}`,
  toBlock: ({ operator, node, roles }) => [
    writeAddress(operator, 'registrations.operator'),
    writeNodeId(node, 'registrations.node'),
    roles
  ],
  fromBlock(block) {
    const [operator, node, roles] = blockRow(block, 3, 'registrations')
    return {
      operator: readAddress(blockBytes(operator, 'registrations.operator'), 'registrations.operator'),
      node: readNodeId(blockBytes(node, 'registrations.node'), 'registrations.node'),
      roles: blockInt(roles, 0, ALL_ROLES, 'registrations.roles')
    }
  }
}
