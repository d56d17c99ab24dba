import { isCortensorError } from '@cortensor/interface'
import { allAbis } from './abi.js'
import { chainError, RpcRefusal } from './errors.js'

/** Reason of a revert that names none of ours. */
export const UNKNOWN_REASON = 'unknown'

interface Revert {
  /** Name of the custom error. */
  reason: string
  /** With its arguments. */
  text: string
}

function decodeRevert(data: string): Revert {
  for (const abi of allAbis) {
    try {
      const error = abi.parseError(data)
      if (error !== null) {
        const isPlain = error.name === 'Error' || error.name === 'Panic'
        return { reason: isPlain ? UNKNOWN_REASON : error.name, text: `${error.name}(${error.args.map(String).join(', ')})` }
      }
    } catch {
      // Not an error that this contract declares, or arguments that do not fit.
    }
  }
  return { reason: UNKNOWN_REASON, text: data.slice(0, 74) }
}

export function revertedError(revert: Revert, cause?: unknown) {
  return chainError('CHAIN_REVERTED', `The contract refused the call: ${revert.text}`, {
    cause,
    details: { reason: revert.reason }
  })
}

/** What a refused `eth_call`, estimate or transaction means in our own codes. */
export function refusalToError(error: unknown): unknown {
  if (!(error instanceof RpcRefusal)) {
    return error
  }
  if (/insufficient funds/i.test(error.message)) {
    return chainError('CHAIN_INSUFFICIENT_FUNDS', 'The account cannot pay for gas; send it native coin', { cause: error })
  }
  if (error.data !== null && error.data.length >= 10) {
    return revertedError(decodeRevert(error.data), error)
  }
  if (error.rpcCode === 3 || /revert/i.test(error.message)) {
    return revertedError({ reason: UNKNOWN_REASON, text: error.message }, error)
  }
  return error
}

export const isReverted = (error: unknown): boolean => isCortensorError(error) && error.code === 'CHAIN_REVERTED'
