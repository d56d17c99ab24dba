import { rm } from 'node:fs/promises'
import type { Address } from '@cortensor/interface'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createDevChain,
  type DeploymentStart,
  type DeploymentStep,
  type DevChain,
  deployNetwork,
  rehearseDeployment
} from '../src/dev/index.js'
import { planDeployment } from '../src/dev/plan.js'
import { accountOf } from './direct.js'
import { hexKeyOf, makeDir, signersOf } from './world.js'

const STEPS: readonly DeploymentStep['name'][] = ['token', 'registry', 'committee', 'sessions', 'link', 'approve', 'fund']
const key = hexKeyOf(40)
const members = signersOf(4)

describe('deployment', () => {
  let dev: DevChain
  let dataDir: string
  const init = () => ({ rpcUrls: [dev.rpcUrl], privateKey: key, members, pollIntervalMs: 20 })
  const deployer = signersOf(41)[40]?.operator as Address
  const nonceOf = async () => Number(await dev.request('eth_getTransactionCount', [deployer, 'latest']))

  beforeEach(async () => {
    dataDir = await makeDir()
    dev = createDevChain({ dataDir })
    await dev.start()
    await dev.request('evm_setIntervalMining', [0])
    await dev.request('evm_setAutomine', [true])
    await dev.fundAccount(deployer)
  })
  afterEach(async () => {
    await dev.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('goes on after any step, and does nothing twice', async () => {
    let start: DeploymentStart | undefined
    const done: string[] = []
    for (const last of STEPS) {
      const run = deployNetwork({
        ...init(),
        ...(start === undefined ? {} : { start }),
        onStart: (begun) => {
          start = begun
        },
        onStep: ({ name }) => {
          done.push(name)
          if (name === last) {
            throw new Error('the process dies here')
          }
        }
      })
      await expect(run).rejects.toThrow('the process dies here')
    }
    // Approving is cheap and asked for again, since only funding tells that it is used.
    expect(done.filter((name, i) => done.indexOf(name) === i)).toEqual(STEPS)
    expect(done).toEqual([...STEPS.slice(0, 6), 'approve', 'fund'])
    const begun = start as DeploymentStart
    const deployment = await deployNetwork({ ...init(), start: begun })
    expect(await nonceOf()).toBe(begun.nonce + 8)
    const plan = planDeployment({ members }, dev.chainId, begun)
    expect(deployment).toMatchObject({ registry: plan.registry, committee: plan.committee, distributor: plan.committee })
  })

  it('tells when the account has sent something else in between', async () => {
    let start: DeploymentStart | undefined
    const dies = deployNetwork({
      ...init(),
      onStart: (begun) => {
        start = begun
      },
      onStep: ({ name }) => {
        if (name === 'registry') throw new Error('the process dies here')
      }
    })
    await expect(dies).rejects.toThrow('the process dies here')
    await dev.request('anvil_impersonateAccount', [deployer])
    // Not before it is mined.
    await dev.request('eth_sendTransactionSync', [{ from: deployer, to: accountOf(1), value: '0x1' }])
    const before = await nonceOf()
    const resumed = deployNetwork({ ...init(), start: start as DeploymentStart })
    await expect(resumed).rejects.toMatchObject({ code: 'CHAIN_DEPLOYMENT_BROKEN' })
    expect(await nonceOf()).toBe(before)
    const other = deployNetwork({ ...init(), privateKey: hexKeyOf(41), start: start as DeploymentStart })
    await expect(other).rejects.toMatchObject({ code: 'CHAIN_DEPLOYMENT_BROKEN' })
  })

  it('does not take foreign code, another committee or another governor for its own', async () => {
    let start: DeploymentStart | undefined
    await deployNetwork({
      ...init(),
      onStart: (begun) => {
        start = begun
      }
    })
    const again = (changes: object) => deployNetwork({ ...init(), start: start as DeploymentStart, ...changes })
    await again({})
    await expect(again({ members: signersOf(5) })).rejects.toMatchObject({ code: 'CHAIN_DEPLOYMENT_BROKEN' })
    await expect(again({ governor: accountOf(3) })).rejects.toMatchObject({ code: 'CHAIN_DEPLOYMENT_BROKEN' })
    const { sessions } = planDeployment({ members }, dev.chainId, start as DeploymentStart)
    const code = String(await dev.request('eth_getCode', [sessions, 'latest']))
    await dev.request('anvil_setCode', [sessions, `${code.slice(0, -2)}${code.endsWith('00') ? '01' : '00'}`])
    await expect(again({})).rejects.toMatchObject({ code: 'CHAIN_DEPLOYMENT_BROKEN' })
  })

  it('refuses an RPC of another chain before it sends anything', async () => {
    await expect(deployNetwork({ ...init(), chainId: 421_614 })).rejects.toMatchObject({ code: 'CHAIN_WRONG_CHAIN' })
    expect(await nonceOf()).toBe(0)
  })

  it('rehearses without touching the chain, and needs as much gas there', async () => {
    const rehearsal = await rehearseDeployment({ ...init(), faucet: true })
    expect(rehearsal.steps.map(({ name }) => name)).toEqual(STEPS)
    expect(rehearsal).toMatchObject({ chainId: dev.chainId, deployer, balance: 10_000n * 10n ** 18n })
    expect(await nonceOf()).toBe(0)
    let gasUsed = 0n
    await deployNetwork({
      ...init(),
      faucet: true,
      onStep: (step) => {
        gasUsed += step.gasUsed
      }
    })
    // Addresses in the calldata have more or fewer zeros.
    expect(Math.abs(Number(gasUsed - rehearsal.gasUsed))).toBeLessThan(2000)
    expect(rehearsal.cost).toBeGreaterThan(rehearsal.gasUsed)
  })
})
