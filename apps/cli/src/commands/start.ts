import { type Command, Option } from 'commander'
import type { StartOptions } from '../actions/start.js'

export function startCommand(program: Command): void {
  program
    .command('start')
    .description('run one node of an existing network')
    .addOption(new Option('--role <role>', 'what the node does').choices(['miner', 'oracle', 'router']))
    .requiredOption('--config <file>', 'YAML or JSON; see docs/configuration.md')
    .option('--json', 'JSON lines on stdout: ready, then what the node sees')
    .action(async (options: StartOptions) => (await import('../actions/start.js')).startNode(options))
}
