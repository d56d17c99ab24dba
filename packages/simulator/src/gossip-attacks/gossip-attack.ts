/** Whom an attack is after. */
export type Aim = 'one' | 'publishers' | 'everybody'

/**
 * How sybils attack gossip itself, after the evaluation of gossipsub 1.1 (Vyzovitis, Napora, McCormick, Dias and Psaras, PL-TechRep-2020-001) and the
 * parameters of its test plan `gossipsub-hardening`. Numbers of nodes scale with the network, times by a third.
 */
export interface GossipAttack {
  readonly name: string
  /** What they do and what they hope for. */
  readonly prose: string
  /** Sybils for each honest node. */
  readonly sybils: number
  /** Connections to sybils for each that an honest node makes itself, of those that the attack is after. */
  readonly connections: number
  readonly aim: Aim
  /** When sybils connect. @default with the attack */
  readonly connects?: 'at-start'
  /** They forward everything until the attack. */
  readonly covert?: boolean
  /** Share of what they should forward and do not. */
  readonly drops: number
  /** They drop what the one says, and nothing else. */
  readonly censors?: boolean
  /** Honest nodes come so much later than sybils, in ms. @default 0 */
  readonly honestDelayMs?: number
  /** Sybils that share one address. @default each has its own */
  readonly perAddress?: number
}
