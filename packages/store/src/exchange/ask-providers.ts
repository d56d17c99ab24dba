import type { CidString, NodeId } from '@cortensor/interface'
import type { BlockClient } from './block-client.js'
import { soon } from './soon.js'

/** Providers that are asked one after the other; whoever named more does not know who has the block. */
const MAX_ASKED = 4

/** A provider that is silent for so long is left to answer late, and the next one asked: two round trips around the world. */
const PATIENCE_MS = 500

/** The block from the first provider that gives it, in the order in which they are named; null when none does. */
export async function askProviders(
  client: BlockClient,
  providers: readonly NodeId[],
  cid: CidString,
  signal: AbortSignal
): Promise<Uint8Array | null> {
  const answers: Promise<Uint8Array | null>[] = []
  for (const provider of providers.slice(0, MAX_ASKED)) {
    answers.push(client.ask(provider, cid))
    const block = await soon(firstBlock(answers), PATIENCE_MS, signal)
    if (block !== null) {
      return block
    }
  }
  return firstBlock(answers)
}

/** The first answer that is a block; null once all of them are none. */
function firstBlock(answers: readonly Promise<Uint8Array | null>[]): Promise<Uint8Array | null> {
  const blocks = answers.map(async (answer) => {
    const block = await answer
    if (block === null) {
      throw new RangeError('Not there')
    }
    return block
  })
  return Promise.any(blocks).catch(() => null)
}
