import { errorMessage, isCortensorError } from '@cortensor/interface'
import { Command } from 'commander'
import { claimCommand } from './commands/claim.js'
import { fetchCommand } from './commands/fetch.js'
import { keyCommand } from './commands/key.js'
import { startCommand } from './commands/start.js'
import { statusCommand } from './commands/status.js'
import { swarmCommand } from './commands/swarm.js'
import { verifyCommand } from './commands/verify.js'
import { withNpmFlags } from './npm-flags.js'
import { VERSION } from './version.js'

function createProgram(): Command {
  const program = new Command('cortensor')
    .description('Decentralised AI inference: run a local swarm, join a network, check what it did')
    .version(VERSION)
    .showHelpAfterError('(add --help for the options)')
  swarmCommand(program)
  startCommand(program)
  statusCommand(program)
  verifyCommand(program)
  claimCommand(program)
  fetchCommand(program)
  keyCommand(program)
  return program
}

try {
  await createProgram().parseAsync([...process.argv.slice(0, 2), ...withNpmFlags(process.argv.slice(2), process.env)])
} catch (error) {
  const code = isCortensorError(error) ? ` (${error.code})` : ''
  process.stderr.write(`cortensor: ${errorMessage(error)}${code}\n`)
  if (!isCortensorError(error) && process.env.CORTENSOR_DEBUG !== undefined) {
    process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  }
  process.exitCode = 1
}
