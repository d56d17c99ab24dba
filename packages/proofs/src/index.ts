/**
 * Pure checks of what an epoch claims: leaves and roots of a report, proofs of inclusion, attestations.
 *
 * @packageDocumentation
 */
export * from './attestations.js'
export * from './leaves.js'
export * from './roots.js'
