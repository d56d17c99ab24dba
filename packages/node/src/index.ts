/**
 * Composition for real life: a node from its configuration, and the local swarm.
 *
 * @packageDocumentation
 */

export { generateApiKey, hashApiKey } from '@cortensor/api'
export type { EndpointStatus } from '@cortensor/chain'
export { sessionIdOf } from '@cortensor/contracts'
export { createVirtualMesh } from '@cortensor/network'
export { MAX_RECORD_BYTES } from '@cortensor/oracle'
export { createLogger, createMetrics } from '@cortensor/telemetry'
export * from './client/calibrate.js'
export * from './client/calibration-file.js'
export * from './client/claim.js'
export * from './client/client.js'
export * from './client/epoch-archive.js'
export * from './client/explain-level.js'
export * from './client/explain-reward.js'
export * from './client/export-dataset.js'
export * from './client/keep-dataset.js'
export * from './client/leaderboard.js'
export * from './client/measure-judge.js'
export * from './client/quiz-rounds.js'
export * from './client/receipt-chain.js'
export * from './client/sessions.js'
export {
  type DatasetVerification,
  MAX_DATASET_BYTES,
  type ReadDataset,
  readDataset,
  type VerifyDatasetInit,
  verifyDataset
} from './client/verify-dataset.js'
export * from './client/verify-epoch.js'
export * from './client/verify-transcript.js'
export * from './config/node-config.js'
export { composeFiles } from './containers/compose.js'
export { kubernetesFiles } from './containers/kubernetes.js'
export { API_KEY_VARIABLE, type ContainerNetworkInit, type ContainerPlan, planContainers } from './containers/network-plan.js'
export { type SweepJobInit, sweepFiles } from './containers/sweep-job.js'
export * from './deploy/deploy.js'
export * from './deploy/deploy-inputs.js'
export { type DeploymentFile, readDeploymentFile } from './deploy/deployment-file.js'
export * from './errors.js'
export * from './events.js'
export * from './identity/identity.js'
export { resolveModel } from './models.js'
export * from './node.js'
export * from './signing-record.js'
export type { ReadyEvent } from './swarm/child-process.js'
export { createDevNetwork, type DevNetworkReady, readDevNetwork } from './swarm/dev-network.js'
export { planSwarm, type SwarmSize } from './swarm/plan.js'
export * from './swarm/swarm.js'
export { readSwarmFile, type SwarmFile } from './swarm/swarm-file.js'
