/**
 * What a whole network agrees on: deadlines, epoch and reward rules, as presets.
 *
 * @packageDocumentation
 */
export * from './chains.js'
export * from './network-params.js'
export * from './presets.js'
export * from './schema.js'
