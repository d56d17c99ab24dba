import type { Command } from 'commander'
import { cliError } from './errors.js'

/** Without this, a mistyped command would be taken for a stray argument of the default one. Throws `CLI_BAD_OPTION`. */
export function checkCommand(program: Command, args: readonly string[]): void {
  const [name] = args
  if (name === undefined || name.startsWith('-')) {
    return
  }
  const names = program.commands.map((command) => command.name())
  if (name !== 'help' && !names.includes(name)) {
    throw cliError('CLI_BAD_OPTION', `There is no command ${name}; there are ${names.join(', ')}`)
  }
}
