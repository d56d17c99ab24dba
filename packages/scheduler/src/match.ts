import type { ModelId, NodeId, Rng } from '@cortensor/interface'
import type { ModelOffer } from '@cortensor/protocols'
import type { DirectoryNode } from './directory.js'

export interface MatchRequest {
  model: ModelId
  /** Miners wanted. Fewer come back when fewer fit. @default 1 */
  count?: number
  /** Never these: they failed or declined this request. */
  excluded?: ReadonlySet<NodeId>
  /** In micro-COR for 1,000 tokens. @default any */
  maxPriceMicroPerKilotoken?: number
  /** What this router has assigned to each miner and its presence may not show yet. */
  inFlight?: (nodeId: NodeId) => number
}

/** The offer of a model for text generation, if this node makes one. */
export function chatOffer(node: DirectoryNode, model: ModelId): ModelOffer | undefined {
  return node.presence.models.find((offer) => offer.id === model && offer.kind === 'chat')
}

/** Requests that a miner would have to finish before a new one starts, relative to what it can run at once. */
function load(node: DirectoryNode, inFlight: number): number {
  const slots = Math.max(1, node.presence.totalSlots)
  const reported = slots - node.presence.freeSlots + node.presence.queueLength
  return Math.max(reported, inFlight) / slots
}

/**
 * Chooses miners for a task: those that live, offer the model at the price and are not excluded; the least loaded first, at random
 * among equals, and every next one of an operator not chosen yet.
 */
export function matchMiners(nodes: readonly DirectoryNode[], request: MatchRequest, rng: Rng): DirectoryNode[] {
  const maxPrice = request.maxPriceMicroPerKilotoken ?? Number.POSITIVE_INFINITY
  const fitting = nodes.filter((node) => {
    const offer = chatOffer(node, request.model)
    return (
      offer !== undefined &&
      node.presence.roles.includes('miner') &&
      offer.priceMicroPerKilotoken <= maxPrice &&
      request.excluded?.has(node.nodeId) !== true
    )
  })
  const ranked = rng
    .shuffle(fitting)
    .map((node) => ({ node, load: load(node, request.inFlight?.(node.nodeId) ?? 0) }))
    .sort((a, b) => a.load - b.load)
  const chosen: DirectoryNode[] = []
  for (const { node } of ranked) {
    if (chosen.length >= (request.count ?? 1)) {
      break
    }
    if (!chosen.some((other) => other.operator === node.operator)) {
      chosen.push(node)
    }
  }
  return chosen
}
