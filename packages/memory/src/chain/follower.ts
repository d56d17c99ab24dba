import type { ChainEvent } from '@cortensor/interface'
import type { Block, Blockchain } from './blockchain.js'

export interface FollowInit {
  blockchain: Blockchain
  fromBlock: number
  /** A block is delivered when it and what follows it are this many. */
  confirmations: number
  signal: AbortSignal
  /** True while the RPC cannot be reached. */
  isOut: () => boolean
  /** Resolves when there may be something new, or when the signal aborts. */
  change: () => Promise<void>
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
  const { blockchain, signal } = init
  let last: Block | undefined
  let next = Math.max(0, init.fromBlock)
  while (!signal.aborted) {
    if (!init.isOut() && last !== undefined && !blockchain.isCanonical(last)) {
      last = commonAncestor(blockchain, last)
      next = last.ref.number + 1
      yield { type: 'reorg', ancestor: { ...last.ref } }
      continue
    }
    const isDeep = next + init.confirmations <= blockchain.blocks.length
    const block = init.isOut() || !isDeep ? undefined : blockchain.blocks[next]
    if (block === undefined) {
      await init.change()
      continue
    }
    last = block
    next++
    for (const event of block.events) {
      if (signal.aborted) {
        return
      }
      yield event
    }
  }
}
