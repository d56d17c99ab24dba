import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Address, CortensorError } from '@cortensor/interface'
import { createMemoryMetrics } from '@cortensor/memory'
import { createRealClock } from '@cortensor/utils'
import { afterEach, describe, expect, it } from 'vitest'
import { logsOfRange } from '../src/logs.js'
import { createRpc, type Rpc, type RpcInit } from '../src/rpc.js'
import { createMemo, until } from './world.js'

interface Request {
  id: number
  method: string
  params: unknown[]
}
type Answer = (request: Request, response: ServerResponse) => unknown

describe('rpc', () => {
  const servers: Server[] = []
  const rpcs: Rpc[] = []
  afterEach(async () => {
    await Promise.all(rpcs.splice(0).map((rpc) => rpc.close()))
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  /** Serves what `answer` returns as the whole body; undefined leaves the response to it. */
  const serve = async (answer: Answer): Promise<string> => {
    const server = createServer(async (request: IncomingMessage, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Request
      const text = answer(body, response)
      if (text !== undefined) {
        response.end(typeof text === 'string' ? text : JSON.stringify(text))
      }
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const open = (urls: string[], timeoutMs = 5000, init: Partial<RpcInit> = {}): Rpc => {
    const rpc = createRpc({ urls, timeoutMs, clock: createRealClock(), ...init })
    rpcs.push(rpc)
    return rpc
  }
  const says =
    (result: unknown): Answer =>
    (request) => ({ jsonrpc: '2.0', id: request.id, result })

  interface Node {
    chainId: number
    head: number
    /** Seconds. */
    headTime: number
    mode: 'answers' | 'fails' | 'hangs'
    asked: string[]
  }
  /** A chain's node: its id and head, and `answer` for everything else. */
  const serveNode = async (answer: Answer, changes: Partial<Node> = {}): Promise<Node & { url: string }> => {
    const node: Node = { chainId: 7, head: 100, headTime: Math.floor(Date.now() / 1000), mode: 'answers', asked: [], ...changes }
    const url = await serve((request, response) => {
      node.asked.push(request.method)
      if (node.mode === 'hangs') {
        return undefined
      }
      if (node.mode === 'fails') {
        response.statusCode = 503
        return 'overloaded'
      }
      if (request.method === 'eth_chainId') {
        return says(`0x${node.chainId.toString(16)}`)(request, response)
      }
      if (request.method === 'eth_getBlockByNumber') {
        const hash = `0x${'11'.repeat(32)}`
        const [number, timestamp] = [node.head, node.headTime].map((value) => `0x${value.toString(16)}`)
        return says({ number, timestamp, hash, parentHash: hash })(request, response)
      }
      return answer(request, response)
    })
    return Object.assign(node, { url })
  }

  it('goes to the next URL when one fails, is silent, or talks nonsense, and stays with the one that answers', async () => {
    let asked = 0
    const broken = await serve((_, response) => {
      asked++
      response.statusCode = 503
      return 'overloaded'
    })
    const silent = await serve(() => undefined)
    const good = await serveNode(says('0x5'))
    const rpc = open(['http://127.0.0.1:1', broken, silent, good.url], 1500)
    expect(await rpc.call('eth_gasPrice')).toBe('0x5')
    expect(rpc.status().map(({ state }) => state)).toEqual(['down', 'down', 'down', 'up'])
    expect(await rpc.call('eth_gasPrice')).toBe('0x5')
    expect(asked).toBe(1)
  })

  it('checks the chain of every URL, and never asks one of another chain for anything else', async () => {
    const [right, wrong] = [await serveNode(says('0x5')), await serveNode(says('0x6'), { chainId: 8 })]
    const logger = createMemo()
    const rpc = open([wrong.url, right.url], 1000, { chainId: 7, logger, healthIntervalMs: 50 })
    expect(await rpc.call('eth_gasPrice')).toBe('0x5')
    right.mode = 'fails'
    await expect(rpc.call('eth_gasPrice')).rejects.toMatchObject({
      code: 'CHAIN_RPC_UNREACHABLE',
      message: expect.stringContaining(`${wrong.url} serves another chain and is not used`)
    })
    await until(() => right.asked.filter((method) => method === 'eth_chainId').length > 1, 'the other URL is checked again')
    expect(wrong.asked).toEqual(['eth_chainId'])
    expect(rpc.status()[0]).toMatchObject({ name: wrong.url, state: 'wrong-chain' })
    expect(logger.lines.join()).toContain('serves another chain')
  })

  it('refuses when all URLs serve another chain, or the first of two chains decides', async () => {
    const [a, b] = [await serveNode(says('0x5')), await serveNode(says('0x6'), { chainId: 8 })]
    await expect(open([a.url, b.url], 1000, { chainId: 9 }).call('eth_gasPrice')).rejects.toMatchObject({
      code: 'CHAIN_WRONG_CHAIN',
      details: { chainId: 7, expectedChainId: 9 }
    })
    const rpc = open([a.url, b.url])
    expect(await rpc.chainId()).toBe(7)
    a.mode = 'fails'
    await expect(rpc.call('eth_gasPrice')).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
    expect(rpc.status()[1]?.state).toBe('wrong-chain')
  })

  it('asks a URL that came back for its chain first: another one may answer there now', async () => {
    const node = await serveNode(says('0x5'))
    const rpc = open([node.url], 1000, { chainId: 7 })
    expect(await rpc.call('eth_gasPrice')).toBe('0x5')
    node.mode = 'fails'
    await expect(rpc.call('eth_gasPrice')).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
    Object.assign(node, { mode: 'answers', chainId: 8 })
    await until(
      () =>
        rpc.call('eth_gasPrice').then(
          () => false,
          (error) => error.code === 'CHAIN_WRONG_CHAIN'
        ),
      'the other chain is noticed'
    )
  })

  it('tries a URL that has failed often once for every call, where no other is up', async () => {
    const node = await serveNode(says('0x5'), { mode: 'fails' })
    const rpc = open([node.url])
    await until(async () => {
      await rpc.call('eth_gasPrice').catch(() => {})
      return (rpc.status()[0]?.failures ?? 0) >= 6
    }, 'it is left alone for long')
    node.mode = 'answers'
    expect(await rpc.call('eth_gasPrice')).toBe('0x5')
  })

  it('does not read from a URL that stands still while another goes on, until it has caught up', async () => {
    const [first, second] = [await serveNode(says('0x1')), await serveNode(says('0x2'))]
    const rpc = open([first.url, second.url], 1000, { maxLagBlocks: 3, healthIntervalMs: 20 })
    expect(await rpc.call('eth_gasPrice')).toBe('0x1')
    second.head = 103
    await until(() => rpc.status()[1]?.headNumber === 103, 'the new head is seen')
    expect(await rpc.call('eth_gasPrice')).toBe('0x1')
    second.head = 104
    await until(() => rpc.status()[0]?.state === 'behind', 'the lag is seen')
    expect(rpc.status()[0]).toMatchObject({ lagBlocks: 4 })
    expect(await rpc.call('eth_gasPrice')).toBe('0x2')
    second.mode = 'fails'
    await expect(rpc.call('eth_gasPrice')).rejects.toMatchObject({ code: 'CHAIN_RPC_STALE' })
    first.head = 105
    await until(() => rpc.status()[0]?.state === 'up', 'it has caught up')
    expect(await rpc.call('eth_gasPrice')).toBe('0x1')
  })

  it('does not read from a URL whose head is old while another has a young one; alone it is better than nothing', async () => {
    const [old, young] = [await serveNode(says('0x1'), { headTime: 1_700_000_000 }), await serveNode(says('0x2'))]
    const rpc = open([old.url, young.url], 1000, { healthIntervalMs: 20, maxHeadAgeMs: 60_000 })
    await until(() => rpc.call('eth_gasPrice').then((price) => price === '0x2'), 'the young one is read from')
    expect(rpc.status()[0]?.state).toBe('behind')
    expect(await open([old.url]).call('eth_gasPrice')).toBe('0x1')
  })

  it('hands a transaction to every URL, and takes the first good answer', async () => {
    const refusing = await serveNode(({ id }) => ({ id, error: { code: -32000, message: 'nonce too low' } }))
    const [slow, good] = [await serveNode(() => undefined), await serveNode(says('0xaa'))]
    const rpc = open([refusing.url, slow.url, good.url], 500)
    expect(await rpc.broadcast('eth_sendRawTransaction', ['0x00'])).toBe('0xaa')
    good.mode = 'fails'
    await expect(rpc.broadcast('eth_sendRawTransaction', ['0x00'])).rejects.toMatchObject({ text: 'nonce too low' })
    expect(slow.asked.filter((method) => method === 'eth_sendRawTransaction').length).toBeGreaterThan(0)
  })

  it('shows no access key: not in errors, not in metrics, not in its status', async () => {
    const metrics = createMemoryMetrics()
    const logger = createMemo()
    const node = await serveNode(says('0x5'))
    const { port } = new URL(node.url)
    const urls = [`http://user:s3cret@127.0.0.1:1/s3cret?key=s3cret`, `http://user:s3cret@127.0.0.1:${port}/v3/s3cret`, 's3cret']
    const rpc = open(urls, 1000, { metrics, logger })
    expect(await rpc.call('eth_gasPrice')).toBe('0x5')
    expect(metrics.value('cortensor_chain_rpc_requests_total', { rpc: '2', outcome: 'answered' })).toBe(3)
    node.mode = 'fails'
    const error = await rpc.call('eth_gasPrice').catch((each: Error) => each)
    const shown = JSON.stringify([rpc.status(), metrics.names(), logger.lines, (error as CortensorError).toObject()])
    expect(shown).not.toContain('s3cret')
    expect(String((error as Error).stack)).not.toContain('s3cret')
  })

  it('does not ask elsewhere when the RPC understood and refused', async () => {
    const refusing = await serveNode(({ id }) => ({
      id,
      error: { code: 3, message: 'execution reverted', data: { data: '0x12' } }
    }))
    const rpc = open([refusing.url, (await serveNode(says('0x5'))).url])
    await expect(rpc.call('eth_call')).rejects.toMatchObject({ rpcCode: 3, data: '0x12' })
  })

  it.each([
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['no result', '{}']
  ])('reports an RPC that answers with %s', async (_, text) => {
    const rpc = open([await serve(() => text)])
    await expect(rpc.call('eth_chainId')).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
  })

  it('stops reading an answer that never ends', async () => {
    const url = await serve((_, response) => {
      const flood = (): void => {
        while (response.writable && response.write('x'.repeat(1 << 20))) {}
        response.once('drain', flood)
      }
      flood()
    })
    await expect(open([url], 10_000).call('eth_chainId')).rejects.toMatchObject({
      code: 'CHAIN_RPC_UNREACHABLE',
      message: expect.stringContaining('too much data')
    })
  })

  it('ends with the caller and with its owner', async () => {
    const rpc = open([await serve(() => undefined)], 60_000)
    const reason = new Error('enough')
    const controller = new AbortController()
    const aborted = expect(rpc.call('eth_chainId', [], { signal: controller.signal })).rejects.toBe(reason)
    controller.abort(reason)
    await aborted
    const closed = expect(rpc.call('eth_chainId')).rejects.toMatchObject({ code: 'CHAIN_NOT_STARTED' })
    await rpc.close()
    await closed
    await expect(rpc.call('eth_chainId')).rejects.toMatchObject({ code: 'CHAIN_NOT_STARTED' })
  })

  it('halves a range of logs until the RPC takes it', async () => {
    const address = `0x${'11'.repeat(20)}` as Address
    const ranges: string[] = []
    const { url } = await serveNode(({ id, params }) => {
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string }
      const [from, to] = [Number(fromBlock), Number(toBlock)]
      if (to - from >= 10) {
        return { id, error: { code: -32005, message: 'block range too large' } }
      }
      ranges.push(`${from}-${to}`)
      const hash = `0x${'22'.repeat(32)}`
      const log = {
        address,
        topics: [],
        data: '0x',
        blockNumber: fromBlock,
        blockHash: hash,
        transactionHash: hash,
        logIndex: '0x0'
      }
      return { id, result: [log] }
    })
    const logs = await logsOfRange(open([url]), { address: [address] }, 0, 31)
    expect(logs.map((log) => log.blockNumber)).toEqual([0, 8, 16, 24])
    expect(ranges).toEqual(['0-7', '8-15', '16-23', '24-31'])
  })
})
