/**
 * The `Chain` port over JSON-RPC and ethers.
 *
 * @packageDocumentation
 */
export { createEthersChain, type EthersChainInit } from './ethers-chain.js'
