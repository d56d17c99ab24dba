import { cliError } from './errors.js'

/** Options of the swarm that npm takes for itself when they come before `--`. */
const OPTIONS = [
  'miners',
  'oracles',
  'routers',
  'api-port',
  'data-dir',
  'epoch-seconds',
  'seed',
  'processes',
  'json',
  'log-level'
]
const SWITCHES = new Set(['processes', 'json'])

/**
 * `npm start --json` hands the flag to npm and not to us; npm leaves it in the environment. Returns the arguments as they were meant.
 * Throws `CLI_BAD_OPTION` for `npm start --miners 2`, whose value cannot be told from a stray argument.
 */
export function withNpmFlags(args: readonly string[], env: Readonly<Record<string, string | undefined>>): string[] {
  if (env.npm_lifecycle_event !== 'start') {
    return [...args]
  }
  const added = OPTIONS.flatMap((option) => {
    const value = env[`npm_config_${option.replaceAll('-', '_')}`]
    if (value === undefined || value === '' || args.some((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`))) {
      return []
    }
    if (SWITCHES.has(option)) {
      return value === 'true' ? [`--${option}`] : []
    }
    if (value === 'true') {
      throw cliError('CLI_BAD_OPTION', `npm took --${option} for itself. Write: npm start -- --${option} VALUE`)
    }
    return [`--${option}`, value]
  })
  return [...args, ...added]
}
