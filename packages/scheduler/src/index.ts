/**
 * Who lives, what they offer, what is known of them, and which of them gets a task. Pure.
 *
 * @packageDocumentation
 */
export * from './directory.js'
export { type LogBelief, p95Of } from './log-normal.js'
export * from './match.js'
export * from './models.js'
export * from './node-life.js'
export * from './policy.js'
export * from './ratings.js'
