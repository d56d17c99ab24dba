import type { NodeId } from '@cortensor/interface'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { networkError } from '../errors.js'

/** Longest text form of an address that is looked at; a real one has about 110 characters. */
const MAX_TEXT_LENGTH = 512

export interface PeerAddress {
  peer: NodeId
  address: Multiaddr
}

/** Throws `NETWORK_ADDRESS_INVALID` unless the text is a multiaddr that ends in `/p2p/<id>`. */
export function parsePeerAddress(text: string): PeerAddress {
  try {
    const address = multiaddr(text.slice(0, MAX_TEXT_LENGTH))
    const last = address.getComponents().at(-1)
    if (last?.code === CODE_P2P && last.value !== undefined) {
      return { peer: peerIdFromString(last.value).toString() as NodeId, address }
    }
  } catch (error) {
    throw invalid(text, error)
  }
  throw invalid(text)
}

/** Throws `NETWORK_ADDRESS_INVALID`. */
export function nodeIdToPeerId(id: NodeId): PeerId {
  try {
    return peerIdFromString(id.slice(0, MAX_TEXT_LENGTH))
  } catch (cause) {
    throw networkError('NETWORK_ADDRESS_INVALID', `${id.slice(0, 128)} is not a peer id`, { cause })
  }
}

const invalid = (text: string, cause?: unknown): Error =>
  networkError(
    'NETWORK_ADDRESS_INVALID',
    `${text.slice(0, 128)} is not a peer's address; it looks like /ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…`,
    { cause }
  )
