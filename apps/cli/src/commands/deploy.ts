import type { Command } from 'commander'
import type { DeployOptions } from '../actions/deploy.js'
import { address, collect } from '../options.js'

export function deployCommand(program: Command): void {
  program
    .command('deploy')
    .description('put the contracts of a new network on a chain, and write where they are')
    .requiredOption('--chain <name>', 'dev, arbitrum-sepolia or base-sepolia, with its parameters')
    .requiredOption('--members <file>', 'the oracles in order: a YAML or JSON list of operator and nodeId')
    .option('--rpc <url>', 'of the chain; may come several times (default: its public one)', collect)
    .option('--key-file <file>', "holds the deployer's private key (default: CORTENSOR_DEPLOYER_KEY)")
    .option('--governor <address>', 'who may change the committee (default: the deployer)', address)
    .option('--out <folder>', 'where <chain id>.json goes', 'deployments')
    .option('--dry-run', 'deploy to a chain in memory, and tell what it would cost here')
    .option('--json', 'one JSON object on stdout')
    .action(async (options: DeployOptions) => (await import('../actions/deploy.js')).deploy(options))
}
