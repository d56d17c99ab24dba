/**
 * Pure checks: of what an epoch claims (leaves and roots of a report, proofs of inclusion, attestations), and of what an answer claims
 * (whether this model gave it).
 *
 * @packageDocumentation
 */
export * from './attestations.js'
export * from './audit-result.js'
export * from './check-assignment.js'
export * from './check-generation.js'
export * from './check-receipt.js'
export * from './check-window.js'
export * from './compare-trace.js'
export * from './leaves.js'
export * from './read-transcript.js'
export * from './replay-transcript.js'
export * from './roots.js'
export * from './sequential-test.js'
export * from './token-gap.js'
export * from './tolerance.js'
