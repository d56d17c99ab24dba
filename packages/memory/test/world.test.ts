import type { ChainCall } from '@cortensor/interface'
import { createMemoryWorld, scriptedModelId } from '@cortensor/memory'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'

/** A small life over every port: ask, store, tell, fetch, pay. */
async function live(seed: string): Promise<{ digest: string; heard: number; tokens: bigint; events: number }> {
  const world = createMemoryWorld({ seed, chain: { tokenBalance: 5n } })
  await world.chain.start()
  const nodes = ['a', 'b', 'c', 'd'].map((label) =>
    world.node(label, { engine: { answer: (_messages, rng) => `${rng.next()}` } })
  )
  let heard = 0
  for (const { network, store, engine, chain, keyValue, signer } of nodes) {
    await Promise.all([network, store, chain, keyValue, engine].map((part) => part?.start()))
    await network.subscribe('results', async (data, from) => {
      heard++
      const block = await store.get(new TextDecoder().decode(data) as Parameters<typeof store.get>[0], { providers: [from] })
      await keyValue.put(bytesToHex(data), block)
      return 'accept'
    })
    world.clock.every(1000, () => {
      void (async () => {
        const spec = {
          model: scriptedModelId('scripted-chat'),
          messages: [{ role: 'user' as const, content: `${world.clock.now()}` }],
          sampling: { maxTokens: 8, temperature: 1, topP: 1, topK: 0, minP: 0, stop: [] },
          seed: await signer.sign(new Uint8Array(1))
        }
        let text = ''
        for await (const event of engine?.generate(spec) ?? []) {
          text += event.type === 'token' ? event.text : ''
        }
        const cid = await store.put(utf8ToBytes(text), 'raw')
        await network.publish('results', utf8ToBytes(cid))
      })()
    })
    const pay: ChainCall = { type: 'faucet', to: signer.operator, amount: 1n }
    world.clock.every(5000, () => void chain.send(pay))
  }
  await world.clock.advance(20_500)
  const { token } = await (nodes[0] as (typeof nodes)[0]).chain.balances(world.signer('a').operator)
  const tail = (await (nodes[0] as (typeof nodes)[0]).chain.head()).hash
  return { digest: world.trace.digest() + tail, heard, tokens: token, events: world.clock.events }
}

describe('createMemoryWorld', () => {
  it('lives the same life twice from one seed, and another from another', async () => {
    const first = await live('a')
    expect(first.heard).toBeGreaterThan(200)
    expect(first.tokens).toBe(8n)
    expect(await live('a')).toEqual(first)
    expect((await live('b')).digest).not.toBe(first.digest)
  })
})
