import type { NodeId } from '@cortensor/interface'

/** Who is in the registry, as far as this oracle has read it. A key costs nothing, a registration a stake. */
export interface RegistryView {
  /** True for everybody before the registry was read for the first time. */
  has(node: NodeId): boolean
  /** A whole reading. */
  set(nodes: Iterable<NodeId>): void
  /** One more registration. */
  add(node: NodeId): void
  /** Called whenever somebody may have become known, or unknown. */
  onChange(listener: () => void): void
}

export function createRegistryView(): RegistryView {
  let nodes: Set<NodeId> | null = null
  const listeners: (() => void)[] = []
  const changed = (): void => {
    for (const listener of listeners) {
      listener()
    }
  }
  return {
    has: (node) => nodes === null || nodes.has(node),
    set(all) {
      nodes = new Set(all)
      changed()
    },
    add(node) {
      if (nodes !== null && !nodes.has(node)) {
        nodes.add(node)
        changed()
      }
    },
    onChange: (listener) => void listeners.push(listener)
  }
}
