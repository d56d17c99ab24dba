export * from './codec.js'
export * from './limits.js'
export * from './types.js'
