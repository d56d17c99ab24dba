import { type CortensorError, isCortensorError } from '@cortensor/interface'
import type { SessionView } from '@cortensor/node'
import { cliError } from './errors.js'

/** What the contract's errors mean to whoever sent the call, by their names in `ISessionManager`. */
const REFUSALS = {
  NotOwner: ({ owner }: SessionView) => `it belongs to ${owner}; name the folder of that account's keys with --keys`,
  SessionIsOpen: () => 'it is open; close it first',
  SessionIsClosed: () => 'it is closed; open another one with session create',
  StillSettling: ({ closed }: SessionView) =>
    closed === null
      ? 'what was spent is being settled; try again later'
      : `what was spent is settled until ${new Date(closed.releaseAtMs).toISOString()} and until epoch ${closed.lastEpoch + 1} is committed`,
  NoAmount: () => 'nothing is left in its escrow',
  RouterUnchanged: () => 'a router that is added is allowed already, or one that is removed is not; session show names them',
  TooManyRouters: () => 'it has as many routers as a session can have; remove one first',
  InvalidTerms: () => 'its terms do not fit together; session show tells them'
} satisfies Readonly<Record<string, (session: SessionView) => string>>

type Refusal = keyof typeof REFUSALS

const isRefusal = (reason: string): reason is Refusal => Object.hasOwn(REFUSALS, reason)

/** What a refusal of the contract means. */
export const sessionRefused = (reason: Refusal, session: SessionView): CortensorError =>
  cliError('CLI_SESSION_REFUSED', `Session ${session.number}: ${REFUSALS[reason](session)}`)

/** A refusal of the contract in words; any other error as it is. */
export function explainRefusal(error: unknown, session: SessionView): unknown {
  const reason = isCortensorError(error) && error.code === 'CHAIN_REVERTED' ? String(error.details?.reason) : ''
  return isRefusal(reason) ? sessionRefused(reason, session) : error
}
