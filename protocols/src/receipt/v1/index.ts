export { decodeReceipt, encodeReceipt } from './codec.js'
export * from './limits.js'
export * from './sign.js'
export * from './types.js'
