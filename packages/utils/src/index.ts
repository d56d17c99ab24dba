/**
 * General tools without a domain word in them.
 *
 * @packageDocumentation
 */
export * from './bound-text.js'
export * from './bounded-queue.js'
export * from './bytes.js'
export * from './deep-freeze.js'
export * from './deferred.js'
export * from './keep-running.js'
export * from './lifecycle.js'
export * from './linked-signal.js'
export * from './lru.js'
export * from './real-clock.js'
export * from './remembered-reads.js'
export * from './repeating-task.js'
export * from './retry.js'
export * from './seeded-rng.js'
export * from './within.js'
