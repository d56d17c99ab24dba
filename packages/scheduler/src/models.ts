import type { GatewayModel, ModelId } from '@cortensor/interface'
import type { OfferedModel } from './offerings.js'

/** What who keeps a memory of models knows besides. */
export type ModelMemory = (model: ModelId) => Pick<GatewayModel, 'firstSeenMs' | 'priceMicroPerKilotoken' | 'utilisation'>

/** The chat models that live miners offer, by name, then id. */
export function offeredModels(offered: readonly OfferedModel[], memoryOf: ModelMemory): GatewayModel[] {
  return offered
    .map((model): GatewayModel => {
      const { leastPriceMicroPerKilotoken: _, ...shown } = model
      return { ...shown, ...memoryOf(model.id) }
    })
    .sort((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1))
}

/** Finds a model by its name or id. Two models of one name: the one that more miners offer. */
export function findModel(models: readonly GatewayModel[], wanted: string): GatewayModel | undefined {
  return models.filter((model) => model.name === wanted || model.id === wanted).sort((a, b) => b.miners - a.miners)[0]
}
