import { randomBytes } from 'node:crypto'
import { blockCid, cidToHex32 } from '@cortensor/crypto'
import type { CidString, HandlerLimits, Network, NodeId, Penalty } from '@cortensor/interface'
import { createLibp2pNetwork, type Libp2pNetwork } from '@cortensor/network'
import {
  BLOCKS_LIMITS,
  decodeBlocksRequest,
  encodeBlocksRequest,
  MAX_BLOCKS_PER_REQUEST,
  streamProtocol
} from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { eventually, NETWORK_ID, startPeer, track } from './support.js'

const PROTOCOL = streamProtocol(NETWORK_ID, 'blocks')
const blockOf = (label: string): Uint8Array => utf8ToBytes(`block ${label}`)
const cidOf = (block: Uint8Array): CidString => blockCid(block, 'dag-cbor')

/** A node without a content store and without bitswap, which answers as it is told, and counts what it was asked. */
async function startGiver(
  give: (hashes: readonly string[], signal: AbortSignal) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): Promise<{ network: Libp2pNetwork; requests: number[] }> {
  const network = track(createLibp2pNetwork({ seed: randomBytes(32), networkId: NETWORK_ID, topics: [], localNetwork: true }))
  const requests: number[] = []
  await network.start()
  const limits: HandlerLimits = BLOCKS_LIMITS
  await network.handle(
    PROTOCOL,
    async function* serve(request, { signal }) {
      const { hashes } = decodeBlocksRequest(request)
      requests.push(hashes.length)
      yield* give(hashes, signal)
    },
    limits
  )
  return { network, requests }
}

const giverOf = (blocks: readonly Uint8Array[]) =>
  startGiver((hashes) => blocks.filter((block) => hashes.includes(cidToHex32(cidOf(block)))))

function penaltiesOf(network: Network): [NodeId, Penalty][] {
  const found: [NodeId, Penalty][] = []
  const report = network.report.bind(network)
  network.report = (peer, penalty) => {
    found.push([peer, penalty])
    report(peer, penalty)
  }
  return found
}

/** A peer with a store that is connected to these. */
async function startPeerOf(...others: { network: Libp2pNetwork }[]) {
  const peer = await startPeer({ bootstrap: others.flatMap(({ network }) => network.multiaddrs()) })
  await eventually(() => others.every(({ network }) => peer.network.peers().includes(network.self)))
  return peer
}

describe('blocks from a named provider', () => {
  it('come without bitswap, those wanted together in one request', async () => {
    const blocks = Array.from({ length: MAX_BLOCKS_PER_REQUEST }, (_, i) => blockOf(`${i}`))
    const giver = await giverOf(blocks)
    const { store } = await startPeerOf(giver)
    const options = { providers: [giver.network.self] }
    const got = await Promise.all(blocks.map((block) => store.get(cidOf(block), options)))
    expect(got.map((block) => Buffer.from(block).toString())).toEqual(blocks.map((block) => Buffer.from(block).toString()))
    expect(giver.requests.length).toBeLessThan(MAX_BLOCKS_PER_REQUEST / 4)
    expect(giver.requests.reduce((sum, count) => sum + count, 0)).toBe(MAX_BLOCKS_PER_REQUEST)
    expect(await store.has(cidOf(blocks[0] as Uint8Array))).toBe(true)
  })

  it('are asked for once, however many want the same', async () => {
    const block = blockOf('wanted by many')
    const giver = await giverOf([block])
    const { store } = await startPeerOf(giver)
    const options = { providers: [giver.network.self] }
    await Promise.all([1, 2, 3].map(() => store.get(cidOf(block), options)))
    expect(giver.requests).toEqual([1])
  })

  it('come from the next one when the first does not have them, is silent, or cannot be reached', async () => {
    const block = blockOf('the second one has')
    const none = await giverOf([])
    const silent = await startGiver(async function* (_hashes, signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      yield new Uint8Array()
    })
    const unreachable = track(createLibp2pNetwork({ seed: randomBytes(32), networkId: NETWORK_ID, topics: [] })).self
    const has = await giverOf([block])
    const { store } = await startPeerOf(none, silent, has)
    const providers = [unreachable, none.network.self, silent.network.self, has.network.self]
    expect(Buffer.compare(await store.get(cidOf(block), { providers }), block)).toBe(0)
    expect([none.requests, silent.requests, has.requests]).toEqual([[1], [1], [1]])
  })

  it('are found by bitswap when no named provider has them', async () => {
    const block = blockOf('somebody else has')
    const holder = await startPeer()
    const giver = await giverOf([])
    const { store } = await startPeerOf(holder, giver)
    await holder.store.put(block, 'dag-cbor')
    expect(Buffer.compare(await store.get(cidOf(block), { providers: [giver.network.self] }), block)).toBe(0)
  })

  it('are not taken from one that gives something else, and it loses score', async () => {
    const block = blockOf('honest')
    const liar = await startGiver(() => [blockOf('something else'), block])
    const honest = await giverOf([block])
    const { network, store } = await startPeerOf(liar, honest)
    const penalties = penaltiesOf(network)
    const providers = [liar.network.self, honest.network.self]
    expect(Buffer.compare(await store.get(cidOf(block), { providers }), block)).toBe(0)
    expect(honest.requests).toEqual([1])
    expect(penalties).toEqual([[liar.network.self, 'protocol-violation']])
  })
})

describe('blocks given to a peer', () => {
  it('are those that are here, and nothing is looked for elsewhere', async () => {
    const { network, store } = await startPeer()
    const asker = await startPeerOf({ network })
    const [here, missing] = [blockOf('here'), blockOf('missing')]
    await store.put(here, 'raw')
    const request = encodeBlocksRequest({ hashes: [missing, here].map((block) => cidToHex32(cidOf(block))) })
    const answer: Uint8Array[] = []
    for await (const block of asker.network.request(network.self, PROTOCOL, request)) {
      answer.push(block)
    }
    expect(answer.map((block) => Buffer.from(block).toString())).toEqual(['block here'])
  })

  it('are none for a request that is malformed, which costs score', async () => {
    const { network } = await startPeer()
    const penalties = penaltiesOf(network)
    const asker = await startPeerOf({ network })
    const answer = asker.network.request(network.self, PROTOCOL, Uint8Array.of(1, 2, 3))[Symbol.asyncIterator]()
    await expect(answer.next()).rejects.toMatchObject({ code: 'NETWORK_STREAM_RESET' })
    expect(penalties).toEqual([[asker.network.self, 'invalid-message']])
  })
})
