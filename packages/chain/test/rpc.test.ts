import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Address } from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { afterEach, describe, expect, it } from 'vitest'
import { logsOfRange } from '../src/logs.js'
import { createRpc, type Rpc } from '../src/rpc.js'

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
  const open = (urls: string[], timeoutMs = 1000): Rpc => {
    const rpc = createRpc({ urls, timeoutMs, clock: createRealClock() })
    rpcs.push(rpc)
    return rpc
  }
  const says =
    (result: unknown): Answer =>
    (request) => ({ jsonrpc: '2.0', id: request.id, result })

  it('goes to the next URL when one fails, is silent, or talks nonsense, and stays with the one that answers', async () => {
    let asked = 0
    const broken = await serve((_, response) => {
      asked++
      response.statusCode = 503
      return 'overloaded'
    })
    const silent = await serve(() => undefined)
    const good = await serve(says('0x5'))
    const rpc = open(['http://127.0.0.1:1', broken, silent, good])
    expect(await rpc.call('eth_blockNumber')).toBe('0x5')
    expect(await rpc.call('eth_blockNumber')).toBe('0x5')
    expect(asked).toBe(1)
  })

  it('does not ask elsewhere when the RPC understood and refused', async () => {
    const refusing = await serve(({ id }) => ({ id, error: { code: 3, message: 'execution reverted', data: { data: '0x12' } } }))
    const rpc = open([refusing, await serve(says('0x5'))])
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
    const url = await serve(({ id, params }) => {
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
