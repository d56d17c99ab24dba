export * from './codec.js'
export * from './limits.js'
export * from './round.js'
export * from './types.js'
