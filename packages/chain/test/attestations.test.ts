import { attestationDigest, commitDigest } from '@cortensor/contracts'
import { cidFromHex32, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, Chain, ChainCall, EpochCommit, EpochNumber, Hex32 } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeAttestations, encodeCall } from '../src/calls.js'
import { createWorld, until, type World } from './world.js'

const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32
const epoch = 1 as EpochNumber

/** Code that passes its whole input on to another contract. */
const forwarderTo = (target: Address): string => `0x363d3d373d3d363d3d73${target.slice(2)}5af100`

describe('attestations', () => {
  let world: World
  let chain: Chain
  let call: Extract<ChainCall, { type: 'commitEpoch' }>

  beforeAll(async () => {
    world = await createWorld(4)
    chain = await world.open()
    const { config } = await chain.committee()
    const commit: EpochCommit = {
      epoch,
      prev: ZERO_HEX32,
      resultsRoot: hex32('a1'),
      rewardsRoot: hex32('b2'),
      reportCid: cidFromHex32(hex32('c3')),
      totals: { results: 3, rewards: 0n }
    }
    const digest = attestationDigest(
      { chainId: chain.chainId(), committee: world.deployment.committee },
      { config, epoch, prev: commit.prev, view: 2, digest: commitDigest(commit) }
    )
    const sign = async (index: number) => ({
      index,
      signature: (await world.signers[index]?.signDigest(digest)) ?? new Uint8Array()
    })
    call = { type: 'commitEpoch', commit, view: 2, signatures: [await sign(0), await sign(3)] }
  })
  afterAll(() => world?.stop())

  it('reads them from the input of a commit, and from nothing else', () => {
    const { data } = encodeCall(call, world.deployment)
    expect(decodeAttestations(data, epoch)).toEqual(call.signatures)
    expect(decodeAttestations(data, epoch + 1)).toBeNull()
    expect(decodeAttestations(data.slice(0, 300), epoch)).toBeNull()
    expect(decodeAttestations('0x', epoch)).toBeNull()
    const short = { ...call, signatures: call.signatures.map((each) => ({ ...each, signature: each.signature.slice(1) })) }
    expect(decodeAttestations(encodeCall(short, world.deployment).data, epoch)).toBeNull()
    const faucet = encodeCall({ type: 'faucet', to: world.deployment.token, amount: 1n }, world.deployment)
    expect(decodeAttestations(faucet.data, epoch)).toBeNull()
  })

  it('says so when another contract passed the commit on', async () => {
    expect(await chain.attestations(epoch)).toBeNull()
    const [from, to] = ['f1', 'f2'].map((byte) => `0x${byte.repeat(20)}`) as [Address, Address]
    await world.dev.request('anvil_setCode', [to, forwarderTo(world.deployment.committee)])
    await world.dev.request('anvil_setBalance', [from, `0x${bytesToHex(new Uint8Array(8).fill(1))}`])
    await world.dev.request('anvil_impersonateAccount', [from])
    const { data } = encodeCall(call, world.deployment)
    const transactionHash = await world.dev.request('eth_sendTransaction', [{ from, to, data, gas: '0x100000' }])
    await until(async () => (await chain.commit(epoch)) !== null, 'the commit through the forwarder')
    await expect(chain.attestations(epoch)).rejects.toMatchObject({
      code: 'CHAIN_INDIRECT_COMMIT',
      details: { epoch, transactionHash }
    })
  })
})
