import { CortensorError } from '@cortensor/interface'

export type CliErrorCode = 'CLI_BAD_OPTION' | 'CLI_NO_NETWORK' | 'CLI_SESSION_REFUSED'

export const cliError = (code: CliErrorCode, message: string): CortensorError<CliErrorCode> => new CortensorError(code, message)
