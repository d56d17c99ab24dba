/**
 * The port `Network` over libp2p: gossipsub with validation before forwarding, kad-dht, request streams with back-pressure, peer
 * scoring.
 *
 * @packageDocumentation
 */
export { createLibp2pNetwork, type Libp2pNetwork } from './network.js'
export { DEFAULT_LISTEN, DEFAULT_MAX_CONNECTIONS, kadProtocol, type Libp2pNetworkInit, type TopicInit } from './options.js'
export { createVirtualMesh } from './virtual/virtual-mesh.js'
