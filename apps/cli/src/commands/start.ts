import { type Command, Option } from 'commander'
import type { StartOptions } from '../actions/start.js'
import { collect } from '../options.js'

export function startCommand(program: Command): void {
  program
    .command('start')
    .description('run one node of an existing network')
    .addOption(new Option('--role <role>', 'what the node does').choices(['miner', 'oracle', 'router']))
    .requiredOption('--config <file>', 'YAML or JSON; see docs/configuration.md')
    .option('--announce <multiaddr>', "told to others in place of the file's; may come several times", collect)
    .option('--seed <text>', 'new keys follow from it: for development chains only, worthless as secrets')
    .option('--json', 'JSON lines on stdout: ready, then what the node sees')
    .action(async (options: StartOptions) => (await import('../actions/start.js')).startNode(options))
}
