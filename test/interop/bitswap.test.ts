import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { NetworkId } from '@cortensor/interface'
import { createLibp2pNetwork } from '@cortensor/network'
import { createHeliaStore } from '@cortensor/store'
import { start } from 'smoldot'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChainSpec } from './smoldot-chain.js'

/** `{"hello":"smoldot"}` as dag-cbor: a map of one pair of texts. */
const BLOCK = Buffer.from('a16568656c6c6f67736d6f6c646f74', 'hex')

/** smoldot's "no bitswap peer yet" and "timed out", after which its clients ask again. */
const RETRY_CODES = [-32811, -32812]

describe('an independent implementation', () => {
  it('fetches a dag-cbor block of ours by bitswap 1.2.0 over TCP, Noise and Yamux', async () => {
    const networkId = '0123456789abcdef' as NetworkId
    const network = createLibp2pNetwork({ seed: randomBytes(32), networkId, topics: [], localNetwork: true })
    const store = createHeliaStore({ network, networkId })
    await network.start()
    await store.start()
    const client = start({ logCallback: () => {} })
    onTestFinished(async () => {
      await client.terminate()
      await store.stop()
      await network.stop()
    })
    const cid = await store.put(BLOCK, 'dag-cbor')
    const connected = new Promise<void>((resolve) => network.onPeer(() => resolve()))
    const chain = await client.addChain({ chainSpec: createChainSpec(network.multiaddrs()) })
    await connected
    let answer: { result?: string; error?: { code: number; message: string } } = {}
    do {
      // It says at once that no peer speaks bitswap yet; asking without a pause would keep its network from running.
      await setTimeout(100)
      chain.sendJsonRpc(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'bitswap_v1_get', params: [cid] }))
      answer = JSON.parse(await chain.nextJsonRpcResponse())
    } while (RETRY_CODES.includes(answer.error?.code ?? 0))
    expect(answer).toMatchObject({ result: `0x${BLOCK.toString('hex')}` })
  })
})
