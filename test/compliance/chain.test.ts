import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEthersChain } from '@cortensor/chain'
import { createDevChain } from '@cortensor/chain/dev'
import { createSigner } from '@cortensor/crypto'
import type { Chain } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
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
