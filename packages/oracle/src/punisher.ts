import type { MerkleTree } from '@cortensor/crypto'
import type { Cancel, Chain, Clock, FalseWindow, Logger } from '@cortensor/interface'
import { errorMessage, isCortensorError } from '@cortensor/interface'
import { rewardsTree, slashingProof } from '@cortensor/proofs'
import type { Report } from '@cortensor/protocols'
import type { OracleMetrics } from './metrics.js'

export interface Slashings {
  report: Pick<Report, 'epoch' | 'state'>
  /** How many members take their turn first. */
  turn: number
}

export interface Punisher {
  /** A report was committed; what the one before it says costs stake, is sent after the turns of others. */
  schedule(slashings: Slashings): void
  /** Gives up, and no longer waits for a call that is on its way. */
  stop(): Promise<void>
}

export interface PunisherInit {
  chain: Chain
  clock: Clock
  logger: Logger
  metrics: OracleMetrics
  /** From one member's turn to the next, in ms. */
  turnMs: number
}

/** Calls that one oracle makes after one epoch; more wait for the next one. */
const MAX_PUNISHMENTS = 20
/** Refusals after which there is nothing left to do: it was done, or there is no stake any more. */
const IS_OVER: ReadonlySet<string> = new Set(['FaultPunished', 'NothingToSlash'])

/**
 * Brings the slashings of reports to the contract. Anybody may; the oracles take turns, look before they pay for gas, and go on where one of
 * them has died, because every report repeats what those before it say. The contract takes each registration once, so that two at a time
 * cost no more than the gas of the later one.
 *
 * The contract takes no root before another epoch has followed it: the report that was committed before the newest one is what is sent.
 */
export function createPunisher({ chain, clock, logger, metrics, turnMs }: PunisherInit): Punisher {
  let cancelTimer: Cancel | undefined
  let newest: Slashings['report'] | null = null
  let current: Slashings['report'] | null = null
  let running: Promise<void> = Promise.resolve()
  let controller = new AbortController()
  /**
   * Registrations for which nothing was left to do, as the chain was then: a block may be replaced, and who had no stake may stake again. They
   * are asked about after all others, the longest over first.
   */
  const over = new Set<string>()

  const keyOf = ({ node, operator }: FalseWindow): string => `${operator}/${node}`
  const punish = async (fault: FalseWindow, { epoch, state }: Slashings['report'], tree: MerkleTree): Promise<void> => {
    const proof = slashingProof(state, fault, tree)
    if (proof === null) {
      return
    }
    const { signal } = controller
    over.delete(keyOf(fault))
    const call = { type: 'punishFalseWindow', epoch, fault, proof } as const
    try {
      await chain.simulate(call, { signal })
      await chain.send(call, { signal })
      metrics.slashings.inc({ outcome: 'sent' })
      logger.warn('A miner has lost stake for a false window', { node: fault.node, subject: fault.subject, window: fault.window })
    } catch (error) {
      if (signal.aborted) {
        return
      }
      const reason = isCortensorError(error) ? String(error.details?.reason ?? error.code) : 'unknown'
      if (IS_OVER.has(reason)) {
        over.add(keyOf(fault))
      } else {
        metrics.slashings.inc({ outcome: 'failed' })
        logger.info('A slashing could not be sent yet', { node: fault.node, epoch, reason, error: errorMessage(error) })
      }
    }
  }
  const run = async (report: Slashings['report']): Promise<void> => {
    const order = new Map([...over].map((key, i) => [key, i]))
    const rankOf = (fault: FalseWindow): number => order.get(keyOf(fault)) ?? -1
    const due = report.state.slashings.toSorted((a, b) => rankOf(a) - rankOf(b))
    const tree = rewardsTree(report.state)
    for (const fault of due.slice(0, MAX_PUNISHMENTS)) {
      if (current !== report) {
        return
      }
      await punish(fault, report, tree)
    }
  }
  const cancel = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
    current = null
  }
  return {
    schedule({ report, turn }) {
      cancel()
      const before = newest
      newest = report
      if (before === null || before.epoch >= report.epoch) {
        return
      }
      if (before.state.slashings.length > 0) {
        current = before
        cancelTimer = clock.after(turn * turnMs, () => {
          running = running.then(() => (current === before ? run(before) : undefined))
        })
      }
    },
    async stop() {
      cancel()
      newest = null
      controller.abort()
      await running
      controller = new AbortController()
    }
  }
}
