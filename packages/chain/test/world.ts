import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigner } from '@cortensor/crypto'
import type { Chain, ChainEvent, Deployment, LogFields, Logger, Signer } from '@cortensor/interface'
import { bytesToHex, createRealClock } from '@cortensor/utils'
import { createDevChain, type DevChain, type NetworkInit } from '../src/dev/index.js'
import { createEthersChain, type EthersChainInit } from '../src/index.js'

export const keyOf = (i: number): Uint8Array => new Uint8Array(32).fill(i + 1)
export const hexKeyOf = (i: number): `0x${string}` => `0x${bytesToHex(keyOf(i))}`
export const signersOf = (count: number): Signer[] =>
  Array.from({ length: count }, (_, i) => createSigner({ nodeSeed: keyOf(i), operatorKey: keyOf(i) }))

export const makeDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'cortensor-chain-'))

/** A logger that keeps its lines. */
export function createMemo(): Logger & { lines: string[] } {
  const lines: string[] = []
  const log = (message: string, fields?: LogFields): void => {
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  }
  const logger = { lines, debug: log, info: log, warn: log, error: log, child: () => logger }
  return logger
}

/** Where the committee's contract keeps its ring of the last 64 commits, as the compiler lays it out. */
const RING_SLOT = 4

export interface World {
  dev: DevChain
  dataDir: string
  signers: Signer[]
  deployment: Deployment
  /** A started adapter, with the account of that number if given. */
  open(account?: number, init?: Partial<EthersChainInit>): Promise<Chain>
  stop(): Promise<void>
}

/** A dev chain with five blocks a second and the contracts on it. */
export async function createWorld(oracles = 4, network: Partial<NetworkInit> = {}): Promise<World> {
  const dataDir = await makeDir()
  const dev = createDevChain({ dataDir, blockTimeSeconds: 0.2 })
  await dev.start()
  const signers = signersOf(oracles)
  const deployment = await dev.deploy({ members: signers, ...network })
  const chains: Chain[] = []
  return {
    dev,
    dataDir,
    signers,
    deployment,
    async open(account, init = {}) {
      const key = account === undefined ? {} : { privateKey: hexKeyOf(account) }
      const chain = createEthersChain({
        rpcUrls: [dev.rpcUrl],
        registry: deployment.registry,
        pollIntervalMs: 50,
        ...key,
        ...init
      })
      await chain.start()
      chains.push(chain)
      if (chain.account !== null) {
        await dev.fundAccount(chain.account)
      }
      return chain
    },
    async stop() {
      await Promise.all(chains.map((chain) => chain.stop()))
      await dev.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}

/** As if the ring had been round once: an entry takes two slots, a time an eighth of one. */
export async function fillRingEntry({ dev, deployment }: World, epoch: number): Promise<void> {
  for (const slot of [RING_SLOT + 2 * epoch, RING_SLOT + 2 * epoch + 1]) {
    await dev.request('anvil_setStorageAt', [deployment.committee, `0x${slot.toString(16)}`, `0x${'01'.repeat(32)}`])
  }
}

/** Polls until the condition holds; fails loudly when it never does. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 60_000): Promise<void> {
  const clock = createRealClock()
  for (const deadline = clock.now() + timeoutMs; !(await condition()); await clock.sleep(20)) {
    if (clock.now() > deadline) {
      throw new Error(`Never happened: ${what}`)
    }
  }
}

/** Collects a follower's events in the background. */
export function collect(chain: Chain, fromBlock: number): { events: ChainEvent[]; stop(): Promise<void> } {
  const events: ChainEvent[] = []
  const controller = new AbortController()
  const done = (async () => {
    for await (const event of chain.follow(fromBlock, { signal: controller.signal })) {
      events.push(event)
    }
  })()
  return {
    events,
    async stop() {
      controller.abort()
      await done
    }
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
