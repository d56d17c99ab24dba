import { domainHash } from '@cortensor/crypto'
import type { Address, NetworkId } from '@cortensor/interface'
import { bytesToHex, hexToBytes, uint64ToBytes } from '@cortensor/utils'
import { type OwnedBytes, ownBytes, readBytes, writeAddress } from './checks.js'
import { wireError } from './errors.js'

const DOMAIN = 'cortensor/network/v1'

/** 64 bits: enough that two networks do not meet by chance; nothing secret depends on it. */
export const NETWORK_ID_BYTES = 8

/** Throws `WIRE_MALFORMED` for an address that is not 20 bytes in lower-case hex. */
export function networkIdOf(chainId: number, registry: Address): NetworkId {
  const hash = domainHash(DOMAIN, uint64ToBytes(chainId), writeAddress(registry, 'registry'))
  return bytesToHex(hash.subarray(0, NETWORK_ID_BYTES)) as NetworkId
}

export function networkIdToBytes(networkId: NetworkId): OwnedBytes {
  if (!/^[0-9a-f]{16}$/.test(networkId)) {
    throw wireError('WIRE_MALFORMED', 'A network id is 16 lower-case hex digits')
  }
  return ownBytes(hexToBytes(networkId))
}

export const networkIdFromBytes = (bytes: Uint8Array): NetworkId =>
  bytesToHex(readBytes(bytes, NETWORK_ID_BYTES, 'networkId')) as NetworkId
