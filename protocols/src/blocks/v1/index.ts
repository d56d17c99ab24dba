export * from './limits.js'
export * from './request.js'
