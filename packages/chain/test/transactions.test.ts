import type { Address } from '@cortensor/interface'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bumpFees } from '../src/fees.js'
import { createMemo, createWorld, until, type World } from './world.js'

const to = `0x${'dd'.repeat(20)}` as Address
const GWEI = 1_000_000_000n

describe('transactions of a stuck account', () => {
  let world: World
  afterEach(() => world?.stop())

  it('sends again with higher fees when the base fee has run away', async () => {
    world = await createWorld()
    const logger = createMemo()
    const chain = await world.open(0, { logger, stuckAfterMs: 200 })
    await world.dev.request('evm_setIntervalMining', [0])
    const sent = chain.send({ type: 'faucet', to, amount: 1n })
    await until(
      async () => Number(await world.dev.request('eth_getTransactionCount', [chain.account, 'pending'])) > 0,
      'in the pool'
    )
    await world.dev.request('anvil_setNextBlockBaseFeePerGas', [`0x${(20n * GWEI).toString(16)}`])
    await world.dev.request('evm_mine')
    await until(() => logger.lines.join().includes('"why":"bumped"'), 'the fees are raised')
    await world.dev.request('evm_setIntervalMining', [1])
    const receipt = await sent
    expect((await chain.balances(to)).token).toBe(1n)
    expect(await chain.block(receipt.block.number)).toEqual(receipt.block)
  })

  it('tells the caller when nothing is mined, and goes on after a restart of the queue', async () => {
    world = await createWorld()
    const chain = await world.open(0, { sendTimeoutMs: 300, stuckAfterMs: 100_000 })
    await world.dev.request('evm_setIntervalMining', [0])
    await expect(chain.send({ type: 'faucet', to, amount: 1n })).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' })
    const pending = chain.send({ type: 'faucet', to, amount: 2n })
    pending.catch(() => {})
    await chain.stop()
    await expect(pending).rejects.toMatchObject({ code: 'CHAIN_NOT_STARTED' })
    await world.dev.request('evm_setIntervalMining', [1])
    const again = await world.open(0)
    await again.send({ type: 'faucet', to, amount: 4n })
    expect((await again.balances(to)).token & 5n).toBe(5n)
  })
})

describe('transactions', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterAll(() => world?.stop())

  it('reports an account that cannot pay for gas, and one without tokens', async () => {
    const chain = await world.open(50)
    const call = { type: 'register', nodeId: world.signers[0]?.nodeId as never, roles: 1, stake: 10n ** 12n, payout: to } as const
    await expect(chain.send(call)).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
    await world.dev.fundAccount(chain.account as Address, 0n)
    await expect(chain.send({ type: 'faucet', to, amount: 1n })).rejects.toMatchObject({ code: 'CHAIN_INSUFFICIENT_FUNDS' })
    await world.dev.fundAccount(chain.account as Address)
    await chain.send({ type: 'faucet', to, amount: 1n })
  })

  it('waits for confirmations', async () => {
    const chain = await world.open(1, { confirmations: 4 })
    const receipt = await chain.send({ type: 'faucet', to, amount: 1n })
    expect((await chain.head()).number).toBeGreaterThanOrEqual(receipt.block.number + 3)
  })

  it('refuses a call that cannot be encoded', async () => {
    const chain = await world.open(0)
    const call = { type: 'claim', operator: to, cumulative: 2n ** 70n, proof: [] } as const
    await expect(chain.simulate(call)).rejects.toMatchObject({ code: 'CHAIN_REVERTED', details: { reason: 'unknown' } })
  })
})

describe('bumpFees', () => {
  const fee = fc.bigInt({ min: 1n, max: 10n ** 12n })
  it('raises both by at least an eighth, never above the cap', () => {
    fc.assert(
      fc.property(fee, fee, fee, fee, fee, (oldFee, oldTip, currentFee, currentTip, cap) => {
        const old = { maxFeePerGas: oldFee, maxPriorityFeePerGas: [oldTip, oldFee].sort((a, b) => (a < b ? -1 : 1))[0] as bigint }
        const current = { maxFeePerGas: currentFee, maxPriorityFeePerGas: currentTip }
        const bumped = bumpFees(old, current, cap)
        if (bumped !== null) {
          expect(bumped.maxFeePerGas * 8n).toBeGreaterThanOrEqual(old.maxFeePerGas * 9n)
          expect(bumped.maxPriorityFeePerGas * 8n).toBeGreaterThanOrEqual(old.maxPriorityFeePerGas * 9n)
          expect(bumped.maxFeePerGas).toBeLessThanOrEqual(cap)
          expect(bumped.maxPriorityFeePerGas).toBeLessThanOrEqual(bumped.maxFeePerGas)
        } else {
          expect((oldFee * 9n) / 8n + 1n > cap || currentFee > cap).toBe(true)
        }
      })
    )
  })
})
