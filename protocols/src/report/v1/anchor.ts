import { ROLE_BITS } from '@cortensor/interface'
import { blockBytes, blockInt, blockList, blockMap, blockRow } from '../../common/v1/block-checks.js'
import { readAddress, readHex32, readNodeId, writeAddress, writeHex32, writeNodeId } from '../../common/v1/checks.js'
import { MAX_REPORT_ROWS } from './limits.js'
import { readRising } from './results.js'
import type { Anchor, AnchoredRegistration } from './types.js'

const ALL_ROLES = Object.values(ROLE_BITS).reduce((all, bit) => all | bit, 0)

export const anchorToBlock = (anchor: Anchor): unknown => ({
  number: anchor.block.number,
  hash: writeHex32(anchor.block.hash, 'anchor.hash'),
  registrations: anchor.registrations.map(({ operator, node, roles }) => [
    writeAddress(operator, 'registrations.operator'),
    writeNodeId(node, 'registrations.node'),
    roles
  ])
})

function registrationFromBlock(block: unknown): AnchoredRegistration {
  const [operator, node, roles] = blockRow(block, 3, 'registrations')
  return {
    operator: readAddress(blockBytes(operator, 'registrations.operator'), 'registrations.operator'),
    node: readNodeId(blockBytes(node, 'registrations.node'), 'registrations.node'),
    roles: blockInt(roles, 0, ALL_ROLES, 'registrations.roles')
  }
}

export function anchorFromBlock(block: unknown): Anchor {
  const map = blockMap(block, ['number', 'hash', 'registrations'], 'anchor')
  const registrations = blockList(map.registrations, MAX_REPORT_ROWS, 'registrations').map(registrationFromBlock)
  return {
    block: {
      number: blockInt(map.number, 0, Number.MAX_SAFE_INTEGER, 'anchor.number'),
      hash: readHex32(blockBytes(map.hash, 'anchor.hash'), 'anchor.hash')
    },
    registrations: readRising(registrations, ({ operator, node }) => `${operator}/${node}`, 'registrations')
  }
}
