import type { Address } from '@cortensor/interface'
import { type SigningKey, Transaction } from 'ethers'
import { asHex32 } from '../values.js'
import type { QueueContext } from './state.js'

/** Signatures are deterministic (RFC 6979), so signing is a pure function. Null calls go to the account itself and do nothing. */
export function createTransactionSigner(key: SigningKey, account: Address, chainId: number): QueueContext['sign'] {
  return (nonce, call, gasLimit, fees) => {
    const transaction = Transaction.from({
      type: 2,
      chainId,
      to: call === null ? account : call.to,
      data: call === null ? '0x' : call.data,
      nonce,
      gasLimit,
      maxFeePerGas: fees.maxFeePerGas,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas
    })
    transaction.signature = key.sign(transaction.unsignedHash)
    return { hash: asHex32(transaction.hash), raw: transaction.serialized }
  }
}
