import type { Cancel, Chain, Clock, Committee, EpochCommit, Logger } from '@cortensor/interface'
import { errorMessage, isCortensorError } from '@cortensor/interface'
import type { OracleMetrics } from './metrics.js'

export interface Transmission {
  committee: Committee
  commit: EpochCommit
  view: number
  signatures: { index: number; signature: Uint8Array }[]
  /** How many members take their turn first. */
  turn: number
}

export interface Transmitter {
  /** Sends after the turns of those before; only the newest one is pursued. */
  schedule(transmission: Transmission): void
  /** The chain has moved on. */
  cancel(): void
  /** Cancels, and no longer waits for a call that is on its way. */
  stop(): Promise<void>
}

export interface TransmitterInit {
  chain: Chain
  clock: Clock
  logger: Logger
  metrics: OracleMetrics
  /** From one member's turn to the next, in ms. */
  transmitDelayMs: number
}

/** Rule 7: puts a decided commit on the chain. Every oracle may; they take turns, and look before they pay. */
export function createTransmitter(init: TransmitterInit): Transmitter {
  const { chain, clock, logger, metrics } = init
  let current: Transmission | null = null
  let cancelTimer: Cancel | undefined
  let running: Promise<void> = Promise.resolve()
  let controller = new AbortController()

  const attempt = async (transmission: Transmission): Promise<void> => {
    const { commit, signatures, view } = transmission
    if (current !== transmission) {
      return
    }
    const call = { type: 'commitEpoch', commit, view, signatures } as const
    const { signal } = controller
    try {
      await chain.simulate(call, { signal })
      // Another one was quicker while this one looked: nothing to pay for.
      if (current !== transmission) {
        return
      }
      await chain.send(call, { signal })
      metrics.commits.inc({ outcome: 'sent' })
    } catch (error) {
      if (current !== transmission) {
        return
      }
      const reason = isCortensorError(error) ? (error.details?.reason ?? error.code) : 'unknown'
      metrics.commits.inc({ outcome: 'failed' })
      logger.warn('The epoch could not be committed yet', { epoch: commit.epoch, reason, error: errorMessage(error) })
      // Whatever it was (a block that is not late enough, an RPC that is down), the head event ends it when another one succeeds.
      cancelTimer = clock.after(init.transmitDelayMs, () => begin(transmission))
    }
  }
  const begin = (transmission: Transmission): void => {
    running = running.then(() => attempt(transmission))
  }
  return {
    schedule(transmission) {
      this.cancel()
      current = transmission
      cancelTimer = clock.after(transmission.turn * init.transmitDelayMs, () => begin(transmission))
    },
    cancel() {
      cancelTimer?.()
      cancelTimer = undefined
      current = null
    },
    async stop() {
      this.cancel()
      controller.abort()
      await running
      controller = new AbortController()
    }
  }
}
