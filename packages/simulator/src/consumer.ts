import type { NodeId, Session, SessionId, SessionTerms, Startable } from '@cortensor/interface'
import { memoryAddress } from '@cortensor/memory'
import type { Kernel } from './kernel.js'

/** What users pay at most, over what miners ask. */
const HEADROOM = 5
const KILO = 1_000
/** What the consumer has, in micro-COR: more than a day of requests costs. */
const DEPOSIT = 500_000_000_000n

/** Who pays for the users' requests. */
export interface Consumer extends Startable {
  /** Known once it has started. */
  session(): SessionId | undefined
}

/** Opens one session for all users, which lists every router, and deposits for it. */
export function createConsumer(
  { chain }: Pick<Kernel, 'chain'>,
  routers: readonly NodeId[],
  priceMicroPerKilotoken: number
): Consumer {
  const account = chain.connect(memoryAddress('consumer'))
  let session: SessionId | undefined
  return {
    session: () => session,
    async start() {
      await account.start()
      if (session !== undefined) {
        return
      }
      const terms: SessionTerms = {
        ...{ mode: 'ephemeral', sla: 'medium', redundant: false, minNodes: 1, maxNodes: 1, validators: 0 },
        ...{ reservedNodes: 0, reserveSeconds: 0, maxExecutions: 0 },
        maxPrice: BigInt(priceMicroPerKilotoken) * BigInt(HEADROOM * KILO)
      }
      await account.send({ type: 'createSession', routers, terms, model: null, name: 'users', metadata: '' })
      // The only one of a new chain.
      const [opened] = await account.sessions({})
      session = (opened as Session).id
      await account.send({ type: 'approve', spender: account.deployment().sessions, amount: DEPOSIT })
      await account.send({ type: 'depositSession', session, amount: DEPOSIT })
    },
    stop: () => account.stop()
  }
}
