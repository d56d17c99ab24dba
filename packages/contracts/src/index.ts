/**
 * The contracts: generated ABIs and bytecode, and, without any chain library, the digests that they check.
 *
 * @packageDocumentation
 */
export * from './digests.js'
export * from './errors.js'
export * from './generated/cortensor-token.js'
export * from './generated/node-registry.js'
export * from './generated/oracle-committee.js'
export * from './generated/reward-distributor.js'
export * from './generated/session-manager.js'
