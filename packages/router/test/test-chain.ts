import { ZERO_HEX32 } from '@cortensor/crypto'
import type {
  BlockRef,
  Chain,
  ChainEvent,
  CommittedEpoch,
  Committee,
  EpochNumber,
  NodeId,
  Registration,
  Session,
  SessionId
} from '@cortensor/interface'
import { memoryAddress } from '@cortensor/memory'

/** What a miner must have staked, in micro-COR. */
export const ROLE_STAKE = 100_000_000n

/** Commits that the chain of a test makes. */
export function createTestChain(committee: Committee) {
  const commits: CommittedEpoch[] = []
  const sessions = new Map<SessionId, Session>()
  const registry = new Map<NodeId, Registration>()
  const counts = { sessionReads: 0, registryReads: 0, isDown: false, isHanging: false }
  const waiting = new Set<() => void>()
  const blocks = new Map<number, BlockRef>()
  const chain = {
    head: async () => ({ number: commits.length, hash: ZERO_HEX32, timestampMs: 0 }),
    lastCommit: async () => commits.at(-1) ?? null,
    commit: async (epoch: EpochNumber) => commits.findLast((commit) => commit.epoch === epoch) ?? null,
    block: async (number: number) => blocks.get(number) ?? null,
    chainId: () => 31_337,
    deployment: () => ({ committee: memoryAddress('committee') }),
    async attestations(epoch: EpochNumber) {
      const commit = commits.findLast((commit) => commit.epoch === epoch)
      const attestations = [{ index: 0, signature: new Uint8Array(64) }]
      return commit === undefined ? null : { commit, committee, attestations }
    },
    committee: async () => committee,
    views: async ({ from, to }: { from: number; to: number }) =>
      Array.from({ length: to - from + 1 }, (_, i) => ({ epoch: from + i, config: committee.config, view: 0 })),
    async registrations() {
      counts.registryReads += 1
      if (counts.isHanging) {
        await new Promise(() => {})
      }
      if (counts.isDown) {
        throw new Error('the chain is away')
      }
      return [...registry.values()]
    },
    minimumStake: async () => ROLE_STAKE,
    async sessions({ ids = [] }: { ids?: readonly SessionId[] } = {}) {
      counts.sessionReads += 1
      return ids.flatMap((id) => sessions.get(id) ?? [])
    },
    async *follow(from: number, options?: { signal?: AbortSignal }): AsyncGenerator<ChainEvent> {
      for (let next = from; options?.signal?.aborted !== true; ) {
        const commit = commits[next]
        if (commit !== undefined) {
          next++
          yield { type: 'epoch', block: commit.block, commit }
          continue
        }
        await new Promise<void>((resolve) => {
          waiting.add(resolve)
          options?.signal?.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    }
  } as unknown as Chain
  return {
    chain,
    sessions,
    registry,
    counts,
    commit(commit: CommittedEpoch, drawnBy?: BlockRef) {
      if (drawnBy !== undefined) {
        blocks.set(drawnBy.number, drawnBy)
      }
      commits.push(commit)
      for (const wake of waiting) {
        wake()
      }
      waiting.clear()
    }
  }
}
