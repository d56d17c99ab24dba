import type { MerkleTree } from '@cortensor/crypto'
import type { Cancel, Chain, Clock, Logger, SessionId } from '@cortensor/interface'
import { errorMessage, isCortensorError } from '@cortensor/interface'
import { rewardsTree, settlementProof } from '@cortensor/proofs'
import type { Report } from '@cortensor/protocols'
import type { OracleMetrics } from './metrics.js'

export interface Settlements {
  report: Pick<Report, 'epoch' | 'state'>
  /** How many members take their turn first. */
  turn: number
}

export interface Settler {
  /** Settles what this report says was spent, after the turns of those before; only the newest one is pursued. */
  schedule(settlements: Settlements): void
  /** Gives up, and no longer waits for a call that is on its way. */
  stop(): Promise<void>
}

export interface SettlerInit {
  chain: Chain
  clock: Clock
  logger: Logger
  metrics: OracleMetrics
  /** From one member's turn to the next, in ms. */
  turnMs: number
}

/** Sessions that one oracle settles after one epoch; more wait for the next one. */
const MAX_SETTLEMENTS = 50

/**
 * Moves what sessions have spent from their escrow to the distributor. Anybody may; the oracles take turns, and look before they pay for
 * gas. A proof holds until the next epoch is committed; what it misses the next one has in it.
 */
export function createSettler({ chain, clock, logger, metrics, turnMs }: SettlerInit): Settler {
  let cancelTimer: Cancel | undefined
  let current: Settlements | null = null
  let running: Promise<void> = Promise.resolve()
  let controller = new AbortController()

  const settleOne = async (session: SessionId, { report }: Settlements, tree: MerkleTree): Promise<void> => {
    const found = settlementProof(report.state, session, tree)
    if (found === null) {
      return
    }
    const { signal } = controller
    const call = { type: 'settleSession', session, cumulative: found.amount, proof: found.proof } as const
    try {
      await chain.simulate(call, { signal })
      await chain.send(call, { signal })
      metrics.settlements.inc({ outcome: 'sent' })
    } catch (error) {
      const reason = isCortensorError(error) ? (error.details?.reason ?? error.code) : 'unknown'
      metrics.settlements.inc({ outcome: 'failed' })
      logger.info('A session could not be settled yet', { session, epoch: report.epoch, reason, error: errorMessage(error) })
    }
  }
  const run = async (settlements: Settlements): Promise<void> => {
    const open = new Map(settlements.report.state.settlements.map(({ final, session }) => [session, final]))
    const owing = settlements.report.state.settlements.filter(({ dues }) => dues.length > 0).map(({ session }) => session)
    try {
      const sessions = await chain.sessions({ ids: owing, signal: controller.signal })
      const due = sessions.filter(({ id, settled }) => (open.get(id) ?? 0n) > settled).slice(0, MAX_SETTLEMENTS)
      const tree = rewardsTree(settlements.report.state)
      for (const { id } of due) {
        if (current !== settlements) {
          return
        }
        await settleOne(id, settlements, tree)
      }
    } catch (error) {
      if (!controller.signal.aborted) {
        logger.warn('Sessions could not be read to settle them', { error: errorMessage(error) })
      }
    }
  }
  const cancel = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
    current = null
  }
  return {
    schedule(settlements) {
      cancel()
      if (settlements.report.state.settlements.some(({ dues }) => dues.length > 0)) {
        current = settlements
        cancelTimer = clock.after(settlements.turn * turnMs, () => {
          running = running.then(() => (current === settlements ? run(settlements) : undefined))
        })
      }
    },
    async stop() {
      cancel()
      controller.abort()
      await running
      controller = new AbortController()
    }
  }
}
