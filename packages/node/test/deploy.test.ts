import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDevChain, type DevChain } from '@cortensor/chain/dev'
import { CHAINS } from '@cortensor/config'
import { createSigner } from '@cortensor/crypto'
import type { Address } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  deployContracts,
  parseNodeConfig,
  readDeploymentFile,
  readMembers,
  readPrivateKey,
  rehearseContracts
} from '../src/index.js'

const keyOf = (i: number): Uint8Array => new Uint8Array(32).fill(i + 1)
const signerOf = (i: number) => createSigner({ nodeSeed: keyOf(i), operatorKey: keyOf(i) })

describe('deploying contracts', () => {
  let dev: DevChain
  let folder: string
  const members = [0, 1, 2, 3].map((i) => ({ operator: signerOf(i).operator, nodeId: signerOf(i).nodeId }))
  const deployer = signerOf(9).operator

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cortensor-deploy-'))
    dev = createDevChain({ dataDir: join(folder, 'chain'), blockTimeSeconds: 0.2 })
    await dev.start()
    await dev.fundAccount(deployer)
    await writeFile(join(folder, 'members.json'), JSON.stringify(members))
    await writeFile(join(folder, 'key'), `0x${bytesToHex(keyOf(9))}\n`)
  })
  afterAll(async () => {
    await dev?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const init = (out: string) => ({
    chain: CHAINS.dev,
    rpcUrls: [dev.rpcUrl],
    privateKey: readPrivateKey(join(folder, 'key')),
    members: readMembers(join(folder, 'members.json')),
    folder: join(folder, out)
  })

  it('tells the price first, then writes one file a chain, and does not replace it', async () => {
    expect(await rehearseContracts(init('one'))).toMatchObject({ deployer, chainId: 31_337 })
    expect(readDeploymentFile(join(folder, 'one'), 31_337)).toBeNull()
    const deployed = await deployContracts(init('one'))
    expect(await readdir(join(folder, 'one'))).toEqual(['31337.json'])
    expect(readDeploymentFile(join(folder, 'one'), 31_337)).toEqual(deployed)
    expect(deployed).toMatchObject({ deployer, chainId: 31_337, version: 1 })
    await expect(deployContracts(init('one'))).rejects.toMatchObject({ code: 'NODE_DEPLOYED_ALREADY' })
  })

  it('goes on where it stopped, with the same members only', async () => {
    const dies = deployContracts({
      ...init('two'),
      onStep: ({ name }) => {
        if (name === 'committee') throw new Error('the process dies here')
      }
    })
    await expect(dies).rejects.toThrow('the process dies here')
    expect(await readdir(join(folder, 'two'))).toEqual(['31337.begun.json'])
    expect(await readFile(join(folder, 'two', '31337.begun.json'), 'utf8')).not.toContain(bytesToHex(keyOf(9)))
    const changed = { ...init('two'), members: members.slice(1) }
    await expect(deployContracts(changed)).rejects.toMatchObject({ code: 'NODE_CONFIG_INVALID' })
    const steps: string[] = []
    await deployContracts({ ...init('two'), onStep: ({ name }) => steps.push(name) })
    expect(steps).toEqual(['sessions', 'link', 'approve', 'fund'])
    expect(await readdir(join(folder, 'two'))).toEqual(['31337.json'])
  })

  it('refuses members and keys that cannot be right, and shows no key', async () => {
    const file = join(folder, 'wrong')
    const write = async (value: unknown) => writeFile(file, JSON.stringify(value))
    const twice = [...members.slice(1), { ...members[1], operator: members[0]?.operator }]
    for (const wrong of [members.slice(2), {}, [...members, { operator: '0x12', nodeId: 'x' }], twice]) {
      await write(wrong)
      expect(() => readMembers(file)).toThrow(expect.objectContaining({ code: 'NODE_CONFIG_INVALID' }))
    }
    await writeFile(file, `${bytesToHex(keyOf(9))}ff`)
    expect(() => readPrivateKey(file)).toThrow(/does not hold a private key/)
    expect(() => readPrivateKey(file)).not.toThrow(new RegExp(bytesToHex(keyOf(9))))
    expect(() => readPrivateKey(join(folder, 'nowhere'))).toThrow(expect.objectContaining({ code: 'NODE_CONFIG_MISSING' }))
  })
})

describe('a known chain in a configuration', () => {
  const parse = (chain: object, params: object = {}) => parseNodeConfig({ role: 'router', dataDir: 'x', chain, params })

  it('brings RPC, chain id and confirmation depth', () => {
    const registry = `0x${'AB'.repeat(20)}` as Address
    const config = parse({ name: 'base-sepolia', registry })
    expect(config.chain).toMatchObject({
      chainId: 84_532,
      rpcUrls: CHAINS['base-sepolia'].rpcUrls,
      registry: registry.toLowerCase()
    })
    expect(config.params.epoch.confirmationDepth).toBe(5)
    expect(parse({ name: 'base-sepolia', registry }, { epoch: { confirmationDepth: 9 } }).params.epoch.confirmationDepth).toBe(9)
    expect(parse({ registry, rpcUrls: 'http://127.0.0.1:1' }).chain.chainId).toBeUndefined()
  })

  it('says what to do where no network is deployed yet', () => {
    expect(() => parse({ name: 'arbitrum-sepolia' })).toThrow(
      /no network is known on Arbitrum Sepolia.*cortensor deploy --chain arbitrum-sepolia/
    )
    expect(() => parse({ name: 'dev', registry: `0x${'00'.repeat(20)}` })).toThrow(/chain\.rpcUrls/)
    expect(() => parse({ rpcUrls: 'http://127.0.0.1:1' })).toThrow(/chain\.registry/)
  })
})
