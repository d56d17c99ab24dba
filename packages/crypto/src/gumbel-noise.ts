import { exactLn } from './exact-math.js'
import { halfSipHash } from './half-sip-hash.js'
import { domainHash } from './hash.js'

const DOMAIN = 'cortensor/gumbel/v1'

/**
 * The noise of one position: a standard Gumbel variable for every token id (an unsigned 32-bit integer). Adding it to scaled logits and
 * taking the largest draws a token with the probabilities of the softmax, and any position can be drawn again alone.
 *
 * The key is the first 8 bytes of `domainHash('cortensor/gumbel/v1', seed, position)`, the position as 8 bytes big-endian. The token's
 * HalfSipHash-2-4 gives 64 bits; their upper 52, in the order (second half, first half), are `n` in u = (n + 0.5) / 2^52, and the noise
 * is -ln(-ln u) with {@link exactLn}. So it is equal to the last bit on every platform.
 */
export function gumbelNoise(seed: Uint8Array, position: number): (token: number) => number {
  const positionBytes = new Uint8Array(8)
  const view = new DataView(positionBytes.buffer)
  view.setUint32(0, Math.floor(position / 2 ** 32))
  view.setUint32(4, position % 2 ** 32)
  const key = domainHash(DOMAIN, seed, positionBytes)
  const words = new DataView(key.buffer, key.byteOffset, 8)
  const key0 = words.getUint32(0, true)
  const key1 = words.getUint32(4, true)
  return (token) => {
    const { first, second } = halfSipHash(key0, key1, token)
    const n = second * 2 ** 20 + (first >>> 12)
    return -exactLn(-exactLn((n + 0.5) / 2 ** 52))
  }
}
