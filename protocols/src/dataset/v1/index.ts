export * from './limits.js'
export * from './root.js'
export * from './rows.js'
export * from './types.js'
