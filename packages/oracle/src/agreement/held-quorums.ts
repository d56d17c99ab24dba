import type { EpochNumber } from '@cortensor/interface'
import { type Instance, instanceKey } from '@cortensor/protocols'
import type { HeldQuorum } from './state.js'

/** Rule 8: what had a quorum, of the instances that a reorganisation could bring back. */
export interface HeldQuorums {
  hold(instance: Instance, quorum: HeldQuorum): void
  of(instance: Instance): HeldQuorum | null
  /** Lets go of what is final when this instance is worked on. */
  prune(instance: Instance): void
}

/** `keptEpochs`: how many epochs a reorganisation can take back. */
export function createHeldQuorums(keptEpochs: number): HeldQuorums {
  const held = new Map<string, { epoch: EpochNumber; quorum: HeldQuorum }>()
  return {
    hold: (instance, quorum) => void held.set(instanceKey(instance), { epoch: instance.epoch, quorum }),
    of: (instance) => held.get(instanceKey(instance))?.quorum ?? null,
    prune({ epoch: current }) {
      for (const [key, { epoch }] of held) {
        if (epoch + keptEpochs < current) {
          held.delete(key)
        }
      }
    }
  }
}
