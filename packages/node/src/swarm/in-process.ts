import { type NodeConfigInput, parseNodeConfig } from '../config/node-config.js'
import { createNode, type NodeDependencies } from '../node.js'
import type { SwarmMember } from './member.js'

/** A node in this process. It shares nothing with the others but what `dependencies` holds: the logger and the metrics registry. */
export function createInProcessMember(name: string, config: NodeConfigInput, dependencies: NodeDependencies): SwarmMember {
  const node = createNode(parseNodeConfig(config), dependencies)
  return {
    name,
    role: node.role,
    start: () => node.start(),
    stop: () => node.stop(),
    facts: () => ({
      nodeId: node.nodeId,
      operator: node.operator,
      multiaddrs: node.multiaddrs(),
      apiUrl: node.apiUrl(),
      networkId: node.networkId
    })
  }
}
