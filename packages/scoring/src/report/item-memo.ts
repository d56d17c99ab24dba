import type { OpenedItem } from './types.js'

/** Items whose signatures were checked, by the envelope's id: equal ids are equal bytes, signature included. */
export interface ItemMemo {
  get(id: string): OpenedItem | null
  add(item: OpenedItem): void
  forget(ids: Iterable<string>): void
}

/** Beyond the limit what was added first is forgotten, and has to be opened again. */
export function createItemMemo(maxItems: number): ItemMemo {
  const items = new Map<string, OpenedItem>()
  return {
    get: (id) => items.get(id) ?? null,
    add(item) {
      items.set(item.id, item)
      if (items.size > maxItems) {
        // A map keeps the order of insertion.
        items.delete(items.keys().next().value as string)
      }
    },
    forget(ids) {
      for (const id of ids) {
        items.delete(id)
      }
    }
  }
}
