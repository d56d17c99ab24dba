import type { Address, CommittedEpoch, NodeId, Registration, TokenAmount } from '@cortensor/interface'
import type { ChainSettings } from './options.js'

/** A map whose changes can be taken back in reverse order. */
export class Journal {
  #undo: (() => void)[] = []

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const had = map.has(key)
    const before = map.get(key)
    map.set(key, value)
    this.#undo.push(() => {
      if (had) {
        map.set(key, before as V)
      } else {
        map.delete(key)
      }
    })
  }

  push<T>(list: T[], item: T): void {
    list.push(item)
    this.#undo.push(() => {
      list.pop()
    })
  }

  mark(): number {
    return this.#undo.length
  }

  rollback(mark: number): void {
    while (this.#undo.length > mark) {
      this.#undo.pop()?.()
    }
  }

  /** Hands out what was changed since the last call. */
  cut(): () => void {
    const undo = this.#undo
    this.#undo = []
    return () => {
      for (const step of undo.reverse()) {
        step()
      }
    }
  }
}

/** What the contracts remember. */
export class Ledger {
  readonly journal = new Journal()
  readonly settings: ChainSettings
  readonly tokens = new Map<Address, TokenAmount>()
  readonly native = new Map<Address, bigint>()
  /** By `owner spender`. */
  readonly allowances = new Map<string, TokenAmount>()
  readonly claimed = new Map<Address, TokenAmount>()
  readonly payouts = new Map<Address, Address>()
  readonly commits: CommittedEpoch[] = []
  /** As they happened; later ones of the same operator and node replace earlier ones. */
  readonly registered: { block: number; registration: Registration }[] = []
  readonly #nodes = new Map<string, Registration>()

  constructor(settings: ChainSettings) {
    this.settings = settings
    this.tokens.set(settings.distributor, settings.funded)
  }

  tokensOf(account: Address): TokenAmount {
    return this.tokens.get(account) ?? this.settings.tokenBalance
  }

  nativeOf(account: Address): bigint {
    return this.native.get(account) ?? this.settings.nativeBalance
  }

  payoutOf(operator: Address): Address {
    return this.payouts.get(operator) ?? operator
  }

  node(operator: Address, nodeId: NodeId): Registration | undefined {
    return this.#nodes.get(`${operator} ${nodeId}`)
  }

  register(block: number, registration: Registration): void {
    this.journal.set(this.#nodes, `${registration.operator} ${registration.nodeId}`, registration)
    this.journal.push(this.registered, { block, registration })
  }

  /** As of the end of a block. A payout address holds for all nodes of its operator. */
  registrationsAt(block: number): Registration[] {
    const nodes = new Map<string, Registration>()
    const payouts = new Map<Address, Address>()
    for (const entry of this.registered) {
      if (entry.block > block) {
        break
      }
      const { registration } = entry
      nodes.set(`${registration.operator} ${registration.nodeId}`, registration)
      payouts.set(registration.operator, registration.payout)
    }
    return [...nodes.values()].map((node) => ({ ...node, payout: payouts.get(node.operator) ?? node.payout }))
  }
}
