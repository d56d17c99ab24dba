import type { Command } from 'commander'
import type { StatusOptions } from '../actions/status.js'
import { DEFAULT_DATA_DIR } from '../options.js'

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('nodes, leases, models, epoch, leader, last commit and balances, as a router sees them')
    .option('--data-dir <dir>', `folder of a running local swarm (default: ${DEFAULT_DATA_DIR})`)
    .option('--url <url>', 'API of a router, instead of a swarm')
    .option('--key <key>', 'API key with the scope admin, with --url')
    .option('--json', 'one JSON object on stdout')
    .action(async (options: StatusOptions) => (await import('../actions/status.js')).showStatus(options))
}
