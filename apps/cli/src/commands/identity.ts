import type { Command } from 'commander'
import type { IdentityOptions } from '../actions/identity.js'

export function identityCommand(program: Command): void {
  program
    .command('identity')
    .description("tell a node's id and operator, and make its keys if there are none yet")
    .requiredOption('--data-dir <folder>', "the node's data folder")
    .option('--json', 'one JSON object on stdout')
    .action(async (options: IdentityOptions) => (await import('../actions/identity.js')).tellIdentity(options))
}
