import type { Role, Startable } from '@cortensor/interface'

/** A node of a swarm, wherever it runs. The facts are there after `start`. */
export interface SwarmMember extends Startable {
  readonly name: string
  readonly role: Role
  facts(): MemberFacts
  /** Ends its process without a word; nodes of this process have none of their own. */
  kill?(): Promise<void>
}

export interface MemberFacts {
  nodeId: string
  operator: string
  multiaddrs: string[]
  /** Of a router. */
  apiUrl: string | null
  networkId: string
}
