import { type Datastore, Key } from 'interface-datastore'

const PREFIX = '/cortensor/cached/'

export interface BlockCacheInit {
  records: Datastore
  /** Blocks that nobody pinned may fill this much, in bytes. */
  maxBytes: number
  /** Forgets a block itself. */
  evict(cid: string): Promise<void>
}

export interface BlockCache {
  load(): Promise<void>
  /** Notes a block that nobody pinned, or that it was used again; the least recently noted make room. */
  note(cid: string, bytes: number): Promise<void>
  /** The block is pinned or gone now. */
  forget(cid: string): Promise<void>
}

/**
 * The blocks that may go. Whatever is in the block store and not in here is pinned, so a crash can only keep too much: it may lose a note,
 * and must not bring one back.
 */
export function createBlockCache(init: BlockCacheInit): BlockCache {
  const sizes = new Map<string, number>()
  let total = 0

  const remove = async (cid: string): Promise<boolean> => {
    const bytes = sizes.get(cid)
    if (bytes === undefined) {
      return false
    }
    sizes.delete(cid)
    total -= bytes
    await init.records.delete(new Key(PREFIX + cid))
    return true
  }
  return {
    async load() {
      for await (const { key, value } of init.records.query({ prefix: PREFIX })) {
        const bytes = Number(Buffer.from(value).toString())
        sizes.set(key.toString().slice(PREFIX.length), bytes)
        total += bytes
      }
    },
    async note(cid, bytes) {
      const before = sizes.get(cid)
      sizes.delete(cid)
      sizes.set(cid, bytes)
      total += bytes - (before ?? 0)
      if (before === undefined) {
        await init.records.put(new Key(PREFIX + cid), Buffer.from(String(bytes)))
      }
      for (const oldest of sizes.keys()) {
        if (total <= init.maxBytes) {
          return
        }
        if (await remove(oldest)) {
          await init.evict(oldest)
        }
      }
    },
    async forget(cid) {
      await remove(cid)
    }
  }
}
