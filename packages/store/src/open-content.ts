import { join } from 'node:path'
import type { Libp2p } from '@libp2p/interface'
import { LevelBlockstore } from 'blockstore-level'
import { LevelDatastore } from 'datastore-level'
import { CID } from 'multiformats/cid'
import { type BlockCache, createBlockCache } from './block-cache.js'
import { createHeliaNode, type HeliaNode } from './helia-node.js'
import { ForgettingLevel, openLevel, SyncedLevel } from './level.js'

export interface OpenContent extends HeliaNode {
  libp2p: Libp2p
  cache: BlockCache
  close(): Promise<void>
}

export interface OpenContentInit {
  libp2p: Libp2p
  dir: string | undefined
  maxCachedBytes: number
}

/** Opens the databases and starts Helia; whatever fails, nothing stays open. */
export async function openContent(init: OpenContentInit): Promise<OpenContent> {
  const opened: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    for (const part of opened.reverse()) {
      await part.close()
    }
  }
  try {
    const stores = init.dir === undefined ? undefined : createStores(init.dir)
    for (const store of stores === undefined ? [] : [stores.blockstore, stores.datastore]) {
      await openLevel(store.db, init.dir ?? '')
      opened.push(store.db)
    }
    const node = createHeliaNode(init.libp2p, stores)
    opened.push({ close: async () => void (await node.helia.stop()) })
    await node.helia.start()
    const cache = createBlockCache({
      records: node.helia.datastore,
      maxBytes: init.maxCachedBytes,
      evict: (cid) => node.deleteBlock(CID.parse(cid))
    })
    await cache.load()
    return { ...node, libp2p: init.libp2p, cache, close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

function createStores(dir: string): { blockstore: LevelBlockstore; datastore: LevelDatastore } {
  const options = { keyEncoding: 'utf8', valueEncoding: 'view' } as const
  return {
    blockstore: new LevelBlockstore(new SyncedLevel(join(dir, 'blocks'), options)),
    // A pinned block must not count as one that may go: its record is deleted before `pin` resolves.
    datastore: new LevelDatastore(new ForgettingLevel(join(dir, 'records'), options))
  }
}
