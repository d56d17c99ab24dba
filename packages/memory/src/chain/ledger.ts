import type { Address, CommittedEpoch, NodeId, Registration, Session, SessionId, TokenAmount, UnixMs } from '@cortensor/interface'
import type { ChainSettings } from './options.js'

/** A map whose changes can be taken back in reverse order. */
export class Journal {
  #undo: (() => void)[] = []
  #changes = 0

  /** Another one after every change, taken back ones too. */
  get version(): number {
    return this.#changes
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    this.#changes++
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
    this.#changes++
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
      this.#changes++
      this.#undo.pop()?.()
    }
  }

  /** Hands out what was changed since the last call. */
  cut(): () => void {
    const undo = this.#undo
    this.#undo = []
    return () => {
      this.#changes++
      for (const step of undo.reverse()) {
        step()
      }
    }
  }
}

/** A registration as the registry holds it; one that is leaving has a time of release. */
export interface StakedNode {
  registration: Registration
  releaseAtMs: UnixMs | null
}

/** What a registry's event changes. */
export type RegistryChange =
  | { type: 'registered'; registration: Registration }
  | { type: 'left'; operator: Address; nodeId: NodeId }
  | { type: 'payout'; operator: Address; payout: Address }

const keyOf = (operator: Address, nodeId: NodeId): string => `${operator} ${nodeId}`

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
  /** By member and instance. */
  readonly punished = new Map<string, true>()
  /** By operator and node; stays in the registry. */
  readonly slashed = new Map<string, TokenAmount>()
  /** As they happened. */
  readonly #changes: { block: number; change: RegistryChange }[] = []
  readonly #nodes = new Map<string, StakedNode | null>()
  readonly #sessions = new Map<SessionId, Session>()
  /** As they were after each change. */
  readonly #sessionChanges: { block: number; session: Session }[] = []
  readonly #fundings: { block: number; funded: TokenAmount }[] = []

  constructor(settings: ChainSettings) {
    this.settings = settings
    this.tokens.set(settings.distributor, settings.funded)
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  session(id: SessionId): Session | null {
    return this.#sessions.get(id) ?? null
  }

  setSession(block: number, session: Session): void {
    this.journal.set(this.#sessions, session.id, session)
    this.journal.push(this.#sessionChanges, { block, session })
  }

  /** As of the end of a block, by id. */
  sessionsAt(block: number): Session[] {
    const changes = this.#sessionChanges.filter((change) => change.block <= block)
    const sessions = new Map(changes.map(({ session }) => [session.id, session]))
    return structuredClone([...sessions.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
  }

  /** What the distributor was ever given. */
  get funded(): TokenAmount {
    return this.fundedAt(Number.POSITIVE_INFINITY)
  }

  fundedAt(block: number): TokenAmount {
    return this.#fundings.findLast((funding) => funding.block <= block)?.funded ?? this.settings.funded
  }

  increaseFunding(block: number, amount: TokenAmount): void {
    this.journal.push(this.#fundings, { block, funded: this.funded + amount })
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

  node(operator: Address, nodeId: NodeId): StakedNode | null {
    return this.#nodes.get(keyOf(operator, nodeId)) ?? null
  }

  /** Of all nodes, those that are leaving too. */
  get staked(): TokenAmount {
    return [...this.#nodes.values()].reduce((sum, node) => sum + (node?.registration.stake ?? 0n), 0n)
  }

  noteSlashed(operator: Address, nodeId: NodeId, amount: TokenAmount): void {
    const key = keyOf(operator, nodeId)
    this.journal.set(this.slashed, key, (this.slashed.get(key) ?? 0n) + amount)
  }

  setNode(operator: Address, nodeId: NodeId, node: StakedNode | null): void {
    this.journal.set(this.#nodes, keyOf(operator, nodeId), node)
  }

  note(block: number, change: RegistryChange): void {
    this.journal.push(this.#changes, { block, change })
  }

  /** As of the end of a block. A payout address holds for all nodes of its operator. */
  registrationsAt(block: number): Registration[] {
    const nodes = new Map<string, Registration>()
    const payouts = new Map<Address, Address>()
    for (const { block: at, change } of this.#changes) {
      if (at > block) {
        break
      }
      if (change.type === 'registered') {
        const { registration } = change
        nodes.set(keyOf(registration.operator, registration.nodeId), registration)
      } else if (change.type === 'payout') {
        payouts.set(change.operator, change.payout)
      } else {
        nodes.delete(keyOf(change.operator, change.nodeId))
      }
    }
    return [...nodes.values()].map((node) => ({ ...node, payout: payouts.get(node.operator) ?? node.payout }))
  }
}
