import { attestationDigest, commitDigest, rewardLeaf } from '@cortensor/contracts'
import { cidFromHex32, createMerkleTree, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, EpochCommit, EpochNumber, Signer } from '@cortensor/interface'
import type { Interface } from 'ethers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { committeeAbi, distributorAbi, registryAbi, sessionsAbi, tokenAbi } from '../src/abi.js'
import { encodeCall } from '../src/calls.js'
import { createDirect, type Direct, word } from './direct.js'
import { createWorld, type World } from './world.js'

const [MINER, STAKE] = [1, 100_000_000n]
const TERMS = [0, 0, false, 1, 3, 1, 0, 0, 0, 0]

/**
 * A token that calls a contract back whenever it is to transfer, counts in slot 0 the calls that went through, in slot 1 all of them, and
 * says yes to everything; every balance is 2^200.
 */
function hostileToken(target: Address, data: string): string {
  const bytes = (hex: string): number => hex.length / 2
  const length = bytes(data.slice(2)).toString(16).padStart(4, '0')
  // return 1 << 200
  const large = '600160c81b5f5260205ff3'
  // selector == transfer(address,uint256) ? jump over the answer above
  const jump = 14 + bytes(large)
  const isTransfer = `5f3560e01c63a9059cbb1460${jump.toString(16)}57`
  // the data to memory, call(gas, target, 0, 0, length, 0, 0)
  const call = (offset: string) => `61${length}61${offset}5f395f5f61${length}5f5f73${target.slice(2)}5af1`
  // slot 0 += what the call gave, slot 1 += 1, return 1
  const count = '5f54015f55600160015401600155600160005260205ff3'
  const start = bytes(isTransfer + large) + bytes(`5b${call('0000')}${count}`)
  return `0x${isTransfer}${large}5b${call(start.toString(16).padStart(4, '0'))}${count}${data.slice(2)}`
}

describe('a token that calls back', () => {
  let world: World
  let direct: Direct
  let token: Address
  /** The token is the operator, the owner and the one who earns, so that its calls are those of the rightful one. */
  const as = (abi: Interface, to: Address) => ({ abi, to, from: token })
  const slot = async (index: number) =>
    BigInt(String(await world.dev.request('eth_getStorageAt', [token, `0x${index}`, 'latest'])))

  beforeEach(async () => {
    world = await createWorld(4, { unbondingSeconds: 1, settlementSeconds: 1 })
    direct = await createDirect(world)
    token = world.deployment.token
    const { registry, sessions } = world.deployment
    await direct.send(as(tokenAbi, token), 'faucet', [token, 2n * STAKE])
    for (const spender of [registry, sessions]) {
      await direct.send(as(tokenAbi, token), 'approve', [spender, 2n ** 255n])
    }
  })
  afterEach(() => world?.stop())

  /** Puts the hostile code in place, calls, and looks at how its own calls fared. */
  const expectOnce = async (abi: Interface, to: Address, name: string, args: readonly unknown[]): Promise<void> => {
    const data = abi.encodeFunctionData(name, [...args])
    await world.dev.request('anvil_setCode', [token, hostileToken(to, data)])
    for (const index of ['0x0', '0x1']) {
      await world.dev.request('anvil_setStorageAt', [token, index, ZERO_HEX32])
    }
    await direct.send(as(abi, to), name, args)
    expect({ name, through: await slot(0), tried: await slot(1) }).toEqual({ name, through: 0n, tried: 1n })
  }

  it('gets a stake once', async () => {
    const { registry } = world.deployment
    await direct.send(as(registryAbi, registry), 'register', [word('01'), MINER, STAKE, token])
    await direct.send(as(registryAbi, registry), 'unbond', [word('01')])
    await direct.pass(10)
    await expectOnce(registryAbi, registry, 'withdraw', [word('01')])
    expect(await direct.view({ abi: registryAbi, to: registry }, 'totals')).toEqual([0n, 0n, 0n])
  })

  it("gets a session's rest once", async () => {
    const { sessions } = world.deployment
    await direct.send(as(sessionsAbi, sessions), 'create', [TERMS, word('aa'), [], '', ''])
    await direct.send(as(sessionsAbi, sessions), 'deposit', [1, STAKE])
    await direct.send(as(sessionsAbi, sessions), 'close', [1])
    await direct.pass(31 * 86_400)
    await expectOnce(sessionsAbi, sessions, 'withdraw', [1])
    expect(await direct.view({ abi: sessionsAbi, to: sessions }, 'escrow')).toEqual([0n])
  })

  it('gets a reward once', async () => {
    const { committee, distributor } = world.deployment
    await direct.pass(1000)
    const tree = createMerkleTree([rewardLeaf(token, 700n), word('99')])
    const commit: EpochCommit = {
      epoch: 1 as EpochNumber,
      prev: ZERO_HEX32,
      resultsRoot: word('a1'),
      rewardsRoot: tree.root,
      reportCid: cidFromHex32(word('c3')),
      totals: { results: 1, rewards: 700n }
    }
    const config = (await direct.view({ abi: committeeAbi, to: committee }, 'config'))[0] as typeof ZERO_HEX32
    const attestation = { config, epoch: commit.epoch, prev: commit.prev, view: 0, digest: commitDigest(commit) }
    const digest = attestationDigest({ chainId: 31337, committee }, attestation)
    const sign = async (index: number) => ({ index, signature: await (world.signers[index] as Signer).signDigest(digest) })
    const call = { type: 'commitEpoch', commit, view: 0, signatures: [await sign(0), await sign(1)] } as const
    const args = committeeAbi.decodeFunctionData('commitEpoch', encodeCall(call, world.deployment).data).toArray(true)
    await direct.send(as(committeeAbi, committee), 'commitEpoch', args)
    await expectOnce(distributorAbi, distributor, 'claim', [token, 700n, tree.proof(rewardLeaf(token, 700n)) ?? []])
    expect(await direct.view({ abi: distributorAbi, to: distributor }, 'claimed', [token])).toEqual([700n])
  })
})
