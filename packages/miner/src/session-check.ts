import { type EpochNumber, errorMessage, type NodeId, type Session, type SessionId } from '@cortensor/interface'
import { feeOf, OPEN_SESSION, refusalOf, spendingRulesOf, type TaskHeader } from '@cortensor/protocols'
import { createRememberedReads } from '@cortensor/utils'
import type { MinerComponents } from './components.js'

/** What was read of a session stands for so long, in ms: its owner changes it rarely, and a few blocks matter little. */
const FRESH_MS = 5_000
/** One that does not pay is looked at again after this, in ms: a deposit may have come, and a flood of requests must not ask each time. */
const REFUSED_FRESH_MS = 1_000
/** Sessions that are remembered: more than one miner serves in an hour. */
const REMEMBERED_SESSIONS = 1_000

interface Known {
  session: Session | null
  epoch: EpochNumber
}

const REASONS = {
  router: 'The session does not list the router that signed the header',
  model: 'The session is for another model',
  price: "The price is above the session's maximum",
  closed: 'The session is closed'
} as const

function refusal({ session, epoch }: Known, header: TaskHeader, router: NodeId): string | null {
  if (session === null) {
    return 'There is no such session on the chain'
  }
  const broken = refusalOf(spendingRulesOf(session), header, router, epoch)
  if (broken !== null) {
    return REASONS[broken]
  }
  const cost = feeOf(header.priceMicroPerKilotoken, header.maxTokens)
  return session.balance < cost ? `The session's escrow of ${session.balance} micro-COR does not cover ${cost}` : null
}

/**
 * Says why a header's session does not pay for it, as of a recent block, or null when it does. A header under the open session costs
 * nothing and is for miners that ask for nothing.
 */
export function createSessionCheck(components: MinerComponents): (header: TaskHeader, router: NodeId) => Promise<string | null> {
  const { chain, clock, logger } = components
  const reads = createRememberedReads<SessionId, Known>({
    ...{ clock, limit: REMEMBERED_SESSIONS, freshMs: FRESH_MS, refusedFreshMs: REFUSED_FRESH_MS },
    async read(id) {
      const [[session], last] = await Promise.all([chain.sessions({ ids: [id] }), chain.lastCommit()])
      return { session: session ?? null, epoch: ((last?.epoch ?? 0) + 1) as EpochNumber }
    },
    onError: (id, error) => logger.warn('A session could not be read', { session: id, error: errorMessage(error) })
  })
  return async (header, router) => {
    const id = header.sessionId
    if (id === OPEN_SESSION) {
      return header.priceMicroPerKilotoken === 0 ? null : 'Nobody pays a price under the open session'
    }
    // What paid a moment ago will pay now: the answer need not wait for the chain.
    const found = await reads.find(id, (known) => refusal(known, header, router) === null)
    return found === null ? 'The session cannot be read from the chain right now' : refusal(found, header, router)
  }
}
