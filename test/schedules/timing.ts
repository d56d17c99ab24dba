/** As in a fast network: epochs of 4 s, T0 of 1 s, in ms. */
export const TIMING = { epochMs: 4_000, viewMs: 1_000, heartbeatMs: 8_000, tickMs: 250 }
/** From one member's turn to send a commit to the next, in ms. */
export const TRANSMIT_MS = 400
/** Commits that a reorganisation takes back at most. */
export const REORG_DEPTH = 2
