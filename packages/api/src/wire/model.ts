import type { GatewayModel, ModelId } from '@cortensor/interface'

/** OpenAI's model object and what only we know under one key of ours. */
export interface WireModel {
  /** The model's name, or its hash when two models share the name. */
  id: string
  object: 'model'
  /** When this router first saw it, in seconds since the Unix epoch. */
  created: number
  owned_by: 'cortensor'
  cortensor: {
    model_id: string
    name: string
    quantisation: string
    context_length: number
    miners: number
    first_seen_ms: number
    /** The least that a task pays now. */
    price_micro_per_kilotoken: number
    utilisation: number
  }
}

export interface WireModelList {
  object: 'list'
  data: WireModel[]
}

function modelToWire(model: GatewayModel, id: string): WireModel {
  return {
    id,
    object: 'model',
    created: Math.floor(model.firstSeenMs / 1_000),
    owned_by: 'cortensor',
    cortensor: {
      model_id: model.id,
      name: model.name,
      quantisation: model.quantisation,
      context_length: model.contextLength,
      miners: model.miners,
      first_seen_ms: model.firstSeenMs,
      price_micro_per_kilotoken: model.priceMicroPerKilotoken,
      utilisation: model.utilisation
    }
  }
}

/** All models, each with an id that names it alone. */
export function modelsToWire(models: readonly GatewayModel[]): WireModelList {
  const names = new Map<string, number>()
  for (const { name } of models) {
    names.set(name, (names.get(name) ?? 0) + 1)
  }
  return { object: 'list', data: models.map((model) => modelToWire(model, names.get(model.name) === 1 ? model.name : model.id)) }
}

export function modelFromWire({ cortensor }: WireModel): GatewayModel {
  return {
    id: cortensor.model_id as ModelId,
    name: cortensor.name,
    quantisation: cortensor.quantisation,
    contextLength: cortensor.context_length,
    miners: cortensor.miners,
    firstSeenMs: cortensor.first_seen_ms,
    priceMicroPerKilotoken: cortensor.price_micro_per_kilotoken,
    utilisation: cortensor.utilisation
  }
}
