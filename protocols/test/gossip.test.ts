import { createSigner, createVerifier } from '@cortensor/crypto'
import type { Address, GossipVerdict, Logger, Network } from '@cortensor/interface'
import {
  createGossipHandler,
  createPublisher,
  decodeResultMessage,
  encodeResultMessage,
  networkIdOf,
  type ResultMessage
} from '@cortensor/protocols'
import { beforeEach, describe, expect, it } from 'vitest'
import { type MessageVectors, readVectors } from './helpers/vectors.js'

const NOW_MS = 1_767_225_600_000
const signer = createSigner({ nodeSeed: new Uint8Array(32).fill(1), operatorKey: new Uint8Array(32).fill(2) })
const networkId = networkIdOf(31_337, `0x${'12'.repeat(20)}` as Address)
const message = readVectors<MessageVectors>('result', 'result-message').valid[0]!.value as ResultMessage
const logger = { warn: () => {} } as unknown as Logger

describe('gossip', () => {
  let sent: { topic: string; data: Uint8Array }[]
  let handled: ResultMessage[]
  let invalid: GossipVerdict[]
  let nowMs: number

  const publisher = (publish: Network['publish'] = async (topic, data) => void sent.push({ topic, data })) =>
    createPublisher({ network: { publish } as Network, signer, networkId, sequence: () => 1, nowMs: () => NOW_MS, logger })
  const handler = (family: 'result' | 'quiz' = 'result') =>
    createGossipHandler({
      networkId,
      family,
      verifier: createVerifier(),
      nowMs: () => nowMs,
      decode: decodeResultMessage,
      handle: (value) => {
        handled.push(value)
        return 'accept'
      },
      onInvalid: (_error, verdict) => invalid.push(verdict)
    })

  beforeEach(() => {
    sent = []
    handled = []
    invalid = []
    nowMs = NOW_MS
  })

  it('takes what a publisher sends to the handler of its topic', async () => {
    const envelope = await publisher().publish('result', encodeResultMessage(message), 30_000)
    expect(sent).toEqual([{ topic: `/cortensor/${networkId}/result/1`, data: envelope.bytes }])
    expect(await handler()(envelope.bytes, signer.nodeId)).toBe('accept')
    expect(handled).toEqual([message])
  })

  it('ignores late messages and rejects foreign and malformed ones', async () => {
    const { bytes } = await publisher().publish('result', encodeResultMessage(message), 30_000)
    expect(await handler('quiz')(bytes, signer.nodeId)).toBe('reject')
    nowMs += 30_001
    expect(await handler()(bytes, signer.nodeId)).toBe('ignore')
    const nonsense = await publisher().publish('result', Uint8Array.of(1, 2, 3), 60_000)
    expect(await handler()(nonsense.bytes, signer.nodeId)).toBe('reject')
    expect(invalid).toEqual(['reject', 'ignore', 'reject'])
    expect(handled).toEqual([])
  })

  it('survives a network that cannot send, and broadcasts the same bytes again', async () => {
    const failing = publisher(async () => Promise.reject(new TypeError('no peers')))
    const envelope = await failing.publish('result', encodeResultMessage(message), 30_000)
    await publisher().broadcast(envelope)
    expect(sent[0]?.data).toEqual(envelope.bytes)
  })
})
