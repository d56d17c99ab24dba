import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDevChain, type DevChain } from '@cortensor/chain/dev'
import { createSigner } from '@cortensor/crypto'
import type { Address } from '@cortensor/interface'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createFaultProxy, type FaultProxy } from '../../packages/chain/test/fault-proxy.js'
import { eventually } from './support/eventually.js'

const CHILD = fileURLToPath(new URL('./support/send-child.mjs', import.meta.url))
/** Three processes one after the other, each of which loads everything anew. */
const TEST_MS = 120_000
const keyOf = (i: number): Uint8Array => new Uint8Array(32).fill(i)
const hexOf = (i: number): string => `0x${Buffer.from(keyOf(i)).toString('hex')}`

/** A real process, killed by SIGKILL while a transaction is on its way, and another one over the same folder. */
describe('a queue whose process is killed in the middle of a send', () => {
  let folder: string
  let dev: DevChain
  let registry: Address
  let proxy: FaultProxy
  const children: ChildProcess[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cortensor-queue-'))
    dev = createDevChain({ dataDir: join(folder, 'chain'), blockTimeSeconds: 0.2 })
    await dev.start()
    const members = [1, 2, 3, 4].map((i) => createSigner({ nodeSeed: keyOf(i), operatorKey: keyOf(i) }))
    registry = (await dev.deploy({ members })).registry
    proxy = await createFaultProxy(dev.rpcUrl)
  })
  afterEach(() => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL')
    }
  })
  afterAll(async () => {
    await proxy?.close()
    await dev?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const start = (account: number, rpcUrl: string, to: Address, amount: number) => {
    const args = [CHILD, rpcUrl, registry, hexOf(account), join(folder, `queue-${account}`), to, String(amount)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    const said = { out: '', error: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.error += text
    })
    const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
    return { child, said, closed }
  }
  const request = async (method: string, ...params: unknown[]): Promise<string> => String(await dev.request(method, params))
  /** COR that an account holds, by the token's `balanceOf`. */
  const held = async (token: string, of: Address): Promise<number> =>
    Number(await request('eth_call', { to: token, data: `0x70a08231${of.slice(2).padStart(64, '0')}` }, 'latest'))
  const tokenOf = async (): Promise<string> =>
    `0x${(await request('eth_call', { to: registry, data: '0xfc0c546a' }, 'latest')).slice(26)}`

  it.each([
    ['before the chain has the transaction', 60, false],
    ['when the chain has it and nobody has heard', 61, true]
  ])(
    'sends it once: killed %s',
    async (_when, account, arrives) => {
      const from = createSigner({ nodeSeed: keyOf(account), operatorKey: keyOf(account) }).operator
      const to = `0x${account.toString(16).padStart(40, 'd')}` as Address
      await dev.fundAccount(from)
      const token = await tokenOf()
      let left = 0
      proxy.intercept = async (method, _params, pass) => {
        if (method !== 'eth_sendRawTransaction') {
          return await pass()
        }
        if (arrives) {
          await pass()
        }
        left += 1
        // The process waits for this answer when it is killed.
        return await new Promise(() => {})
      }
      const first = start(account, proxy.url, to, 7)
      await eventually('the transaction has left', 20_000, () => left > 0 || first.child.exitCode !== null)
      expect(first.said.error).toBe('')
      first.child.kill('SIGKILL')
      await first.closed
      expect(first.said.out).toBe('')

      const second = start(account, dev.rpcUrl, to, 7)
      expect({ code: await second.closed, ...second.said }).toMatchObject({ code: 0, error: '' })
      expect(second.said.out).toMatch(/^0x[0-9a-f]{64}\n$/)
      expect(await held(token, to)).toBe(7)
      expect(Number(await request('eth_getTransactionCount', from, 'latest'))).toBe(1)
      // What is meant twice, is sent twice: the one that was heard of is over.
      const third = start(account, dev.rpcUrl, to, 7)
      expect(await third.closed).toBe(0)
      expect(await held(token, to)).toBe(14)
      expect(Number(await request('eth_getTransactionCount', from, 'latest'))).toBe(2)
    },
    TEST_MS
  )
})
