import { type ChainErrorCode, CortensorError, type CortensorErrorOptions } from '@cortensor/interface'

export const chainError = (
  code: ChainErrorCode,
  message: string,
  options?: CortensorErrorOptions
): CortensorError<ChainErrorCode> => new CortensorError(code, message, options)

/** The RPC understood the request and refused it. Kept apart from the network's failures, which another URL may cure. */
export class RpcRefusal extends CortensorError<ChainErrorCode> {
  readonly rpcCode: number
  /** In the RPC's own words. */
  readonly text: string
  /** Return data of a revert, where the RPC gives it. */
  readonly data: string | null

  constructor(method: string, rpcCode: number, text: string, data: string | null) {
    super('CHAIN_RPC_UNREACHABLE', `The chain's RPC refused ${method}: ${text}`, { details: { method, rpcCode } })
    this.rpcCode = rpcCode
    this.text = text
    this.data = data
  }
}

export const notStarted = (): CortensorError<ChainErrorCode> =>
  chainError('CHAIN_NOT_STARTED', 'The chain adapter is not running; call start() first')
