export * from './codec.js'
export * from './commitment.js'
export * from './types.js'
