/**
 * The wire of the network: message families and content formats, each with its limits, its codec and its stateless checks.
 *
 * @packageDocumentation
 */
export * from './audit/v1/index.js'
export * from './blocks/v1/index.js'
export * from './common/v1/index.js'
export * from './dataset/v1/index.js'
export * from './decode/v1/index.js'
export * from './infer/v1/index.js'
export * from './oracle/v1/index.js'
export * from './presence/v1/index.js'
export * from './quiz/v1/index.js'
export * from './receipt/v1/index.js'
export * from './report/v1/index.js'
export * from './result/v1/index.js'
export * from './task/v1/index.js'
export * from './transcript/v1/index.js'
