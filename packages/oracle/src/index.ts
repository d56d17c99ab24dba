/**
 * The oracle: gathers signed messages, agrees with the other oracles on each epoch's report, and takes turns to lead.
 *
 * @packageDocumentation
 */
export type { OracleComponents } from './components.js'
export * from './errors.js'
export { requireMember } from './membership.js'
export type { OracleInit } from './options.js'
export * from './oracle.js'
export { exportRecord, importRecord, MAX_RECORD_BYTES } from './record/transfer.js'
export { findAnchor } from './report/anchor.js'
