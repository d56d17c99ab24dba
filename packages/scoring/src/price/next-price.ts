/** Utilisation at which a price stays, in basis points. */
const TARGET_BPS = 5_000n
const BPS = 10_000n

/** A price moves by at most one part in so many from one epoch to the next. */
const MAX_STEP = 8n

/** What a class of models has had to do in an epoch, and could have done, in the same unit: tokens, or slot seconds. */
export interface Utilisation {
  used: bigint
  /** Of qualified miners. */
  capacity: bigint
}

/** Bounds of a price, in micro-COR for 1,000 tokens. */
export interface PriceBounds {
  minMicro: bigint
  maxMicro: bigint
}

/**
 * The base price of a class of models for the next epoch: at half utilisation it stays, at none or full it moves by an eighth (the shape
 * of EIP-1559). Rises by at least one unit above the target, so that no price is stuck; falls are rounded down. Without capacity nothing
 * is known, and the price stays.
 */
export function nextPrice(priceMicro: bigint, { capacity, used }: Utilisation, { maxMicro, minMicro }: PriceBounds): bigint {
  const bounded = (price: bigint): bigint => (price < minMicro ? minMicro : price > maxMicro ? maxMicro : price)
  if (capacity <= 0n) {
    return bounded(priceMicro)
  }
  const busy = used < 0n ? 0n : used > capacity ? capacity : used
  // Distance from the target in parts of it: (busy / capacity - 1/2) / (1/2), as a fraction over capacity * TARGET_BPS.
  const distance = busy * BPS - capacity * TARGET_BPS
  const whole = capacity * TARGET_BPS * MAX_STEP
  const moved = (priceMicro * (distance < 0n ? -distance : distance)) / whole
  return bounded(distance > 0n ? priceMicro + (moved > 0n ? moved : 1n) : priceMicro - moved)
}
