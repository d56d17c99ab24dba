/**
 * Who lives, what they offer, what is known of them, and which of them gets a task. Pure.
 *
 * @packageDocumentation
 */
export * from './directory.js'
export { type LogBelief, p95Of } from './log-normal.js'
export * from './match.js'
export type { MatchRequest } from './match-request.js'
export * from './models.js'
export * from './node-life.js'
export { chatOffer, type OfferedModel, type Offering, offeringsOf } from './offerings.js'
export * from './policy.js'
export * from './ratings.js'
export { capacityOf, promisedMs } from './utility.js'
