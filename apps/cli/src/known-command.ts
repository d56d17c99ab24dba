import { cliError } from './errors.js'

/**
 * The commands that these arguments can be about, of all by their names: the first argument names one, or it may be any (`--help`, `help claim`).
 * A mistyped one would otherwise be taken for a stray argument of the default one. Throws `CLI_BAD_OPTION`.
 */
export function namedCommands<Command>(commands: Readonly<Record<string, Command>>, args: readonly string[]): Command[] {
  const [name] = args
  if (name === undefined || name.startsWith('-') || name === 'help') {
    return Object.values(commands)
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    throw cliError('CLI_BAD_OPTION', `There is no command ${name}; there are ${Object.keys(commands).join(', ')}`)
  }
  return [command]
}
