import { readFileSync, type Stats, statSync } from 'node:fs'
import { errorMessage } from '@cortensor/interface'
import { cliError } from './errors.js'

function statsOf(file: string, what: string): Stats {
  try {
    return statSync(file)
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw cliError('CLI_BAD_OPTION', isMissing ? `There is no file ${file}; name ${what}` : errorMessage(error))
  }
}

/**
 * A file that a command is given, read only when it is small enough to be what it should be. `what` says that, as in "a receipt".
 * Throws `CLI_BAD_OPTION`.
 */
export function readInputFile(file: string, what: string, maxBytes: number): Uint8Array {
  const stats = statsOf(file, what)
  if (!stats.isFile()) {
    throw cliError('CLI_BAD_OPTION', `${file} is no file; name ${what}`)
  }
  if (stats.size > maxBytes) {
    throw cliError('CLI_BAD_OPTION', `${file} is larger than ${what} can be (${maxBytes} bytes)`)
  }
  try {
    return readFileSync(file)
  } catch (error) {
    throw cliError('CLI_BAD_OPTION', `${file} cannot be read: ${errorMessage(error)}`)
  }
}
