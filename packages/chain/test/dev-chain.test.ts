import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Address } from '@cortensor/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { findAnvil } from '../src/dev/anvil-binary.js'
import { createDevChain, type DevChain } from '../src/dev/index.js'
import { backupOf, changedAt, isWholeDump } from '../src/dev/state-file.js'
import { createEthersChain } from '../src/index.js'
import { collect, createMemo, createWorld, isAlive, makeDir, signersOf, until } from './world.js'

const to = `0x${'dd'.repeat(20)}` as Address
const members = signersOf(4)

describe('dev chain', () => {
  const cleanUps: (() => Promise<unknown> | unknown)[] = []
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp()
    }
  })

  const createIn = (dataDir: string, init: Partial<Parameters<typeof createDevChain>[0]> = {}): DevChain => {
    const dev = createDevChain({ dataDir, blockTimeSeconds: 0.2, ...init })
    cleanUps.push(() => dev.stop())
    return dev
  }
  const newDir = async (): Promise<string> => {
    const dataDir = await makeDir()
    cleanUps.push(() => rm(dataDir, { recursive: true, force: true }))
    return dataDir
  }

  it('goes on where it stopped: same blocks, same contracts, nothing left running', async () => {
    const dataDir = await newDir()
    const first = createIn(dataDir)
    await first.start()
    await first.start()
    const deployment = await first.deploy({ members })
    const pid = first.pid as number
    const genesis = await first.request('eth_getBlockByNumber', ['0x1', false])
    await first.stop()
    await first.stop()
    expect(isAlive(pid)).toBe(false)
    expect(() => first.rpcUrl).toThrow(expect.objectContaining({ code: 'CHAIN_DEV_NOT_STARTED' }))

    const second = createIn(dataDir)
    await second.start()
    expect(await second.request('eth_getBlockByNumber', ['0x1', false])).toEqual(genesis)
    expect(await second.deploy({ members })).toEqual(deployment)
    const changed = await second.deploy({ members: signersOf(5) })
    expect(changed.registry).not.toBe(deployment.registry)
  })

  it('ends a deployment that is under way when it is stopped', async () => {
    const dev = createIn(await newDir(), { blockTimeSeconds: 600 })
    await dev.start()
    const deploying = dev.deploy({ members })
    const outcome = deploying.catch((error: unknown) => error)
    await until(
      async () => Number(((await dev.request('txpool_status', [])) as { pending: string }).pending) > 0,
      'a transaction waits'
    )
    await dev.stop()
    expect(await outcome).toMatchObject({ code: expect.stringMatching(/^CHAIN_/) })
  })

  it('survives a broken dump with the copy, and a lost one with a fresh chain', async () => {
    const dataDir = await newDir()
    const stateFile = join(dataDir, 'chain-state.json')
    const first = createIn(dataDir)
    await first.start()
    const deployment = await first.deploy({ members })
    await first.stop()
    const again = createIn(dataDir)
    await again.start()
    await again.stop()
    await truncate(stateFile, Math.floor((await stat(stateFile)).size / 2))

    const logger = createMemo()
    const restored = createIn(dataDir, { logger })
    await restored.start()
    expect(logger.lines.join()).toContain('its last copy is used')
    expect(await restored.deploy({ members })).toEqual(deployment)
    await restored.stop()

    await writeFile(stateFile, '{"accounts":')
    await rm(`${stateFile}.backup`)
    const fresh = createIn(dataDir, { logger })
    await fresh.start()
    expect(logger.lines.join()).toContain('the chain starts anew')
    const anew = await fresh.deploy({ members })
    expect(logger.lines.join()).toContain('lost its contracts')
    expect(await fresh.request('eth_getCode', [anew.registry, 'latest'])).not.toBe('0x')
  })

  it('says when it cannot start', async () => {
    const taken = createIn(await newDir())
    await taken.start()
    const port = Number(new URL(taken.rpcUrl).port)
    const dev = createIn(await newDir(), { port })
    await expect(dev.start()).rejects.toMatchObject({
      code: 'CHAIN_DEV_EXITED',
      message: expect.stringContaining(`Port ${port}`)
    })
    expect(() => findAnvil('plan9', 'x64')).toThrow(expect.objectContaining({ code: 'CHAIN_DEV_NO_BINARY' }))
  })

  it('comes back after a SIGKILL, and the adapter goes on by itself', async () => {
    const world = await createWorld()
    cleanUps.push(() => world.stop())
    const logger = createMemo()
    const chain = await world.open(0, { logger, requestTimeoutMs: 2000 })
    await chain.send({ type: 'faucet', to, amount: 1n })
    const followed = collect(chain, world.deployment.fromBlock)
    await until(() => followed.events.length > 0, 'the first event')

    const stateFile = join(world.dataDir, 'chain-state.json')
    const head = await chain.head()
    await until(() => (changedAt(stateFile) ?? 0) > head.timestampMs + 1000, 'a dump with the transfer in it')
    // Dumps are written in place: a chain that is killed in the middle of one goes on from the copy, which may be older.
    await until(() => isWholeDump(stateFile), 'the end of that dump')
    await until(() => isWholeDump(backupOf(stateFile)), 'a copy of the first dump')
    const port = Number(new URL(world.dev.rpcUrl).port)
    process.kill(world.dev.pid as number, 'SIGKILL')
    await expect(chain.head()).rejects.toMatchObject({
      code: 'CHAIN_RPC_UNREACHABLE',
      message: expect.stringContaining(`127.0.0.1:${port}`)
    })
    await world.dev.stop()

    const back = createIn(world.dataDir, { port })
    await back.start()
    expect((await chain.balances(to)).token).toBe(1n)
    await chain.send({ type: 'faucet', to, amount: 2n })
    const now = await chain.head()
    await until(() => followed.events.some((event) => event.type === 'block' && event.block.hash === now.hash), 'following again')
    await followed.stop()
    expect(logger.lines.join()).toContain('does not answer')
  })

  it('dies with a parent that is killed, with its final dump written', async () => {
    const dataDir = await newDir()
    const script = `
      import { createDevChain } from ${JSON.stringify(fileURLToPath(new URL('../dist/dev/index.js', import.meta.url)))}
      const dev = createDevChain({ dataDir: ${JSON.stringify(dataDir)}, blockTimeSeconds: 0.2 })
      await dev.start()
      // anvil answers before it listens to signals; there is nothing to dump before the first block
      while (Number(await dev.request('eth_blockNumber', [])) < 2) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      process.stdout.write(String(dev.pid))
    `
    const parent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH }
    })
    cleanUps.push(() => parent.kill('SIGKILL'))
    const [said] = (await once(parent.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer]
    const pid = Number(said.toString())
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await until(() => !isAlive(pid), 'the chain ends')
    expect((await stat(join(dataDir, 'chain-state.json'))).size).toBeGreaterThan(0)
  })

  it('tells a registry from anything else', async () => {
    const dev = createIn(await newDir())
    await dev.start()
    const { token, registry } = await dev.deploy({ members })
    const open = (init: Partial<Parameters<typeof createEthersChain>[0]>) =>
      createEthersChain({ rpcUrls: [dev.rpcUrl], registry, ...init }).start()
    await expect(open({ expectedChainId: 1 })).rejects.toMatchObject({ code: 'CHAIN_WRONG_CHAIN' })
    await expect(open({ registry: to })).rejects.toMatchObject({ code: 'CHAIN_NO_CONTRACT' })
    await expect(open({ registry: token })).rejects.toMatchObject({ code: 'CHAIN_NO_CONTRACT' })
    await expect(open({ rpcUrls: ['http://127.0.0.1:1/secret-key'] })).rejects.toMatchObject({
      code: 'CHAIN_RPC_UNREACHABLE',
      message: expect.not.stringContaining('secret-key')
    })
    await expect(open({ rpcUrls: ['nonsense'] })).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
    await open({ expectedChainId: 31337 })
  })
})
