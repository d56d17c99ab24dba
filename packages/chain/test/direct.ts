import type { Address, Hex32 } from '@cortensor/interface'
import type { Interface } from 'ethers'
import { allAbis } from '../src/abi.js'
import { refusalToError } from '../src/reverts.js'
import type { World } from './world.js'

/** What a contract function is called with. */
export interface Target {
  abi: Interface
  to: Address
  from: Address
}

interface Receipt {
  status: string
  gasUsed: string
  logs: { address: string; topics: string[]; data: string }[]
}

export interface Outcome {
  gasUsed: bigint
  /** Names and arguments of our contracts' events, in order. */
  events: { name: string; args: Record<string, unknown> }[]
}

/** Calls contracts as anybody, a block for each transaction, without the adapter in between. */
export interface Direct {
  /** A view's values, or the reason of the revert as the error's `details.reason`. */
  view(target: Omit<Target, 'from'>, name: string, args?: readonly unknown[]): Promise<unknown[]>
  /** Runs without sending. */
  simulate(target: Target, name: string, args?: readonly unknown[]): Promise<void>
  send(target: Target, name: string, args?: readonly unknown[]): Promise<Outcome>
  /** Lets time pass; the next block has it. */
  pass(seconds: number): Promise<void>
}

export const reverts = (reason: string) => ({ code: 'CHAIN_REVERTED', details: { reason } })

/** As this repository writes them: ethers writes checksums. */
const lowerAddresses = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length === 42 ? value.toLowerCase() : value
    ])
  )

export const accountOf = (i: number): Address => `0x${(0xacc0_0000 + i).toString(16).padStart(40, '0')}` as Address

export const word = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32

export async function createDirect({ dev }: World): Promise<Direct> {
  await dev.request('evm_setIntervalMining', [0])
  await dev.request('evm_setAutomine', [true])
  await dev.request('anvil_autoImpersonateAccount', [true])
  const rich = new Set<Address>()
  const request = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    try {
      return await dev.request(method, params)
    } catch (error) {
      throw refusalToError(error)
    }
  }
  const transactionOf = ({ abi, to, from }: Target, name: string, args: readonly unknown[]) => ({
    from,
    to,
    gas: '0x1000000',
    data: abi.encodeFunctionData(name, [...args])
  })
  const eventOf = (log: Receipt['logs'][number]): Outcome['events'] => {
    const parsed = allAbis.flatMap((abi) => abi.parseLog(log) ?? [])[0]
    return parsed === undefined ? [] : [{ name: parsed.name, args: lowerAddresses(parsed.args.toObject()) }]
  }
  return {
    async view({ abi, to }, name, args = []) {
      const data = abi.encodeFunctionData(name, [...args])
      return abi.decodeFunctionResult(name, String(await request('eth_call', [{ to, data }, 'latest']))).toArray()
    },
    async simulate(target, name, args = []) {
      await request('eth_call', [transactionOf(target, name, args), 'latest'])
    },
    async send(target, name, args = []) {
      if (!rich.has(target.from)) {
        await dev.request('anvil_setBalance', [target.from, `0x${(10n ** 24n).toString(16)}`])
        rich.add(target.from)
      }
      const transaction = transactionOf(target, name, args)
      const receipt = (await request('eth_sendTransactionSync', [transaction])) as Receipt
      if (receipt.status !== '0x1') {
        await request('eth_call', [transaction, 'latest'])
        throw new Error(`${name} failed in its block and not after it`)
      }
      return { gasUsed: BigInt(receipt.gasUsed), events: receipt.logs.flatMap(eventOf) }
    },
    async pass(seconds) {
      await dev.request('evm_increaseTime', [seconds])
      await dev.request('evm_mine')
    }
  }
}
