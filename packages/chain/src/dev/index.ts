/**
 * A real chain for development: launched and stopped by us, with the contracts on it.
 *
 * @packageDocumentation
 */
export { type DeployInit, deployNetwork, type NetworkInit } from './deploy.js'
export { createDevChain, type DevChain, type DevChainInit } from './dev-chain.js'
export type { DevChainErrorCode } from './errors.js'
