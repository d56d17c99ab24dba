import { RpcRefusal } from './errors.js'
import type { Rpc } from './rpc.js'
import { asObject, asQuantity } from './values.js'

/** As in EIP-1559, in the coin's smallest unit. */
export interface Fees {
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
}

/** Where the RPC names no tip: 1 gwei is enough on every chain of our presets. */
const DEFAULT_TIP = 1_000_000_000n
/** The base fee can rise by an eighth a block; twice the current one lasts for five full blocks. */
const BASE_FEE_FACTOR = 2n

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

async function suggestedTip(rpc: Rpc): Promise<bigint> {
  try {
    return asQuantity(await rpc.call('eth_maxPriorityFeePerGas'))
  } catch (error) {
    if (error instanceof RpcRefusal) {
      return DEFAULT_TIP
    }
    throw error
  }
}

export async function currentFees(rpc: Rpc, maxFeePerGas: bigint): Promise<Fees> {
  const [tip, latest] = await Promise.all([suggestedTip(rpc), rpc.call('eth_getBlockByNumber', ['latest', false])])
  const base = asQuantity(asObject(latest).baseFeePerGas ?? '0x0')
  const fee = min(base * BASE_FEE_FACTOR + tip, maxFeePerGas)
  return { maxFeePerGas: fee, maxPriorityFeePerGas: min(tip, fee) }
}

/** Nodes take a replacement only for an eighth more of both; null when that would pass the cap. */
export function bumpFees(old: Fees, current: Fees, maxFeePerGas: bigint): Fees | null {
  const raise = (value: bigint): bigint => (value * 9n) / 8n + 1n
  const fee = max(raise(old.maxFeePerGas), current.maxFeePerGas)
  const tip = max(raise(old.maxPriorityFeePerGas), current.maxPriorityFeePerGas)
  return fee > maxFeePerGas ? null : { maxFeePerGas: fee, maxPriorityFeePerGas: min(tip, fee) }
}
