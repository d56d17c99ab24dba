import type { ModelId, NodeId } from '@cortensor/interface'
import { memoryAddress, memoryNodeId, scriptedModelId } from '@cortensor/memory'
import type { ModelOffer, Presence } from '@cortensor/protocols'
import type { DirectoryNode } from '../src/index.js'

export const MODEL: ModelId = scriptedModelId('chat')

export const offerOf = (change: Partial<ModelOffer> = {}): ModelOffer => ({
  id: MODEL,
  name: 'chat',
  kind: 'chat',
  quantisation: 'F16',
  contextLength: 2048,
  decodeTokensPerSecond: 0,
  prefillTokensPerSecond: 0,
  priceMicroPerKilotoken: 0,
  ...change
})

export const presenceOf = (operator: string, change: Partial<Presence> = {}): Presence => ({
  generation: 1,
  roles: ['miner'],
  binding: { operator: memoryAddress(operator), operatorSignature: new Uint8Array(64), nodeSignature: new Uint8Array(64) },
  models: [offerOf()],
  fingerprint: 'engine',
  freeSlots: 1,
  totalSlots: 1,
  queueLength: 0,
  addresses: [],
  agent: 'test',
  ...change
})

export const nodeIdOf = (label: string): NodeId => memoryNodeId(label)

export function nodeOf(label: string, change: Partial<Presence> = {}, operator = label): DirectoryNode {
  const presence = presenceOf(operator, change)
  return { nodeId: nodeIdOf(label), operator: presence.binding.operator, presence, seenMs: 0, leaseEndsMs: 1 }
}
