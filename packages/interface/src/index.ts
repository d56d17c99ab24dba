/**
 * The floor under every package: branded ids, domain values, the ports through which roles reach the world, the lifecycle contract
 * and the base error.
 *
 * @packageDocumentation
 */
export * from './domain/roles.js'
export * from './error.js'
export * from './ids.js'
export * from './ports/chain.js'
export * from './ports/clock.js'
export * from './ports/engine.js'
export * from './ports/gateway.js'
export * from './ports/mesh.js'
export * from './ports/network.js'
export * from './ports/rng.js'
export * from './ports/signer.js'
export * from './ports/store.js'
export * from './ports/telemetry.js'
export * from './startable.js'
