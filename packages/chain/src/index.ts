/**
 * The `Chain` port over JSON-RPC and ethers.
 *
 * @packageDocumentation
 */
export { createEthersChain, type EthersChain, type EthersChainInit } from './ethers-chain.js'
export type { EndpointStatus } from './rpc.js'
