import { CortensorError } from '@cortensor/interface'

export type CliErrorCode = 'CLI_BAD_OPTION' | 'CLI_NO_NETWORK'

export const cliError = (code: CliErrorCode, message: string): CortensorError<CliErrorCode> => new CortensorError(code, message)
