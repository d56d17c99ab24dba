/**
 * The Logger and Metrics ports over pino and prom-client.
 *
 * @packageDocumentation
 */
export * from './errors.js'
export * from './logger.js'
export * from './metrics.js'
