/**
 * A real chain for development: launched and stopped by us, with the contracts on it.
 *
 * @packageDocumentation
 */
export { type DeployInit, deployNetwork } from './deploy.js'
export { createDevChain, type DevChain, type DevChainInit, devRegistry } from './dev-chain.js'
export type { DevChainErrorCode } from './errors.js'
export { type DeploymentStart, type DeploymentStep, type NetworkInit, planDeployment } from './plan.js'
export { type Rehearsal, rehearseDeployment } from './rehearsal.js'
