import { errorMessage, type KeyValue, type Logger, type ModelId, type UnixMs } from '@cortensor/interface'
import { MAX_PRICE_MICRO_PER_KILOTOKEN, type ReportedResult } from '@cortensor/protocols'
import { capacityOf, type OfferedModel, type Offering } from '@cortensor/scheduler'
import { nextPrice } from '@cortensor/scoring'
import { bytesToUtf8, LruMap, utf8ToBytes } from '@cortensor/utils'

/** What a model's class costs, and how busy it was. */
export interface ClassPrice {
  /** In micro-COR for 1,000 tokens: the least that a task of this class pays. */
  priceMicroPerKilotoken: number
  /** Of the last epoch: tokens that reports count, over those that the miners could have made. From 0 to 1. */
  utilisation: number
}

/**
 * The base price of each model's class. It follows from what reports count and what presences offer, so that routers that hear the same
 * come to the same. Kept over restarts.
 */
export interface Prices {
  load(): Promise<void>
  of(model: ModelId): ClassPrice
  /** A report was committed. */
  onReport(report: { cutoffMs: UnixMs; results: readonly Pick<ReportedResult, 'model' | 'completionTokens'>[] }): Promise<void>
}

export interface PricesInit {
  keyValue: KeyValue
  logger: Logger
  /** What live miners offer now: all models, and everybody's offers of one. */
  offered: () => readonly OfferedModel[]
  offerings: (model: ModelId) => readonly Offering[]
  /** The lowest price that a live miner asks for a model: a class that nobody uses costs no more. 0 where nobody asks any. */
  leastAsked: (model: ModelId) => number
}

const PREFIX = 'price/'
/** More than one network has at a time. */
const MAX_CLASSES = 10_000

export function createPrices({ keyValue, leastAsked, logger, offered, offerings }: PricesInit): Prices {
  const prices = new LruMap<ModelId, ClassPrice>(MAX_CLASSES)
  let sinceMs: UnixMs | null = null
  const of = (model: ModelId): ClassPrice => {
    const known = prices.get(model)
    const least = leastAsked(model)
    return { priceMicroPerKilotoken: Math.max(least, known?.priceMicroPerKilotoken ?? 0), utilisation: known?.utilisation ?? 0 }
  }
  return {
    of,
    async load() {
      for await (const { key, value } of keyValue.list(PREFIX)) {
        prices.set(key.slice(PREFIX.length) as ModelId, { priceMicroPerKilotoken: Number(bytesToUtf8(value)), utilisation: 0 })
      }
    },
    async onReport({ cutoffMs, results }) {
      const spanMs = sinceMs === null ? 0 : cutoffMs - sinceMs
      sinceMs = cutoffMs
      if (spanMs <= 0) {
        return
      }
      const used = new Map<ModelId, number>()
      for (const { completionTokens, model } of results) {
        used.set(model, (used.get(model) ?? 0) + completionTokens)
      }
      const models = new Set([...used.keys(), ...offered().map(({ id }) => id)])
      const writes: { type: 'put'; key: string; value: Uint8Array }[] = []
      for (const model of models) {
        const tokensPerSecond = offerings(model).reduce((sum, offering) => sum + capacityOf(offering), 0)
        const capacity = Math.floor((tokensPerSecond * spanMs) / 1_000)
        const busy = Math.min(used.get(model) ?? 0, capacity)
        const least = BigInt(leastAsked(model))
        const maxMicro = BigInt(MAX_PRICE_MICRO_PER_KILOTOKEN)
        const utilisation = { used: BigInt(busy), capacity: BigInt(capacity) }
        const next = Number(nextPrice(BigInt(of(model).priceMicroPerKilotoken), utilisation, { minMicro: least, maxMicro }))
        prices.set(model, { priceMicroPerKilotoken: next, utilisation: capacity === 0 ? 0 : busy / capacity })
        writes.push({ type: 'put', key: `${PREFIX}${model}`, value: utf8ToBytes(String(next)) })
      }
      try {
        await keyValue.batch(writes)
      } catch (error) {
        logger.error('Prices could not be written', { error: errorMessage(error) })
      }
    }
  }
}
