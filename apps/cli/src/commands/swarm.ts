import { type Command, Option } from 'commander'
import type { SwarmOptions } from '../actions/swarm.js'
import { DEFAULT_DATA_DIR, seconds, wholeNumber } from '../options.js'

export function swarmCommand(program: Command): void {
  program
    .command('swarm', { isDefault: true })
    .description(
      'run a whole network on this machine: a dev chain, oracles, a router with its API, and miners with built-in models'
    )
    .option('--miners <n>', 'miners; every model is held by two', wholeNumber(1, 64), 4)
    .option('--oracles <n>', 'oracles, which agree on the epochs', wholeNumber(3, 31), 4)
    .option('--routers <n>', 'routers, each with its own API port', wholeNumber(1, 16), 1)
    .option('--api-port <port>', 'port of the first API on loopback; 0 takes a free one', wholeNumber(0, 65_535), 5010)
    .option('--data-dir <dir>', 'where identities, chain and blocks are kept', DEFAULT_DATA_DIR)
    .option('--epoch-seconds <s>', 'length of an epoch (default: 15)', seconds(2, 3_600))
    .option('--seed <text>', 'make the keys of a new folder reproducible')
    .option('--processes', 'give every node a process of its own')
    .option('--json', 'JSON lines on stdout: ready, task, quiz and epoch events')
    .addOption(
      new Option('--log-level <level>', 'logs go to stderr')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('error')
    )
    .action(async (options: SwarmOptions) => (await import('../actions/swarm.js')).runSwarm(options))
}
