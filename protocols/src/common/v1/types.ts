import type { NodeId } from '@cortensor/interface'

/** The gossip topics of a network. */
export type TopicFamily = 'presence' | 'task' | 'result' | 'quiz' | 'oracle'

export const TOPIC_FAMILIES: readonly TopicFamily[] = ['presence', 'task', 'result', 'quiz', 'oracle']

/** A gossip message whose envelope has been checked. */
export interface OpenedEnvelope {
  /** SHA-256 of the whole envelope as 64 hex digits: the message id on the mesh and in evidence. */
  id: string
  family: TopicFamily
  sender: NodeId
  sequence: number
  expiryMs: number
  payload: Uint8Array
  /** The envelope as it came. */
  bytes: Uint8Array
}
