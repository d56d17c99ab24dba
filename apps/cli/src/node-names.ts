import type { NodeId } from '@cortensor/interface'
import type { SwarmFile } from '@cortensor/node'

/** How a node is called: by its name in a local swarm, else by its id. */
export type NameOf = (node: NodeId) => string

export const namesIn =
  (swarm: SwarmFile | null): NameOf =>
  (node) =>
    swarm?.nodes.find(({ nodeId }) => nodeId === node)?.name ?? node
