import type { Address, ModelId, Role } from '@cortensor/interface'

export interface ModelOffer {
  id: ModelId
  name: string
  kind: 'chat' | 'embedding'
  quantisation: string
  /** In tokens. */
  contextLength: number
  /** 0 when not measured yet. */
  decodeTokensPerSecond: number
  prefillTokensPerSecond: number
  priceMicroPerKilotoken: number
}

/** Both keys' word that they belong together, over chain id, registry, node id and operator. */
export interface Binding {
  operator: Address
  /** Packed secp256k1, 64 bytes. */
  operatorSignature: Uint8Array
  /** Ed25519, 64 bytes. */
  nodeSignature: Uint8Array
}

export interface Presence {
  /** Start of the process, Unix ms. */
  generation: number
  roles: Role[]
  binding: Binding
  models: ModelOffer[]
  /** Engine, version, backend and CPU variant; empty without an engine. */
  fingerprint: string
  freeSlots: number
  totalSlots: number
  queueLength: number
  addresses: string[]
  agent: string
}
