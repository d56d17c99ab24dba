import { keccak256 } from '@cortensor/crypto'
import { hexToBytes } from '@cortensor/utils'
import type { LogFilter } from './logs.js'

const BLOOM_BYTES = 256

/** Yellow Paper 4.3.1: three bits of 2048, from the first three pairs of bytes of the value's hash. */
function isIn(bloom: Uint8Array, hex: string): boolean {
  const hash = keccak256(hexToBytes(hex))
  return [0, 2, 4].every((i) => {
    const bit = (((hash[i] as number) << 8) | (hash[i + 1] as number)) & 2047
    return (((bloom[BLOOM_BYTES - 1 - (bit >> 3)] as number) >> (bit & 7)) & 1) === 1
  })
}

/** False when a block surely holds no log that fits; mostly true only when it holds one. */
export function mayHold(logsBloom: string | null, filter: LogFilter): boolean {
  if (logsBloom === null) {
    return false
  }
  const bloom = hexToBytes(logsBloom)
  const topics = filter.topics?.[0] ?? null
  const isAnyTopic = topics === null || [topics].flat().some((topic) => isIn(bloom, topic))
  return isAnyTopic && filter.address.some((address) => isIn(bloom, address))
}
