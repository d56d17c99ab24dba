import { type Cancel, type Clock, errorMessage } from '@cortensor/interface'
import type { Swarm } from '@cortensor/node'
import { swarmName } from './processable.js'

/** Processes that are ended, and those that come back. */
export class Breaking {
  readonly #swarm: Swarm
  readonly #tell: (what: string) => void
  readonly #cancels = new Set<Cancel>()
  readonly #working = new Set<Promise<void>>()

  constructor(swarm: Swarm, tell: (what: string) => void) {
    this.#swarm = swarm
    this.#tell = tell
  }

  do(node: string, downMs: number | null, clock: Clock): void {
    this.#tell(`${downMs === null ? 'kill' : 'restart'} ${node}`)
    this.#follow(this.#swarm.kill(swarmName(node)))
    if (downMs !== null) {
      const cancel = clock.after(downMs, () => {
        this.#cancels.delete(cancel)
        this.#follow(this.#swarm.revive(swarmName(node)))
      })
      this.#cancels.add(cancel)
    }
  }

  #follow(work: Promise<void>): void {
    // A node that does not come back is what the run then shows.
    const settled = work
      .catch((error: unknown) => this.#tell(`failed ${errorMessage(error)}`))
      .finally(() => this.#working.delete(settled))
    this.#working.add(settled)
  }

  async end(): Promise<void> {
    for (const cancel of this.#cancels) {
      cancel()
    }
    await Promise.all(this.#working)
  }
}
