import type { NetworkId } from '@cortensor/interface'
import type { TopicFamily } from './types.js'

/** The gossip topic of a family. */
export const topicName = (networkId: NetworkId, family: TopicFamily): string => `/cortensor/${networkId}/${family}/1`

/** The protocol id of a request stream. */
export const streamProtocol = (networkId: NetworkId, method: string): string => `/cortensor/${networkId}/${method}/1.0.0`
