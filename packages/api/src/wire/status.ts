import type { GatewaySession, GatewayStatus } from '@cortensor/interface'

type Amount = 'escrow' | 'paid' | 'spent' | 'held' | 'left'

/** Amounts go as decimal text: a deposit may be larger than what numbers hold. */
type WireSession = Omit<GatewaySession, Amount> & Record<Amount, string>

export type WireStatus = Omit<GatewayStatus, 'sessions'> & { sessions: WireSession[] }

export const statusToWire = (status: GatewayStatus): WireStatus => ({
  ...status,
  sessions: status.sessions.map(({ escrow, held, left, paid, spent, ...rest }) => ({
    ...rest,
    escrow: String(escrow),
    paid: String(paid),
    spent: String(spent),
    held: String(held),
    left: String(left)
  }))
})

export const statusFromWire = (wire: WireStatus): GatewayStatus => ({
  ...wire,
  sessions: wire.sessions.map(({ escrow, held, left, paid, spent, ...rest }) => ({
    ...rest,
    escrow: BigInt(escrow),
    paid: BigInt(paid),
    spent: BigInt(spent),
    held: BigInt(held),
    left: BigInt(left)
  }))
})
