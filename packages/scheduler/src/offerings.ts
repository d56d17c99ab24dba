import type { GatewayModel, ModelId, NodeId, UnixMs } from '@cortensor/interface'
import type { ModelOffer } from '@cortensor/protocols'
import type { DirectoryNode } from './directory.js'
import type { Rated } from './ratings.js'

/** A model for text generation that a miner offers. Of a directory, it is the same object as long as the miner lives and offers the model. */
export interface Offering {
  node: DirectoryNode
  offer: ModelOffer
  /** What the ratings that were asked last say of it: theirs to set, so that each report is looked up once. */
  rated: Rated | null
}

/** What live miners offer under one model id. */
export interface OfferedModel extends Pick<GatewayModel, 'id' | 'name' | 'quantisation' | 'contextLength' | 'miners'> {
  /** The lowest price that one of them asks. */
  leastPriceMicroPerKilotoken: number
}

/** The offer of a model for text generation, if this node makes one. */
export function chatOffer(node: DirectoryNode, model: ModelId): ModelOffer | undefined {
  return node.presence.models.find((offer) => offer.id === model && offer.kind === 'chat')
}

/** Each model for text generation that a miner offers, once. */
export function offeringsOf(node: DirectoryNode): Offering[] {
  const { models, roles } = node.presence
  return roles.includes('miner')
    ? models.filter((offer) => chatOffer(node, offer.id) === offer).map((offer) => ({ node, offer, rated: null }))
    : []
}

/** All offerings by model, kept as presences come and go, so that nobody has to look through all nodes for those of one model. */
export interface Offerings {
  /** A presence was taken. Their leases end in the order in which they come. */
  put(node: DirectoryNode): void
  /** Forgets those whose leases have ended. */
  lapse(nowMs: UnixMs): void
  /** By node id. Valid until the next call. */
  of(model: ModelId): readonly Offering[]
  model(model: ModelId): OfferedModel | null
  models(): OfferedModel[]
}

interface ModelEntry {
  offerings: Offering[]
  /** Null since something of it has changed. */
  summary: OfferedModel | null
}

export function createOfferings(): Offerings {
  const byModel = new Map<ModelId, ModelEntry>()
  /** Who was heard of longest ago comes first. */
  const byNode = new Map<NodeId, Offering[]>()

  const insert = (offering: Offering): void => {
    const { id } = offering.offer
    const entry = byModel.get(id) ?? { offerings: [], summary: null }
    byModel.set(id, entry)
    entry.offerings.splice(placeOf(entry.offerings, offering.node.nodeId), 0, offering)
    entry.summary = null
  }
  const remove = (offering: Offering): void => {
    const { id } = offering.offer
    const entry = byModel.get(id) as ModelEntry
    entry.offerings.splice(placeOf(entry.offerings, offering.node.nodeId), 1)
    entry.summary = null
    if (entry.offerings.length === 0) {
      byModel.delete(id)
    }
  }
  const renew = (offering: Offering, { node, offer }: Offering): void => {
    if (!isShownAlike(offering.offer, offer)) {
      const entry = byModel.get(offer.id) as ModelEntry
      entry.summary = null
    }
    offering.node = node
    offering.offer = offer
  }
  const shown = (entry: ModelEntry): OfferedModel => {
    entry.summary ??= summaryOf(entry.offerings)
    return entry.summary
  }
  return {
    put(node) {
      const known = byNode.get(node.nodeId) ?? []
      const next = offeringsOf(node)
      const isRenewed = known.length === next.length && next.every(({ offer }, i) => offer.id === known[i]?.offer.id)
      byNode.delete(node.nodeId)
      if (isRenewed) {
        known.forEach((offering, i) => {
          renew(offering, next[i] as Offering)
        })
      } else {
        known.forEach(remove)
        next.forEach(insert)
      }
      if (next.length > 0) {
        byNode.set(node.nodeId, isRenewed ? known : next)
      }
    },
    lapse(nowMs) {
      for (const [nodeId, offerings] of byNode) {
        if ((offerings[0]?.node.leaseEndsMs ?? 0) > nowMs) {
          break
        }
        byNode.delete(nodeId)
        offerings.forEach(remove)
      }
    },
    of: (model) => byModel.get(model)?.offerings ?? [],
    model(model) {
      const entry = byModel.get(model)
      return entry === undefined ? null : shown(entry)
    },
    models: () => [...byModel.values()].map(shown)
  }
}

/** Where an id is in a list by node id, or belongs. */
function placeOf(offerings: readonly Offering[], nodeId: NodeId): number {
  let [low, high] = [0, offerings.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offerings[middle] as Offering).node.nodeId < nodeId) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low
}

/** Whether a summary says the same of both. */
const isShownAlike = (a: ModelOffer, b: ModelOffer): boolean =>
  a.name === b.name &&
  a.quantisation === b.quantisation &&
  a.contextLength === b.contextLength &&
  a.priceMicroPerKilotoken === b.priceMicroPerKilotoken

/** Of at least one. What they should all say alike, the first of them says. */
function summaryOf(offerings: readonly Offering[]): OfferedModel {
  const { id, name, quantisation } = (offerings[0] as Offering).offer
  const least = (of: (offer: ModelOffer) => number): number =>
    offerings.reduce((min, { offer }) => Math.min(min, of(offer)), Number.POSITIVE_INFINITY)
  return {
    ...{ id, name, quantisation },
    contextLength: least(({ contextLength }) => contextLength),
    miners: offerings.length,
    leastPriceMicroPerKilotoken: least(({ priceMicroPerKilotoken }) => priceMicroPerKilotoken)
  }
}
