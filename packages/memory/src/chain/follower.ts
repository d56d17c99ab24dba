import type { ChainEvent } from '@cortensor/interface'
import type { Block, Blockchain } from './blockchain.js'

export interface FollowInit {
  blockchain: Blockchain
  fromBlock: number
  /** A block is delivered when it and what follows it are this many. */
  confirmations: number
  /** Kinds of events that are told, beside reorgs; undefined for all. */
  only: readonly ChainEvent['type'][] | undefined
  signal: AbortSignal
  /** True while the RPC cannot be reached. */
  isOut: () => boolean
  /** Resolves when something has changed and `hasNews` says that it matters, or when the signal aborts. */
  change: (hasNews: () => boolean) => Promise<void>
}

/** The newest block that is still on the chain, from `block` down; the first block always is. */
function commonAncestor(blockchain: Blockchain, block: Block): Block {
  let ancestor = block
  while (!blockchain.isCanonical(ancestor) && ancestor.parent !== null) {
    ancestor = ancestor.parent
  }
  return ancestor
}

/** Ends quietly when the signal aborts. What it yields is frozen. */
export async function* follow(init: FollowInit): AsyncGenerator<ChainEvent, void> {
  const { blockchain, only, signal } = init
  let last: Block | undefined
  let next = Math.max(0, init.fromBlock)
  const isWanted = ({ kinds }: Block): boolean => only?.some((kind) => kinds.has(kind)) ?? true
  const isLeft = (): boolean => last !== undefined && !blockchain.isCanonical(last)
  /** Passes over blocks with nothing to tell, so that thousands of followers need not wake for each. */
  const hasNews = (): boolean => {
    if (init.isOut()) {
      return false
    }
    while (!isLeft()) {
      const block = next + init.confirmations <= blockchain.blocks.length ? blockchain.blocks[next] : undefined
      if (block === undefined || isWanted(block)) {
        return block !== undefined
      }
      last = block
      next++
    }
    return true
  }
  while (!signal.aborted) {
    if (!hasNews()) {
      await init.change(hasNews)
      continue
    }
    if (last !== undefined && isLeft()) {
      last = commonAncestor(blockchain, last)
      next = last.ref.number + 1
      yield { type: 'reorg', ancestor: { ...last.ref } }
      continue
    }
    last = blockchain.blocks[next++] as Block
    for (const event of last.events) {
      if (signal.aborted) {
        return
      }
      if (only?.includes(event.type) ?? true) {
        yield event
      }
    }
  }
}
