/**
 * The part that every node plays: it announces that it lives, and knows who else does.
 *
 * @packageDocumentation
 */
export type { PresenceDetails } from './announcer.js'
export * from './presence.js'
