/**
 * Who lives, what they offer, and which of them gets a task. Pure.
 *
 * @packageDocumentation
 */
export * from './directory.js'
export * from './match.js'
export * from './models.js'
