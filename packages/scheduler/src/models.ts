import type { GatewayModel, ModelId } from '@cortensor/interface'
import type { DirectoryNode } from './directory.js'

/** What who keeps a memory of models knows besides. */
export type ModelMemory = (model: ModelId) => Pick<GatewayModel, 'firstSeenMs' | 'priceMicroPerKilotoken' | 'utilisation'>

/** The chat models that live miners offer, by name, then id. */
export function offeredModels(nodes: readonly DirectoryNode[], memoryOf: ModelMemory): GatewayModel[] {
  const models = new Map<ModelId, GatewayModel>()
  for (const node of nodes) {
    if (!node.presence.roles.includes('miner')) {
      continue
    }
    for (const offer of node.presence.models) {
      if (offer.kind !== 'chat') {
        continue
      }
      const known = models.get(offer.id)
      if (known === undefined) {
        models.set(offer.id, {
          id: offer.id,
          name: offer.name,
          quantisation: offer.quantisation,
          contextLength: offer.contextLength,
          miners: 1,
          ...memoryOf(offer.id)
        })
      } else {
        known.miners += 1
        known.contextLength = Math.min(known.contextLength, offer.contextLength)
      }
    }
  }
  return [...models.values()].sort((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1))
}

/** Finds a model by its name or id. Two models of one name: the one that more miners offer. */
export function findModel(models: readonly GatewayModel[], wanted: string): GatewayModel | undefined {
  return models.filter((model) => model.name === wanted || model.id === wanted).sort((a, b) => b.miners - a.miners)[0]
}
