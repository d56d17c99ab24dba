import type { ModelId } from '@cortensor/interface'
import { readId, readInt, readText, writeId } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_PRICE_MICRO_PER_KILOTOKEN } from '../../common/v1/limits.js'
import type { ModelOffer as WireModelOffer } from './generated/presence.js'
import { MAX_CONTEXT_LENGTH, MAX_MODEL_NAME_BYTES, MAX_QUANTISATION_BYTES, MAX_TOKENS_PER_SECOND } from './limits.js'
import type { ModelOffer } from './types.js'

/** By wire number. */
const KINDS: readonly ModelOffer['kind'][] = ['chat', 'embedding']

export function modelOfferToWire(offer: ModelOffer): WireModelOffer {
  return {
    id: writeId(offer.id, 'models.id'),
    name: offer.name,
    kind: KINDS.indexOf(offer.kind),
    quantisation: offer.quantisation,
    contextLength: offer.contextLength,
    decodeTokensPerSecond: offer.decodeTokensPerSecond,
    prefillTokensPerSecond: offer.prefillTokensPerSecond,
    priceMicroPerKilotoken: offer.priceMicroPerKilotoken
  }
}

export function modelOfferFromWire(wire: WireModelOffer): ModelOffer {
  const kind = KINDS[wire.kind]
  if (kind === undefined) {
    throw wireError('WIRE_LIMIT_EXCEEDED', 'models.kind must be 0 or 1')
  }
  return {
    id: readId<ModelId>(wire.id, 'models.id'),
    name: readText(wire.name, MAX_MODEL_NAME_BYTES, 'models.name', 1),
    kind,
    quantisation: readText(wire.quantisation, MAX_QUANTISATION_BYTES, 'models.quantisation'),
    contextLength: readInt(wire.contextLength, 1, MAX_CONTEXT_LENGTH, 'models.contextLength'),
    decodeTokensPerSecond: readInt(wire.decodeTokensPerSecond, 0, MAX_TOKENS_PER_SECOND, 'models.decodeTokensPerSecond'),
    prefillTokensPerSecond: readInt(wire.prefillTokensPerSecond, 0, MAX_TOKENS_PER_SECOND, 'models.prefillTokensPerSecond'),
    priceMicroPerKilotoken: readInt(
      wire.priceMicroPerKilotoken,
      0,
      MAX_PRICE_MICRO_PER_KILOTOKEN,
      'models.priceMicroPerKilotoken'
    )
  }
}
