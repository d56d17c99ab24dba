import { CortensorError, type CortensorErrorOptions } from '@cortensor/interface'

export type DevChainErrorCode = 'CHAIN_DEV_NO_BINARY' | 'CHAIN_DEV_EXITED' | 'CHAIN_DEV_NOT_STARTED' | 'CHAIN_DEPLOYMENT_BROKEN'

export const devChainError = (
  code: DevChainErrorCode,
  message: string,
  options?: CortensorErrorOptions
): CortensorError<DevChainErrorCode> => new CortensorError(code, message, options)
