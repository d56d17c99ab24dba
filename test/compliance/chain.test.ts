import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEthersChain } from '@cortensor/chain'
import { createDevChain } from '@cortensor/chain/dev'
import { createSigner, createVerifier } from '@cortensor/crypto'
import type { Address, Chain } from '@cortensor/interface'
import { createMemoryChain, createMemorySigner, createMemoryVerifier, memoryAddress } from '@cortensor/memory'
import { bytesToHex, createRealClock } from '@cortensor/utils'
import { chainCompliance } from './chain.js'

const operatorKey = (i: number): Uint8Array => new Uint8Array(32).fill(i + 1)

chainCompliance('ethers over a dev chain', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cortensor-chain-'))
  const dev = createDevChain({ dataDir, blockTimeSeconds: 0.2 })
  await dev.start()
  const members = [0, 1, 2, 3].map((i) => createSigner({ nodeSeed: operatorKey(i), operatorKey: operatorKey(i) }))
  const funded = 300_000_000_000_000n
  const maxRewardPerSecond = 1_000_000n
  const { registry } = await dev.deploy({ members, maxRewardPerSecond, funding: funded })
  const chains: Chain[] = []
  const open = async (key?: Uint8Array): Promise<Chain> => {
    const account = key === undefined ? {} : { privateKey: `0x${bytesToHex(key)}` as const }
    const chain = createEthersChain({ rpcUrls: [dev.rpcUrl], registry, pollIntervalMs: 50, expectedChainId: 31337, ...account })
    await chain.start()
    chains.push(chain)
    if (chain.account !== null) {
      await dev.fundAccount(chain.account)
    }
    return chain
  }
  return {
    members,
    verifier: createVerifier(),
    chain: await open(operatorKey(0)),
    other: await open(operatorKey(100)),
    reader: await open(),
    maxRewardPerSecond,
    funded,
    async advance(seconds) {
      await dev.request('evm_increaseTime', [seconds])
      await dev.request('evm_mine')
    },
    async stop() {
      await Promise.all(chains.map((chain) => chain.stop()))
      await dev.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  }
})

chainCompliance('in memory', async () => {
  const real = createRealClock()
  let aheadMs = 0
  const clock = { ...real, now: () => real.now() + aheadMs }
  const members = [0, 1, 2, 3].map((i) => createMemorySigner({ label: `oracle-${i}` }))
  const funded = 300_000_000_000_000n
  const maxRewardPerSecond = 1_000_000n
  const verifier = createMemoryVerifier()
  const world = createMemoryChain({
    clock,
    verifier,
    committee: { members },
    blockTimeMs: 10,
    maxRewardPerSecond,
    funded
  })
  await world.start()
  const chains: Chain[] = []
  const open = async (account: Address | null): Promise<Chain> => {
    const chain = world.connect(account)
    await chain.start()
    chains.push(chain)
    return chain
  }
  return {
    members,
    verifier,
    chain: await open(members[0]?.operator ?? null),
    other: await open(memoryAddress('somebody')),
    reader: await open(null),
    maxRewardPerSecond,
    funded,
    async advance(seconds) {
      aheadMs += seconds * 1000
      world.mine()
    },
    async stop() {
      await Promise.all(chains.map((chain) => chain.stop()))
      await world.stop()
    }
  }
})
