import { isCortensorError } from '@cortensor/interface'
import { Command } from 'commander'
import { calibrateCommand } from './commands/calibrate.js'
import { claimCommand } from './commands/claim.js'
import { datasetCommand } from './commands/dataset.js'
import { deployCommand } from './commands/deploy.js'
import { devChainCommand } from './commands/dev-chain.js'
import { explainCommand } from './commands/explain.js'
import { exportCommand } from './commands/export.js'
import { fetchCommand } from './commands/fetch.js'
import { identityCommand } from './commands/identity.js'
import { judgeCommand } from './commands/judge.js'
import { keyCommand } from './commands/key.js'
import { leaderboardCommand } from './commands/leaderboard.js'
import { oracleCommand } from './commands/oracle.js'
import { quizCommand } from './commands/quiz.js'
import { sessionCommand } from './commands/session.js'
import { simCommand } from './commands/sim.js'
import { startCommand } from './commands/start.js'
import { statusCommand } from './commands/status.js'
import { swarmCommand } from './commands/swarm.js'
import { usersCommand } from './commands/users.js'
import { verifyCommand } from './commands/verify.js'
import { cliError } from './errors.js'
import { namedCommands } from './known-command.js'
import { withNpmFlags } from './npm-flags.js'
import { toErrorLine } from './output.js'
import { VERSION } from './version.js'

/** In the order of the help text. */
const COMMANDS: Readonly<Record<string, (program: Command) => void>> = {
  swarm: swarmCommand,
  start: startCommand,
  status: statusCommand,
  verify: verifyCommand,
  leaderboard: leaderboardCommand,
  explain: explainCommand,
  quiz: quizCommand,
  dataset: datasetCommand,
  export: exportCommand,
  claim: claimCommand,
  session: sessionCommand,
  fetch: fetchCommand,
  calibrate: calibrateCommand,
  judge: judgeCommand,
  key: keyCommand,
  identity: identityCommand,
  deploy: deployCommand,
  'dev-chain': devChainCommand,
  users: usersCommand,
  sim: simCommand,
  oracle: oracleCommand
}

/** With the command that is asked for alone, because describing all of them takes longer than some need. */
function createProgram(args: readonly string[]): Command {
  const program = new Command('cortensor')
    .description('Decentralised AI inference: run a local swarm, join a network, check what it did')
    .version(VERSION)
    .configureOutput({
      outputError: (text, write) =>
        write(
          `${toErrorLine(cliError('CLI_BAD_OPTION', `${text.replace(/^error: /, '').trim()} (add --help for the options)`))}\n`
        )
    })
  for (const add of namedCommands(COMMANDS, args)) {
    add(program)
  }
  return program
}

// Whoever reads our output may stop reading (`| head -1`): then there is nobody to talk to, and nothing went wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

async function main(): Promise<void> {
  try {
    const args = withNpmFlags(process.argv.slice(2), process.env)
    await createProgram(args).parseAsync(args, { from: 'user' })
  } catch (error) {
    process.stderr.write(`${toErrorLine(error)}\n`)
    if (!isCortensorError(error) && process.env.CORTENSOR_DEBUG !== undefined) {
      process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
    }
    process.exitCode = 1
  }
}

// Not awaited here: the bundle is CommonJS, which knows no await outside of functions.
void main()
